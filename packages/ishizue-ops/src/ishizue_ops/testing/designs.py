"""The synthesized design, each variant once for all tests and all xdist workers."""

import fcntl
import os
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path

import pytest

from ishizue_ops.project import read
from ishizue_ops.synth import synthesize
from ishizue_ops.template import Design, load
from ishizue_ops.testing.reading import VARIANTS

Assembly = Callable[..., Path]
"""`assembly("rds", "example.com", WAF="on")` is the folder of templates."""

Designs = Callable[..., Design]
"""`designs("rds", "example.com", WAF="on")` is the loaded design of that assembly."""


def pytest_configure() -> None:
    """Commands answer in the language of the user's locale; in tests in English, whose it is.

    The CDK's default rules only warn, and loading them takes longer than a synthesis. cdk-nag runs.
    """
    os.environ["LC_MESSAGES"] = "C"
    os.environ.pop("LC_ALL", None)
    os.environ.pop("LANGUAGE", None)
    os.environ["CDK_VALIDATION"] = "false"


@pytest.fixture(scope="session")
def assembly(tmp_path_factory: pytest.TempPathFactory) -> Assembly:
    base = tmp_path_factory.getbasetemp()
    shared = base.parent if "PYTEST_XDIST_WORKER" in os.environ else base

    def synthesized(database: str = "rds", domain: str = "", **variables: str) -> Path:
        environ = {"DATABASE": database, "DOMAIN": domain, **variables}
        key = sha256(repr(sorted(environ.items())).encode()).hexdigest()[:16]
        out = shared / f"assembly-{key}" / "cdk.out"
        out.parent.mkdir(exist_ok=True)
        with (out.parent / "lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)  # until the file is closed
            if not (out.parent / "complete").exists():
                synthesize(read(environ), out)
                (out.parent / "complete").touch()
        return out

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
    chosen: tuple[str, str] = request.param
    return chosen


@pytest.fixture(scope="session")
def design(designs: Designs, variant: tuple[str, str]) -> Design:
    """Every variant in turn."""
    return designs(*variant)
