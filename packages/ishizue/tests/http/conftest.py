"""The stand-in service, served with the fast path and without."""

from collections.abc import Iterator

import pytest
from tests.http.standin import serving_standin

from ishizue.testing.running import RunningService


@pytest.fixture(params=[True, False])
def fast_path(request: pytest.FixtureRequest) -> bool:
    """A test of a server of its own runs with the fast path and without."""
    return bool(request.param)


@pytest.fixture(scope="module")
def fast() -> Iterator[RunningService]:
    with serving_standin() as running:
        for target in ("/page", "/page?date=2026-11-24"):
            running.client.get(target)
        yield running


@pytest.fixture(scope="module")
def plain() -> Iterator[RunningService]:
    """The same without the fast path."""
    with serving_standin(fast_path=False) as running:
        yield running


@pytest.fixture(params=["fast", "plain"])
def either(request: pytest.FixtureRequest) -> RunningService:
    """Each of the two in turn."""
    running: RunningService = request.getfixturevalue(request.param)
    return running
