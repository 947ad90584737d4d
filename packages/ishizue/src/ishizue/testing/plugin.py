"""Fixtures, real PostgreSQL servers and databases on them, and the markers of tests."""

import os
import signal
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from ishizue.testing import emulator
from ishizue.testing.emulator import Emulator
from ishizue.testing.outages import Log, Switch
from ishizue.testing.postgres import (
    OLDEST_MAJOR,
    disable_fsync,
    embedded_server,
    folder,
    fresh_database,
    major_of,
    system_programs,
    system_server,
)

_MARKERS = (
    "slow(seconds): takes longer than a few seconds; if far longer, about so many",
    "browser: needs a browser",
    "external: needs a program, a registry or a privilege beyond Python, make and PyPI",
    "long: slow, and shows again what a shorter test shows",
    "serial: needs the machine to itself",
)


def pytest_configure(config: pytest.Config) -> None:
    for marker in _MARKERS:
        config.addinivalue_line("markers", marker)


@pytest.fixture(scope="session", autouse=True)
def _ctrl_c_counts() -> None:
    """Restore SIGINT, which a shell ignores for what it starts in the background."""
    signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture
def anyio_backend() -> str:
    """The event loop of asynchronous tests."""
    return "asyncio"


@pytest.fixture(scope="session")
def embedded_postgres() -> Iterator[str]:
    """The address of the embedded server."""
    with embedded_server() as address:
        disable_fsync(address)
        yield address


@pytest.fixture(scope="session")
def system_postgres() -> Iterator[str]:
    """The address of another PostgreSQL: DATABASE_URL, or the machine's, 15 or later.

    On CI it is 15 and no other: RDS's oldest, which a system that has gone on may lack.
    """
    if "DATABASE_URL" in os.environ:
        yield os.environ["DATABASE_URL"]
        return
    programs = system_programs()
    if programs is None:
        pytest.skip("no PostgreSQL 15 or later on this machine, and no DATABASE_URL")
    if os.environ.get("CI") == "true" and major_of(programs) != OLDEST_MAJOR:
        pytest.fail(f"{programs} is not PostgreSQL {OLDEST_MAJOR}: run .ci/install")
    with system_server(programs) as address:
        disable_fsync(address)
        yield address


@pytest.fixture(scope="session")
def switchable_postgres() -> Iterator[Switch]:
    """Another embedded server, for the fixture `switch`."""
    with folder() as path:
        switch = Switch(path)
        disable_fsync(switch.server)
        yield switch
        switch.off()


@pytest.fixture(params=["embedded", pytest.param("system", marks=pytest.mark.external)])
def any_database(request: pytest.FixtureRequest) -> Iterator[str]:
    """An empty database, on each PostgreSQL in turn."""
    with fresh_database(request.getfixturevalue(f"{request.param}_postgres")) as address:
        yield address


@pytest.fixture
def database(embedded_postgres: str) -> Iterator[str]:
    """An empty database on the embedded server."""
    with fresh_database(embedded_postgres) as address:
        yield address


@pytest.fixture
def switch(switchable_postgres: Switch) -> Iterator[Switch]:
    """A server that is on, with an empty database, for a test that turns it off."""
    with fresh_database(switchable_postgres.server) as switchable_postgres.dsn:
        yield switchable_postgres
        switchable_postgres.on()


@pytest.fixture
def aws(monkeypatch: pytest.MonkeyPatch) -> Iterator[Emulator]:
    """An empty account of the emulator, which this process and its own call instead of AWS."""
    if not emulator.PYTHON.exists():
        pytest.skip("the emulator is not installed: make deploy-emulated installs it")
    with emulator.running() as running:
        running.enter(monkeypatch)
        yield running


@pytest.fixture
def log(caplog: pytest.LogCaptureFixture) -> Log:
    return Log(caplog)


@pytest.hookimpl(trylast=True)  # of the tests that -m leaves
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Long files first: what runs last should leave no worker without work."""
    milliseconds = Counter[Path]()
    for item in items:
        if slow := item.get_closest_marker("slow"):
            milliseconds[item.path] += 1000 * slow.kwargs.get("seconds", 3)
        else:
            milliseconds[item.path] += 1500 if item.get_closest_marker("browser") else 50
    items.sort(key=lambda item: -milliseconds[item.path])


def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    """Fail on CI if a test was skipped: it would not run anywhere."""
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if os.environ.get("CI") == "true" and reporter and reporter.stats.get("skipped"):
        session.exitstatus = exitstatus or pytest.ExitCode.TESTS_FAILED
