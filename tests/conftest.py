"""The product's server, for all tests. The databases are in `ishizue.testing.plugin`."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from hypothesis import settings

from ishizue.storage import database as connections
from ishizue.testing.postgres import fresh_database
from kirosample.favorites import page_counts, store, writes
from tools.servers import PUBLIC, SETTINGS, Running, serving
from tools.tls_postgres import TlsPostgres, tls_postgres

# On a busy machine an example may take a second.
settings.register_profile("tests", deadline=None)
settings.load_profile("tests")


@pytest.fixture
def patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """A busy machine may take longer; tests of outages have servers of their own."""
    monkeypatch.setattr(connections, "CONNECT_SECONDS", 30)
    monkeypatch.setitem(connections._SESSION, "statement_timeout", "30000")
    for module in (connections, page_counts, store, writes):
        monkeypatch.setattr(module, "STATEMENT_SECONDS", 30)
    monkeypatch.setattr(writes, "WRITE_DEADLINE_SECONDS", 60)


@pytest.fixture
def server(database: str, request: pytest.FixtureRequest) -> Iterator[Running]:
    """A ready server on an empty database, at noon in Tokyo on 2026-11-24."""
    request.getfixturevalue("patient")
    with serving(database) as running:
        running.ready()
        yield running


@pytest.fixture(scope="module")
def quiet_server(embedded_postgres: str) -> Iterator[Running]:
    """A ready server on an empty database, shared by a module of tests that write nothing."""
    with fresh_database(embedded_postgres) as address, serving(address) as running:
        running.ready()
        yield running


@pytest.fixture(scope="module")
def pages() -> Iterator[Running]:
    """A server without a database, shared by a module of tests."""
    with serving(None) as running:
        yield running


@pytest.fixture(scope="module")
def public() -> Iterator[Running]:
    """A server without a database that knows its public address."""
    with serving(None, settings=replace(SETTINGS, public_url=PUBLIC)) as running:
        yield running


@pytest.fixture(scope="module")
def postgres() -> Iterator[TlsPostgres]:
    """A PostgreSQL that speaks TLS, for a module of tests."""
    with tls_postgres() as running:
        yield running
