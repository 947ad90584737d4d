"""The page under test."""

import pytest

from infra.cost.__main__ import of_assemblies
from tests.infra.conftest import Assembly


@pytest.fixture(scope="session")
def cost_page(assembly: Assembly) -> str:
    return of_assemblies(
        {name: assembly(database=name, domain="example.com") for name in ("rds", "aurora", "none")},
        assembly(domain="example.com", CDN="on"),
    )
