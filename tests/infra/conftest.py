"""The synthesized design, each variant once for all tests."""

from collections.abc import Callable
from pathlib import Path

import pytest
from tests.infra.reading import VARIANTS

from infra.config import read
from infra.report.template import Design, load
from infra.synth import synthesize

Assembly = Callable[..., Path]
"""`assembly("rds", "example.com", WAF="on")`: the folder with the templates."""

Designs = Callable[..., Design]
"""The same, loaded."""


@pytest.fixture(scope="session")
def assembly(tmp_path_factory: pytest.TempPathFactory) -> Assembly:
    made: dict[tuple[tuple[str, str], ...], Path] = {}

    def synthesized(database: str = "rds", domain: str = "", **variables: str) -> Path:
        environ = {"DATABASE": database, "DOMAIN": domain, **variables}
        key = tuple(sorted(environ.items()))
        if key not in made:
            made[key] = synthesize(read(environ), tmp_path_factory.mktemp("assembly") / "cdk.out")
        return made[key]

    return synthesized


@pytest.fixture(scope="session")
def designs(assembly: Assembly) -> Designs:
    def loaded(database: str = "rds", domain: str = "", **variables: str) -> Design:
        return load(assembly(database, domain, **variables))

    return loaded


@pytest.fixture(
    scope="session", params=VARIANTS, ids=lambda variant: "-".join(filter(None, variant))
)
def variant(request: pytest.FixtureRequest) -> tuple[str, str]:
    """Every database, with a domain and without one."""
    found: tuple[str, str] = request.param
    return found


@pytest.fixture(scope="session")
def design(designs: Designs, variant: tuple[str, str]) -> Design:
    """Every variant in turn."""
    return designs(*variant)
