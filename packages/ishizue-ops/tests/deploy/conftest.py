"""The account that the commands under test call."""

from collections.abc import Iterator

import pytest
from tests.deploy.aws import Account

from ishizue_ops.iam.cases import RESOURCES
from ishizue_ops.iam.check import MAKE_DEPLOY

OPERATOR = {f"{service}:{name}" for service, names in MAKE_DEPLOY.items() for name in names}
PIPELINE = {*RESOURCES, "ecr:GetAuthorizationToken"}


@pytest.fixture
def account(request: pytest.FixtureRequest) -> Iterator[Account]:
    """An account all of whose responses must be used, by calls that their caller may make.

    `make deploy` has the rights of `iam/operator.toml`, a release those of `iam/pipeline.toml`.
    """
    made = Account(PIPELINE if request.path.parent.name == "release" else OPERATOR)
    yield made
    made.all_called()
