"""Small faults that a line of Python may have."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import accumulate

_OPPOSITES = (("<", "<="), (">", ">="), ("==", "!="), ("in", "not in"), ("is", "is not"))
_SWAPPED: dict[type[ast.cmpop], str] = {
    type(ast.parse(f"a {one} b", mode="eval").body.ops[0]): other  # type: ignore[attr-defined]
    for pair in _OPPOSITES
    for one, other in (pair, pair[::-1])
}


@dataclass(frozen=True, slots=True)
class Mutation:
    line: int
    source: str
    """The whole file with the fault."""


def mutations(source: str) -> Iterator[Mutation]:
    """Every mutation of a file: all of its code, but no docstring and no annotation."""
    whole = source.encode()
    starts = [0, *accumulate(map(len, whole.splitlines(keepends=True)))]
    for node, new in _faults(ast.parse(source)):
        assert node.end_lineno
        assert node.end_col_offset is not None
        start = starts[node.lineno - 1] + node.col_offset
        end = starts[node.end_lineno - 1] + node.end_col_offset
        mutated = (whole[:start] + new.encode() + whole[end:]).decode()
        yield Mutation(node.lineno, mutated)


def _faults(tree: ast.AST) -> Iterator[tuple[ast.expr | ast.stmt, str]]:
    """The nodes to replace, each with what replaces it."""
    for node in _code(tree):
        match node:
            case ast.If(test=test) | ast.While(test=test) | ast.IfExp(test=test):
                yield test, f"(not ({ast.unparse(test)}))"
            case ast.Compare(left=left, ops=[op], comparators=[right]):
                yield node, f"({ast.unparse(left)} {_SWAPPED[type(op)]} {ast.unparse(right)})"
            case ast.Constant(value=bool(value)):
                yield node, str(not value)
            case ast.Constant(value=int(value)):
                yield node, str(value + 1)
                yield node, f"({value - 1})"
            case ast.Expr(value=ast.Call() | ast.Await()) | ast.AugAssign() | ast.Raise():
                yield node, "pass"
            case ast.Return(value=ast.expr() as value) if ast.unparse(value) != "None":
                yield node, "return None"


def _code(node: ast.AST) -> Iterator[ast.AST]:
    """What runs; not f-strings, whose parts have no exact place before Python 3.12."""
    yield node
    for name, value in ast.iter_fields(node):
        if name in ("annotation", "returns", "decorator_list"):
            continue
        for child in value if isinstance(value, list) else [value]:
            if isinstance(child, ast.AST) and not isinstance(child, ast.JoinedStr):
                yield from _code(child)
