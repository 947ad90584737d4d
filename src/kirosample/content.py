"""The content: TOML files that people edit, beside the modules that read them.

A product is built with all of them in one file, where each stands beside the checksum of its
source. It is used as long as the source is the same: so a server starts without parsing TOML. A
checkout keeps such a file in its build folder, and parses what was edited since. Either way the
types of `read` are what the files must be.
"""

import re
from collections.abc import Collection, Iterator, Mapping
from functools import cache
from importlib.resources import files
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Annotated, Any, TypeVar
from zlib import crc32

import msgspec

from kirosample import text
from kirosample.text import typographic

BUILT = "content.msgpack"
_FOLDER = Path(str(files("kirosample")))
_CODE = crc32(b"".join(Path(str(module)).read_bytes() for module in (__file__, text.__file__)))
"""What shapes a source is a part of its checksum."""

_parsed: dict[str, tuple[int, msgspec.Raw]] = {}
"""What was not built, by file, until it is kept."""

_T = TypeVar("_T")


Kana = Annotated[str, msgspec.Meta(pattern="^[ぁ-ゖァ-ヺー]+$")]


class ContentError(ValueError):
    """A file of the content is invalid; the message names the file, the entry and the field."""


def read(name: str, of: type[_T]) -> _T:
    """A file by its path in this package, such as quotes/authors.toml. Raises ContentError."""
    source = (_FOLDER / name).read_bytes()
    checksum, document = built().get(name, (None, msgspec.Raw()))
    if checksum == crc32(source, _CODE):
        return msgspec.msgpack.decode(document, type=of)
    read, document = _parse(name, source.decode(), of)
    _parsed[name] = crc32(source, _CODE), document
    return read


def parse(name: str, text: str, of: type[_T]) -> _T:
    """A source. A table's words in two languages become a Text. Raises ContentError."""
    return _parse(name, text, of)[0]


def _parse(name: str, text: str, of: type[_T]) -> tuple[_T, msgspec.Raw]:
    """A source, and its document as it is stored."""
    import tomllib  # not where everything is built

    document: Any = None
    try:
        document = tomllib.loads(text)
        shaped = _shaped(document, "$")
        return msgspec.convert(shaped, of), msgspec.Raw(msgspec.msgpack.encode(shaped))
    except ValueError as error:
        raise ContentError(f"{name}: {_located(str(error), document)}") from None


def entries(name: str, written: Mapping[str, Any], of: Any) -> Iterator[tuple[str, Any]]:
    """Tables by names that are in no type. Raises ContentError."""
    for key, value in written.items():
        try:
            yield key, msgspec.convert(value, of)
        except msgspec.ValidationError as error:
            raise ContentError(f"{name}: {key}: {_located(str(error), value)}") from None


def require_names(name: str, field: str, written: Collection[str], known: Collection[str]) -> None:
    """The keys of a table must be the names that the code asks for. Raises ContentError."""
    for key in known:
        if key not in written:
            raise ContentError(f"{name}: {field}: {key} is missing")
    for key in written:
        if key not in known:
            raise ContentError(f"{name}: {field}.{key}: is none of {', '.join(known)}")


@cache
def built() -> Mapping[str, tuple[int, msgspec.Raw]]:
    """The checksum and the document of each file; none at a checkout's first start."""
    try:
        data = (_FOLDER / BUILT if is_built() else _kept()).read_bytes()
        return msgspec.msgpack.decode(data, type=dict[str, tuple[int, msgspec.Raw]])
    except (OSError, msgspec.DecodeError):
        return {}


def is_built() -> bool:
    """Whether the product was built: in a checkout it was not."""
    return (_FOLDER / BUILT).exists()


def keep() -> None:
    """In a checkout, keep what was parsed for the next start. Two may do so at once."""
    if _parsed and (_kept().parents[1] / "pyproject.toml").exists():
        try:
            _kept().parent.mkdir(exist_ok=True)
            with NamedTemporaryFile(dir=_kept().parent, delete=False) as file:
                file.write(msgspec.msgpack.encode({**built(), **_parsed}))
            Path(file.name).replace(_kept())
        except OSError:
            pass  # a checkout that may only be read: the next start parses too
    _parsed.clear()


def _kept() -> Path:
    return _FOLDER.parents[1] / "build" / BUILT


def build(folder: Path) -> None:
    """Write the file into this package's folder. Raises ContentError."""
    documents: dict[str, tuple[int, msgspec.Raw]] = {}
    for path in folder.rglob("*.toml"):
        name = f"{path.relative_to(folder)}"
        source = path.read_bytes()
        documents[name] = crc32(source, _CODE), _parse(name, source.decode(), Any)[1]
    (folder / BUILT).write_bytes(msgspec.msgpack.encode(documents))


def _shaped(value: Any, path: str) -> Any:
    if isinstance(value, dict):
        shaped = {key: _shaped(each, f"{path}.{key}") for key, each in value.items()}
        if "ja" in shaped and isinstance(shaped.get("en"), str):
            text = [shaped.pop("ja"), typographic(shaped.pop("en"))]
            return shaped | {"text": text} if shaped else text
        if "ja" in shaped:
            raise ValueError(f"has `ja`, and no `en` beside it - at `{path}`")
        return shaped
    if isinstance(value, list):
        return [_shaped(each, f"{path}[{number}]") for number, each in enumerate(value)]
    if isinstance(value, str) and not _is_one_line(value):
        raise ValueError(f"must be one line of text, without spaces around it - at `{path}`")
    return value


def _is_one_line(value: str) -> bool:
    # The ideographic space, between the lines of a poem, does not count as printable.
    return value != "" and value == value.strip() and value.replace("\u3000", "").isprintable()


def _located(problem: str, document: Any) -> str:
    """A problem's message after its place, counted from 1, and the entry's id or name."""
    what, _, place = problem.partition(" - at `$")
    match = re.match(r"\.(\w+)\[(\d+)\]", place)
    name = _name(document[match[1]][int(match[2])]) if match else None
    place = re.sub(r"\[(\d+)\]", lambda number: f"[{int(number[1]) + 1}]", place.strip(".`"))
    if name:
        place += f" ({name})"
    return f"{place}: {what}" if place else what


def _name(entry: Any) -> str | None:
    name = entry.get("id", entry.get("name")) if isinstance(entry, dict) else None
    return name.get("ja") if isinstance(name, dict) else name
