"""The rules of the layout: who imports whom, and how many modules a folder holds."""

import ast
from collections.abc import Iterator, Mapping
from functools import cache
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
SOURCE = ROOT / "src" / "kirosample"
SERVING = ROOT / "packages" / "ishizue" / "src" / "ishizue"

BASE = {"clock", "durable", "failure", "health", "limits", "product"}
"""What any room of `ishizue` may use: each is one module that imports no other."""

OF_SERVING: Mapping[str, set[str]] = {
    **{name: set() for name in BASE},
    "memory": BASE,
    "telemetry": BASE,
    "storage": BASE,
    "postgres": BASE,
    "http": BASE | {"telemetry"},
    "settings": BASE | {"http", "storage"},
    "composition": BASE | {"http", "memory", "settings", "telemetry"},
    "visitors": BASE | {"http", "postgres", "settings"},
    "commands": BASE | {"http", "memory", "postgres", "settings", "storage", "telemetry"},
    "testing": BASE | {"http", "postgres", "storage", "telemetry"},
}
"""What each room of `ishizue` imports of it besides itself."""

PURE: Mapping[str, set[str]] = {
    "text": set(),
    "almanac": {"text"},
    "horoscope": {"almanac", "text"},
    "quotes": {"text"},
    "omikuji": {"quotes", "text"},
}
"""Rooms that do no I/O and read no clock, and what each imports besides itself."""

TABLES = "favorites"
"""The room with the tables and their SQL."""

OTHERS: Mapping[str, set[str]] = {}
"""What each other room imports."""

MAY_IMPORT: Mapping[str, set[str]] = {
    **PURE,
    "settings": set(),
    TABLES: set(),
    **OTHERS,
    "web": {*PURE, TABLES},
}
"""What each room of the product imports of it besides itself. Others may import all of these."""

OPERATING = [
    *("node", "words", "names", "acknowledgments", "timing", "variables", "product"),
    *("config", "project", "app_contract", "schemas", "design", "stacks", "synth", "template"),
    *(
        "update",
        "deploy",
        "checks",
        "cost",
        "drawing",
        "iam",
        "emulator",
        "trial",
        "load",
        "drills",
        "fleet",
        "restore",
        "audit",
        "runbook",
        "testing",
    ),
]
"""The rooms of `ishizue_ops` from the bottom up: each imports only rooms before it."""

COMPOSITION = {"app", "routes", "commands", "cli", "__main__", "__init__"}

PRODUCT = {*PURE, TABLES, *OTHERS, "web"}

CODE = [
    ROOT / "src",
    ROOT / "packages" / "ishizue" / "src",
    ROOT / "packages" / "ishizue-ops" / "src",
    ROOT / "infra",
    ROOT / "benchmarks",
]
"""What may not import tools or tests."""

MAX_MODULES = 16

IO = {
    "asyncio", "asyncpg", "http", "httptools", "ishizue", "socket", "sqlite3", "starlette",
    "subprocess", "uvicorn",
}  # fmt: skip
SQL = ("SELECT ", "INSERT INTO ", "DELETE FROM ", "UPDATE ")


