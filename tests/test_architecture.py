"""The house keeps its rules: who may import whom, and how large a room may grow."""

import ast
from pathlib import Path

import pytest

SOURCE = Path(__file__).parent.parent / "src" / "kirosample"
ALLOWED = {
    "almanac": {"almanac"},
    "horoscope": {"horoscope"},
    "quotes": {"quotes"},
    "favorites": {"favorites", "limits"},
    "share": {"share", "limits"},
}
IO = {
    "asyncio",
    "asyncpg",
    "http",
    "httptools",
    "socket",
    "sqlite3",
    "starlette",
    "subprocess",
    "uvicorn",
}
WITH_SQL = ("SELECT ", "INSERT INTO ", "DELETE FROM ", "UPDATE ")


def imports(path: Path) -> set[str]:
    """The modules that a file imports, wherever in it."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: a relative import"
            found |= {f"{node.module}.{alias.name}" for alias in node.names}
    return found


@pytest.mark.parametrize("package", ALLOWED)
def test_a_package_imports_only_what_the_design_lets_it(package: str) -> None:
    for path in (SOURCE / package).rglob("*.py"):
        ours = {name.split(".")[1] for name in imports(path) if name.startswith("kirosample.")}
        assert ours <= ALLOWED[package], path


@pytest.mark.parametrize("package", ["almanac", "horoscope", "quotes"])
def test_a_pure_package_does_no_io_and_reads_no_clock(package: str) -> None:
    for path in (SOURCE / package).rglob("*.py"):
        assert not {name.split(".")[0] for name in imports(path)} & IO, path
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Attribute):
                assert node.attr not in ("now", "today", "utcnow"), f"{path}:{node.lineno}"


def test_sql_stands_in_one_package() -> None:
    for path in SOURCE.rglob("*.py"):
        if path.parent.name != "favorites":
            text = path.read_text(encoding="utf-8")
            assert not [word for word in WITH_SQL if f'"{word}' in text], path


def test_nothing_imports_the_web_but_the_composition_root_and_the_routes() -> None:
    for path in SOURCE.rglob("*.py"):
        if "web" in path.parts or path.name in ("app.py", "routes.py"):
            continue
        assert not [name for name in imports(path) if name.startswith("kirosample.web")], path
