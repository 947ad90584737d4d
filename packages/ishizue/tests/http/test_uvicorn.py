"""uvicorn's internals are overridden and used: another minor version may change what they mean.

The tests of `protocol/` and `test_server.py` find a name of theirs that is gone.
"""

from importlib.metadata import requires, version

from packaging.requirements import Requirement


def test_the_tested_minor_version_is_required() -> None:
    requirements = map(Requirement, requires("ishizue") or ())
    (required,) = (each for each in requirements if each.name == "uvicorn")
    major, minor, _ = version("uvicorn").split(".")
    assert required.specifier.contains(version("uvicorn"))
    for other in (f"{major}.{int(minor) - 1}.9", f"{major}.{int(minor) + 1}.0"):
        assert not required.specifier.contains(other)
