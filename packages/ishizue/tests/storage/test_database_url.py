"""A database URL is rejected at startup, or the driver understands it; what TLS then verifies."""

import re
import ssl
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from inspect import signature
from typing import Any
from unittest.mock import patch
from urllib.parse import quote

import pytest
from asyncpg.connect_utils import SSLMode
from asyncpg.connect_utils import _parse_connect_dsn_and_args as asyncpg_parse
from tests.notes_settings import read

from ishizue.settings import SettingsError
from ishizue.storage.database_url import DatabaseUrl, verify_full

URL = "postgresql://user:s3cret@db.example/name"


@pytest.fixture(scope="module", autouse=True)
def _nothing_but_the_url() -> Iterator[None]:
    """Without PG* variables and without files in the home folder."""
    with patch.dict("os.environ", {"HOME": "/nowhere", "USER": "somebody"}, clear=True):
        yield


def understood(database: DatabaseUrl) -> tuple[list[object], Any]:
    """Where asyncpg would connect, and how. Raises its errors for malformed arguments."""
    unset = dict.fromkeys(signature(asyncpg_parse).parameters)
    hosts, parameters = asyncpg_parse(**unset | database.connect_arguments())
    return list(hosts), parameters


def encryption(environ: dict[str, str]) -> str:
    """The strictest sslmode that asyncpg would enforce."""
    database = read(environ).database
    assert isinstance(database, DatabaseUrl)
    _, parameters = understood(database)
    if not parameters.ssl:
        return "off"
    if parameters.sslmode < SSLMode.require:
        return "prefer"  # or `allow`: without TLS if the server has none
    if parameters.ssl.verify_mode is not ssl.CERT_REQUIRED:
        return "require"
    return "verify-full" if parameters.ssl.check_hostname else "verify-ca"


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("postgresql://db..internal/x", "labels of 1 to 63"),
        (f"postgresql://{'a' * 64}.example/x", "labels of 1 to 63"),
        ("postgresql://db.example/x?port=xx", "port"),
        ("postgresql://db.example:5432,other:0/x", "port"),
        ("postgresql://u%00:s3cret@db.example/x", "NUL"),
        ("postgresql://u:s3cret%00@db.example/x", "NUL"),
        ("postgresql://db.example/x%00", "NUL"),
        ("postgresql://db.example/x?application_name=%00", "NUL"),
        ("postgresql://u:s3cret%ff@db.example/x", "UTF-8"),
        ("postgresql://u:s3cret\udcff@db.example/x", "UTF-8"),
        ("postgresql://u:s3cret@1@db.example/x", "write %40"),
        ("postgresql://u:s3cret#1@db.example/x", "write %23"),
        ("postgresql://u:s3cret@db.example\n/x", "control character"),
        ("postgresql://db.example/x?sslmode", "name=value"),
        ("postgresql://db.example/x?sslmode=yes", "sslmode"),
        ("postgresql://[::1%25/x", "is not a PostgreSQL URL"),
        ("postgresql://[v1.a]/x", "host"),
    ],
)
def test_a_malformed_url_is_refused_with_the_reason_and_without_the_password(
    url: str, words: str
) -> None:
    with pytest.raises(SettingsError, match=f"^DATABASE_URL .*{words}") as caught:
        read({"DATABASE_URL": url})
    assert "s3cret" not in str(caught.value)


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        (URL, [("db.example", 5432)]),
        ("postgres://db.example:6432/x?sslmode=require", [("db.example", 6432)]),
        ("postgresql://a,b:6432/x", [("a", 5432), ("b", 6432)]),
        ("postgresql://[2001:db8::1]:6432/x", [("2001:db8::1", 6432)]),
        ("postgresql://データ.example/x", [("データ.example", 5432)]),
        ("postgresql://db.example./x", [("db.example.", 5432)]),
        ("postgresql://%2Frun%2Fdb/x", ["/run/db/.s.PGSQL.5432"]),
        ("postgresql://u@/x?host=/run/db&port=6432", ["/run/db/.s.PGSQL.6432"]),
        ("postgresql:///x?host=a,b&port=1,2", [("a", 1), ("b", 2)]),
        (f"postgresql://u:{quote('p@#: %é/?', safe='')}@db.example/x", [("db.example", 5432)]),
    ],
)
def test_urls_that_the_driver_understands_are_accepted(url: str, expected: list[object]) -> None:
    database = read({"DATABASE_URL": url}).database
    assert isinstance(database, DatabaseUrl)
    assert understood(database)[0] == expected


OF_SSLMODE = {
    "": "prefer",
    "?sslmode=disable": "off",
    "?sslmode=allow": "prefer",
    "?sslmode=prefer": "prefer",
    "?sslmode=require": "require",
    "?sslmode=verify-full": "verify-full",
}


@pytest.mark.parametrize("sslmode", [*OF_SSLMODE, "?sslmode=verify-ca"])
def test_the_setting_of_tls_overrides_the_urls_sslmode(sslmode: str) -> None:
    for tls in ("off", "require", "verify-full"):
        settings = {"DATABASE_URL": URL + sslmode, "NOTES_DB_TLS": tls}
        assert encryption(settings) == tls
    if sslmode in OF_SSLMODE:  # verify-ca depends on a file
        assert encryption({"DATABASE_URL": URL + sslmode}) == OF_SSLMODE[sslmode]


NAME = re.compile("Amazon RDS ([a-z0-9-]+) Root CA (RSA2048|RSA4096|ECC384) G1")


def test_a_verified_connection_trusts_the_system_and_rds_for_a_year_and_checks_the_name() -> None:
    context = verify_full()
    assert context.check_hostname
    assert context.verify_mode is ssl.CERT_REQUIRED
    system = ssl.create_default_context().get_ca_certs()
    trusted: list[Any] = context.get_ca_certs()
    assert all(certificate in trusted for certificate in system)
    added = [certificate for certificate in trusted if certificate not in system]
    names = [dict(field for (field,) in root["subject"])["commonName"] for root in added]
    regions = Counter(match[1] for match in map(NAME.fullmatch, names) if match)
    assert {"ap-northeast-1", "ap-northeast-3", "us-east-1", "eu-west-1"} <= regions.keys()
    assert {*regions.values()} == {3}
    assert len(names) == regions.total()
    for root in added:
        ends = datetime.fromtimestamp(ssl.cert_time_to_seconds(root["notAfter"]), UTC)
        assert ends - datetime.now(UTC) > timedelta(days=365), root["subject"]


def test_all_python_versions_verify_alike(monkeypatch: pytest.MonkeyPatch) -> None:
    strict = ssl.create_default_context()
    strict.verify_flags |= ssl.VERIFY_X509_STRICT  # as Python 3.13 makes it
    monkeypatch.setattr("ssl.create_default_context", lambda: strict)
    assert not verify_full().verify_flags & ssl.VERIFY_X509_STRICT


def test_a_url_that_names_roots_of_its_own_is_left_to_the_driver() -> None:
    url = f"{URL}?sslmode=verify-full&sslrootcert=/own.pem"
    assert DatabaseUrl(url).connect_arguments() == {"dsn": url}
