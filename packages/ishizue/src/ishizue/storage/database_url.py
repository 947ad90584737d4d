"""A database's URL: where it is, how to connect, and strict checks of its syntax.

asyncpg and the name resolver reject a malformed URL only when they connect, with errors of many
types. These checks raise ValueError with words that follow a setting's name and show nothing of the
value, which contains a password.
"""

import re
import ssl
from dataclasses import dataclass, field
from importlib import resources
from ipaddress import IPv6Address
from typing import Any, Literal
from urllib.parse import parse_qs, unquote, unquote_to_bytes, urlsplit

Tls = Literal["off", "require", "verify-full"]

_MODES = ("disable", "allow", "prefer", "require", "verify-ca", "verify-full")
"""What `sslmode` can be. The driver judges other parameters when it connects."""


@dataclass(frozen=True, slots=True)
class DatabaseUrl:
    """A PostgreSQL URL, and the TLS mode if it overrides the URL's."""

    url: str = field(repr=False)
    tls: Tls | None = None

    def connect_arguments(self) -> dict[str, Any]:
        """Arguments for `asyncpg.connect`."""
        mode = self.tls or self._mode_of_url()
        if mode is None:
            return {"dsn": self.url}
        if mode == "verify-full":
            return {"dsn": self.url, "ssl": verify_full()}
        return {"dsn": self.url, "ssl": "require" if mode == "require" else False}

    def _mode_of_url(self) -> Tls | None:
        """`verify-full` if the URL says so and names no roots of its own."""
        query = parse_qs(urlsplit(self.url).query)
        verifies = query.get("sslmode") == ["verify-full"] and "sslrootcert" not in query
        return "verify-full" if verifies else None


def verify_full() -> ssl.SSLContext:
    """A context that checks the certificate's chain, dates and host name.

    Trusted are the system's roots (another set by `SSL_CERT_FILE`, as everywhere with OpenSSL) and
    Amazon RDS's of every commercial region, which no system carries.
    """
    context = ssl.create_default_context()
    roots = resources.files("ishizue.storage") / "rds_roots.pem"
    context.load_verify_locations(cadata=roots.read_text(encoding="ascii"))
    # Python 3.13 also refuses certificates that lack optional extensions. libpq does not, and a
    # server must not become unreachable by a newer Python.
    context.verify_flags &= ~ssl.VERIFY_X509_STRICT
    return context


def host_of(url: str) -> str:
    """The host, the only part of the URL that may be shown."""
    parts = urlsplit(url)
    return parts.hostname or parse_qs(parts.query).get("host", ["the database"])[0]


def check_url(url: str) -> None:
    """Raise ValueError, with the reason, for a URL that cannot be connected to."""
    try:
        parts = urlsplit(url)
    except ValueError:
        raise ValueError("is not a PostgreSQL URL, such as postgresql://user@host/name") from None
    if parts.scheme not in ("postgresql", "postgres") or not (parts.netloc or parts.query):
        raise ValueError("is neither a PostgreSQL URL, postgresql://…, nor none")
    if re.search(r"[\x00-\x1f\x7f]", url):
        raise ValueError("has a control character: write it as % and its two hexadecimal digits")
    try:
        decoded = unquote_to_bytes(url).decode()
    except UnicodeError:
        raise ValueError("has a % sequence that is not UTF-8") from None
    if "\0" in decoded:
        raise ValueError("has a NUL character (%00)")
    if "#" in url:
        raise ValueError("has a #: write %23 for one in the password")
    before, at, after = parts.netloc.partition("@")
    if "@" in after:
        raise ValueError("has a second @: write %40 for one in the password")
    hosts = after if at else before
    query = _query(parts.query)
    for port in (port for listed in query.get("port", ()) for port in listed.split(",")):
        _port(port)
    if hosts:
        names = [unquote(name) for name in _hosts(hosts)]
    else:
        names = [name for listed in query.get("host", [])[-1:] for name in _hosts(listed)]
    for name in names:
        check_host(name)


def check_host(name: str) -> None:
    """Raise ValueError for what is neither a socket's folder, an address nor a host name."""
    if name.startswith("/"):
        return
    try:
        if ":" in name:
            IPv6Address(name)
        elif not name.encode("idna"):
            raise ValueError
    except ValueError:
        raise ValueError(
            "has a host that is neither an address nor a name of labels of 1 to 63 characters"
        ) from None


def _query(text: str) -> dict[str, list[str]]:
    try:
        query = parse_qs(text, strict_parsing=True) if text else {}
    except ValueError:
        raise ValueError("has a query that is not name=value&name=value") from None
    if not set(query.get("sslmode", ())) <= {*_MODES}:
        raise ValueError(f"has an unknown sslmode: it can be {', '.join(_MODES)}")
    return query


def _hosts(listed: str) -> list[str]:
    """The hosts of a comma-separated list, each with its port checked and taken off."""
    names = []
    for entry in listed.split(","):
        match = re.fullmatch(r"\[([^\]]+:[^\]]*)\](?::(.*))?|(/.*|[^:\[\]]+)(?::(.*))?", entry)
        if not match:
            raise ValueError("has an empty or malformed host")
        address, its_port, name, port = match.groups()
        if port := unquote(its_port or port or ""):
            _port(port)
        names.append(address or name)
    return names


def _port(text: str) -> None:
    if not re.fullmatch(r"[0-9]{1,5}", text) or not 1 <= int(text) <= 65535:
        raise ValueError("has a port that is not a number from 1 to 65535")
