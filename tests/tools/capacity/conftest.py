"""The model reads the same templates that tests of `infra` read."""

from collections.abc import Iterator

import pytest

from infra.checks.template import Design
from tests.infra.conftest import Designs
from tests.infra.conftest import assembly as assembly
from tests.infra.conftest import designs as designs
from tools.capacity import design
from tools.capacity.design import DOMAIN, Deployment


@pytest.fixture(scope="session", autouse=True)
def shared_templates(designs: Designs) -> Iterator[None]:
    """Instead of synthesizing each deployment here."""

    def shared(deployment: Deployment) -> Design:
        variables = {"CDN": "on"} if deployment.cdn else {}
        return designs(deployment.database, DOMAIN, **variables)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(design, "_synthesized", shared)
        yield
