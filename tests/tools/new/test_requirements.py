"""Locked requirements lose what nothing requires any more."""

from tools.new.requirements import without

LOCKED = """\
anyio==4.0 \\
    --hash=sha256:00
    # via
    #   -c requirements/serve.txt
    #   starlette
ephem==4.2 \\
    --hash=sha256:01 \\
    --hash=sha256:02
    # via kirosample (pyproject.toml)
pillow==12.0 \\
    --hash=sha256:03
    # via
    #   kirosample (pyproject.toml)
    #   starlette
starlette==1.0 \\
    --hash=sha256:04
    # via kirosample (pyproject.toml)
"""


def packages(text: str) -> list[str]:
    return [line.split("==")[0] for line in text.splitlines() if "==" in line]


def test_what_another_package_requires_stays() -> None:
    assert packages(without(LOCKED, {"starlette"})) == ["anyio", "pillow", "starlette"]


def test_nothing_is_left_of_what_goes() -> None:
    found = without(LOCKED, {"starlette", "pillow"})
    assert "ephem" not in found
    assert "sha256:02" not in found
    assert without(LOCKED, {"ephem", "pillow", "starlette"}) == LOCKED
