"""What overrides or uses uvicorn's internals meets them: a minor version may change them."""

import ast
import inspect
import re
from collections.abc import Iterator
from importlib.metadata import requires, version
from pathlib import Path

import pytest
import uvicorn
import uvicorn.server
from packaging.requirements import Requirement
from uvicorn.protocols.http import flow_control, httptools_impl

import ishizue.http
from ishizue.http.protocol.connection import Connection
from ishizue.http.server import Server

HTTP = Path(ishizue.http.__file__).parent
OURS = [ast.parse(file.read_text()) for file in HTTP.rglob("*.py")]
PAIRS = [(Connection, httptools_impl.HttpToolsProtocol), (Server, uvicorn.Server)]
OBJECTS = {
    "cycle": httptools_impl.RequestResponseCycle,
    "flow": flow_control.FlowControl,
    "server_state": uvicorn.server.ServerState,
}
"""By the name that our code gives it: an object of uvicorn's."""


def used() -> Iterator[tuple[str, str]]:
    """Each attribute in our code, with the name of what it is read from."""
    for node in (node for tree in OURS for node in ast.walk(tree)):
        if isinstance(node, ast.Attribute):
            of = node.value.func if isinstance(node.value, ast.Call) else node.value
            yield of.attr if isinstance(of, ast.Attribute) else getattr(of, "id", ""), node.attr


def names(of: type) -> set[str]:
    """What a class and its instances have."""
    return {*dir(of), *assigned(of)}


def assigned(of: type) -> list[str]:
    """The attributes that its own source gives an instance."""
    return re.findall(r"\bself\.(\w+)(?:: .+)? = ", inspect.getsource(of))


def methods(of: type) -> dict[str, inspect.Signature]:
    found = {name: each for name, each in vars(of).items() if inspect.isfunction(each)}
    return {name: inspect.signature(each) for name, each in found.items() if name != "__init__"}


@pytest.mark.parametrize(("ours", "theirs"), PAIRS)
def test_a_method_overrides_one_with_its_parameters_or_is_our_own(ours: type, theirs: type) -> None:
    """One that nobody of ours calls is meant for uvicorn, or for what it is called by."""
    called = {name for of, name in used() if of != "super"}
    for name, signature in methods(ours).items():
        if not hasattr(theirs, name):
            assert name in called, f"{theirs.__name__} has no {name} to override"
        elif name in vars(theirs):
            assert [*signature.parameters] == [*methods(theirs)[name].parameters], name


@pytest.mark.parametrize(("ours", "theirs"), PAIRS)
def test_what_is_read_of_the_base_class_is_there(ours: type, theirs: type) -> None:
    source = ast.parse(inspect.getsource(ours)).body[0]
    own = {*vars(ours), *assigned(ours)}
    for node in ast.walk(source):
        match node:
            case ast.Attribute(ast.Name("self"), name) if name not in own:
                assert name in names(theirs), name
            case ast.Attribute(ast.Call(ast.Name("super")), name):
                assert name in names(theirs), name
            case _:
                pass


@pytest.mark.parametrize("name", OBJECTS)
def test_what_is_used_of_its_objects_is_there(name: str) -> None:
    found = {attribute for of, attribute in used() if of == name}
    assert found
    assert found <= names(OBJECTS[name])


def test_the_tested_minor_version_is_required() -> None:
    """What stays the same in name may still mean another thing."""
    (required,) = [
        one for one in map(Requirement, requires("ishizue") or ()) if one.name == "uvicorn"
    ]
    major, minor, _ = version("uvicorn").split(".")
    assert required.specifier.contains(version("uvicorn"))
    for other in (f"{major}.{int(minor) - 1}.9", f"{major}.{int(minor) + 1}.0"):
        assert not required.specifier.contains(other)
