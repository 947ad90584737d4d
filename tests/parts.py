"""The parts of the suite: `make test`, `make test-rest`, and what only `make test-all` runs."""

from collections import Counter

import pytest

REST = {
    "slow": "takes longer than a few seconds",
    # portal
    "browser": "needs a Chromium",
    # /portal
    "external": "needs a program, a registry or a privilege beyond Python, make and PyPI",
}
"""Markers of the tests that are in `rest`; all others are in `quick`."""

LONG = "long"
"""The marker of those that are in `all` only, so that a change is checked in fifteen minutes."""

SERIAL = "serial: needs the machine to itself, and runs after the tests that run in parallel"

LEFT_OUT = pytest.StashKey[dict[str, int]]()


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--part",
        choices=("all", "quick", "rest"),
        default="all",
        help="quick: without tests that have a marker; rest: only these, without long ones",
    )


def pytest_configure(config: pytest.Config) -> None:
    long = f"{LONG}: slow, and shows again what a shorter test shows"
    for marker in (*(f"{name}: {reason}" for name, reason in REST.items()), long, SERIAL):
        config.addinivalue_line("markers", marker)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Select the part, slow files first, and count by file what `quick` leaves out."""
    _order(items)
    part = config.getoption("part")
    if part == "all":
        return
    chosen: list[pytest.Item] = []
    others: list[pytest.Item] = []
    for item in items:
        (chosen if _part(item) == part else others).append(item)
    items[:] = chosen
    config.hook.pytest_deselected(items=others)
    if part == "quick":
        config.stash[LEFT_OUT] = Counter(
            f"{item.path.relative_to(config.rootpath)} ({', '.join(_markers(item))})"
            for item in others
        )


def _order(items: list[pytest.Item]) -> None:
    """Put the files first that take long: what runs last should leave no worker without work."""
    number = Counter(item.path for item in items)
    slow = {item.path for item in items if item.get_closest_marker("slow")}
    browser = {item.path for item in items if item.get_closest_marker("browser")}

    def rank(item: pytest.Item) -> tuple[bool, bool, int]:
        return item.path not in slow, item.path not in browser, -number[item.path]

    items.sort(key=rank)


def _part(item: pytest.Item) -> str:
    if item.get_closest_marker(LONG):
        return "all"
    return "rest" if _markers(item) else "quick"


def _markers(item: pytest.Item) -> list[str]:
    return [name for name in (*REST, LONG) if item.get_closest_marker(name)]


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """List what was left out; with xdist only the workers know, and the serial phase lists it."""
    left_out = terminalreporter.config.stash.get(LEFT_OUT, {})
    if left_out:
        terminalreporter.section(f"left out: {sum(left_out.values())} tests, run by make test-all")
        for file, number in sorted(left_out.items()):
            terminalreporter.line(f"{number:4} {file}")