@cache
def syntax(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def imports(path: Path) -> set[str]:
    """The modules or names that a file imports, at its top or within a function."""
    found = set()
    for node in ast.walk(syntax(path)):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            if node.level:  # within the package: an import of this room
                continue
            found |= {f"{node.module}.{alias.name}" for alias in node.names}
    return found


def room(path: Path, package: Path = SOURCE) -> str:
    return path.relative_to(package).parts[0].removesuffix(".py")


def modules(package: Path = SOURCE) -> Iterator[Path]:
    return package.rglob("*.py")


def rooms_imported(path: Path, package: str = "kirosample") -> set[str]:
    """The rooms of the package that a file imports; the package's own names are no room."""
    found = {name.split(".")[1] for name in imports(path) if name.startswith(f"{package}.")}
    return found - {"PRODUCT", "__version__"}


def assert_acyclic(graph: Mapping[str, set[str]]) -> None:
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        pytest.fail(" imports ".join(reversed(error.args[1])))


def test_each_room_imports_only_what_the_layout_allows() -> None:
    for path in modules():
        if room(path) not in COMPOSITION:
            assert rooms_imported(path) <= MAY_IMPORT[room(path)] | {room(path)}, path
    for path in modules(SERVING):
        if (own := room(path, SERVING)) != "__init__":
            assert rooms_imported(path, "ishizue") <= OF_SERVING[own] | {own}, path


def test_only_the_composition_imports_the_product_over_http() -> None:
    for path in modules():
        if "web" in rooms_imported(path) and room(path) != "web":
            assert path.name in ("app.py", "routes.py"), path


def test_pages_api_feeds_and_share_do_not_import_each_other() -> None:
    handlers = {"pages", "api", "feeds", "share"}
    for path in (SOURCE / "web").rglob("*.py"):
        own = path.relative_to(SOURCE / "web").parts[0]
        found = {name.split(".")[2] for name in imports(path) if name.startswith("kirosample.web.")}
        assert found & handlers <= {own}, path


@pytest.mark.parametrize("package", [SOURCE, SERVING], ids=lambda package: package.name)
def test_no_module_imports_itself_through_others(package: Path) -> None:
    names = {
        ".".join(path.relative_to(package.parent).with_suffix("").parts): path
        for path in modules(package)
    }

    def imported(name: str) -> str | None:
        package = name.rpartition(".")[0]
        candidates = (name, package, f"{name}.__init__", f"{package}.__init__")
        return next((module for module in candidates if module in names), None)

    graph = {
        name: {found for one in imports(path) if (found := imported(one)) and found != name}
        for name, path in names.items()
    }
    assert_acyclic(graph)


@pytest.mark.parametrize("parent", ["kirosample", "kirosample.web", "ishizue", "ishizue.http"])
def test_no_room_imports_itself_through_others(parent: str) -> None:
    package = SERVING if parent.startswith("ishizue") else SOURCE
    folder = package.parent.joinpath(*parent.split("."))
    graph: dict[str, set[str]] = {}
    for path in folder.rglob("[!_]*.py"):
        own = path.relative_to(folder).parts[0].removesuffix(".py")
        found = {one[len(parent) + 1 :] for one in imports(path) if one.startswith(f"{parent}.")}
        graph.setdefault(own, set()).update({name.split(".")[0] for name in found} - {own})
    assert len(graph) > 3
    assert_acyclic(graph)


def test_the_infrastructure_does_not_import_the_application() -> None:
    for path in (ROOT / "infra").rglob("*.py"):
        assert not {name for name in imports(path) if name.split(".")[0] == "kirosample"}, path


def test_no_room_of_operating_imports_upward() -> None:
    package = ROOT / "packages/ishizue-ops/src/ishizue_ops"
    for path in package.rglob("[!_]*.py"):
        own = path.relative_to(package).parts[0].removesuffix(".py")
        found = {name.split(".")[1] for name in imports(path) if name.startswith("ishizue_ops.")}
        below = OPERATING[: OPERATING.index(own) + 1]
        assert found <= set(below), path
        # What is computed comes from the template, not from the code that made it.
        assert own not in ("checks", "cost", "drawing", "iam") or "design" not in found, path


@pytest.mark.parametrize("folder", CODE, ids=str)
def test_only_tests_import_tools(folder: Path) -> None:
    for path in folder.rglob("*.py"):
        assert not {n for n in imports(path) if n.split(".")[0] in ("tools", "tests")}, path


def test_a_pure_room_does_no_io_and_reads_no_clock() -> None:
    for path in (path for path in modules() if room(path) in PURE):
        assert not {name.split(".")[0] for name in imports(path)} & IO, path
        for node in ast.walk(syntax(path)):
            if isinstance(node, ast.Attribute):
                assert node.attr not in ("now", "today", "utcnow"), f"{path}:{node.lineno}"


def test_sql_is_in_one_room() -> None:
    for path in modules():
        if room(path) != TABLES:
            text = path.read_text(encoding="utf-8")
            assert not [word for word in SQL if f'"{word}' in text], path


def test_no_folder_holds_more_modules_than_one_takes_in_at_a_glance() -> None:
    for folder in {path.parent for top in [*CODE, ROOT / "tools"] for path in top.rglob("*.py")}:
        found = [path.name for path in folder.glob("*.py") if path.name != "__init__.py"]
        assert len(found) <= MAX_MODULES, folder
