"""The account that the commands under test call."""

from collections.abc import Iterator

import pytest
from tests.deploy.aws import Account


@pytest.fixture
def account() -> Iterator[Account]:
    """An account all of whose responses must be used."""
    made = Account()
    yield made
    made.all_called()
