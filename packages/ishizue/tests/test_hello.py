"""A service in one module: its imports, what it has by itself, and what is said of wrong use."""

import ast
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from subprocess import run

import pytest
from alone import programs
from msgspec import Struct
from tests.notes_settings import NOTES, Settings

import ishizue
from ishizue import CHEAP, Endpoint, NoQuery, RequestContext, Service, service
from ishizue.failure import Failure
from ishizue.http.api.health import Liveness
from ishizue.http.api.openapi import document
from ishizue.testing.running import serving

README = Path(__file__).parents[1] / "README.md"


async def hello(_: RequestContext, _query: NoQuery) -> str:
    """Greet the world"""
    return "hello"


async def own_liveness(_: RequestContext, _query: NoQuery) -> Liveness:
    """Another one"""
    return Liveness("ok", True, "its own")


def greeting(api: tuple[Endpoint, ...], port: int) -> Service:
    return service(Settings(port=port), api, log=None)


def test_each_name_can_be_imported() -> None:
    stub = ast.parse(Path(ishizue.__file__).with_suffix(".pyi").read_text())
    for node in stub.body:
        if isinstance(node, ast.ImportFrom):
            (name,) = (alias.name for alias in node.names)
            assert getattr(ishizue, name) is getattr(sys.modules[str(node.module)], name)
    with pytest.raises(ImportError):
        exec("from ishizue import nothing")


def test_a_service_in_one_module_starts_nothing_for_its_health_check(tmp_path: Path) -> None:
    module = tmp_path / "hello.py"
    loads = "import sys, ishizue; print(sorted(sys.modules))"
    first, *_ = programs(README)
    module.write_text(first.files["hello.py"])
    loaded = run([sys.executable, "-c", loads], capture_output=True, text=True, check=True).stdout
    assert not {"starlette", "asyncpg", "uvicorn"} & set(ast.literal_eval(loaded))
    environ = {"PORT": "1", "DATABASE_URL": "x"}  # it takes nothing but the port
    checked = run(
        [sys.executable, module, "healthcheck"], env=environ, capture_output=True, text=True
    )
    assert (checked.returncode, checked.stdout) == (1, "")
    assert checked.stderr.startswith("hello: no response on port 1")
    migrated = run([sys.executable, module, "migrate"], capture_output=True, text=True)
    assert (migrated.returncode, migrated.stderr) == (
        2,
        "hello: Hello has nothing for the command migrate\n",
    )


def test_the_health_checks_and_the_document_are_there_unless_a_service_has_its_own() -> None:
    api = (Endpoint("GET", "/", hello, CHEAP),)
    own = (*api, Endpoint("GET", "/livez", own_liveness, CHEAP, Liveness))
    for listed, version in ((api, NOTES.version), (own, "its own")):
        with serving(partial(greeting, listed)) as at:
            at.ready()
            assert at.json("/") == "hello"
            assert at.json("/livez")["version"] == version
            assert at.json("/nothing", status=404)["title"] == "Not Found"
            made = at.json("/openapi.json")
        assert made == document(listed, product=NOTES, description="")
        assert [*made["paths"]] == ["/", "/livez", "/readyz"]


class New(Struct):
    text: str


async def unannotated(_: RequestContext, new) -> None:  # type: ignore[no-untyped-def]
    pass


async def without_its_path(_: RequestContext, new: New) -> None:
    pass


async def of_no_type(_: RequestContext, new: "Nowhere") -> None:  # type: ignore[name-defined] # noqa: F821
    pass


async def of_bytes(_: RequestContext, new: bytes) -> None:
    pass


async def of_nothing(_: RequestContext) -> None:
    pass


def not_async(_: RequestContext, new: New) -> None:
    pass


@pytest.mark.parametrize(
    ("method", "handler", "path", "why"),
    [
        ("POST", unannotated, "/notes", "new has no type: annotate it with a msgspec.Struct"),
        ("POST", without_its_path, "/notes/{number}", "third parameter"),
        ("POST", of_no_type, "/notes", "'Nowhere' is not defined"),
        ("GET", of_nothing, "/notes", "a handler takes the request, its query or body"),
        ("POST", not_async, "/notes", "a handler is an `async def`"),
        ("GET", of_bytes, "/notes", "a GET has no body"),
    ],
)
def test_wrong_use_is_said_with_the_handlers_file_and_line(
    method: str, handler: Callable[..., object], path: str, why: str
) -> None:
    with pytest.raises(Failure) as caught:  # which a command prints in one line
        Endpoint(method, path, handler, CHEAP)  # type: ignore[arg-type]
    line = handler.__code__.co_firstlineno
    name = handler.__name__
    assert str(caught.value).startswith(f"{__file__}:{line}: {name}: {method} {path}: ")
    assert why in str(caught.value)
