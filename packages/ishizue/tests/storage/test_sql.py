"""`sql` and `dump`: every row comes out, and back into a database of the same schema; files."""

import asyncio
import io
import logging
from collections.abc import Iterator
from pathlib import Path
from urllib.request import Request

import pytest
from tests.notes_settings import read

from ishizue.commands import files, sql
from ishizue.failure import Failure
from ishizue.testing.postgres import connected, fetch, fresh_database


@pytest.fixture(autouse=True)
def _log_again() -> Iterator[None]:
    """A command logs nothing for the rest of its process, which here has other tests."""
    yield
    logging.disable(logging.NOTSET)


SCHEMA = """
CREATE TABLE "Odd name" (id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY, "a b" text,
    raw bytea, at timestamptz, tags text[], size integer GENERATED ALWAYS AS (id * 2) STORED);
CREATE TABLE child (of integer REFERENCES "Odd name", share numeric);
CREATE TABLE empty (id serial);
"""
ROWS = """
INSERT INTO "Odd name" ("a b", raw, at, tags) VALUES
    ('it''s $dump$ \\\\ %s 富士', '\\x00ff', '2026-11-30 07:00:00.123456+09', '{"a,b",NULL}'),
    (NULL, NULL, NULL, NULL);
INSERT INTO child VALUES (2, 0.1), (1, 12345678901234567890.5);
"""
TABLES = ('"Odd name"', "child", "empty")


def execute(address: str, script: str) -> None:
    async def work() -> None:
        async with connected(address) as connection:
            await connection.execute(script)

    asyncio.run(work())


def contents(address: str) -> list[list[tuple[object, ...]]]:
    return [sorted(fetch(address, f"SELECT * FROM {table}"), key=str) for table in TABLES]


def test_a_dump_replaces_all_rows_of_another_database(
    embedded_postgres: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    stored = b""

    def transfer(request: Request, timeout: float) -> io.BytesIO:
        nonlocal stored
        assert (request.full_url, timeout > 60) == ("https://bucket/one", True)
        if isinstance(request.data, bytes):
            stored = request.data
        return io.BytesIO(stored)

    monkeypatch.setattr(files, "urlopen", transfer)
    with fresh_database(embedded_postgres) as old, fresh_database(embedded_postgres) as new:
        for address in (old, new):
            execute(address, SCHEMA + ROWS)
        execute(new, "DELETE FROM child; INSERT INTO empty DEFAULT VALUES")
        assert sql.dump(read({"DATABASE_URL": old}), "https://bucket/one") == 0
        assert sql.sql(read({"DATABASE_URL": new}), "https://bucket/one") == 0
        assert contents(new) == contents(old)
        for table, expected in (('"Odd name"', 3), ("empty", 1)):
            added = f"INSERT INTO {table} DEFAULT VALUES RETURNING id"
            assert sql.sql(read({"DATABASE_URL": new}), added) == 0
            assert capsys.readouterr().out.endswith(f"{expected}\n")


def test_a_script_that_fails_changes_nothing(
    embedded_postgres: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with fresh_database(embedded_postgres) as address:
        execute(address, SCHEMA + ROWS)
        before = contents(address)

        async def dumped() -> str:
            async with connected(address) as connection:
                return await sql.script(connection)

        broken = asyncio.run(dumped()).replace("COMMIT", "SELECT 1 / 0; COMMIT").encode()
        monkeypatch.setattr(files, "urlopen", lambda *_, **__: io.BytesIO(broken))
        with pytest.raises(Failure, match="division by zero"):
            sql.sql(read({"DATABASE_URL": address}), "https://bucket/one")
        assert contents(address) == before


def test_a_dump_goes_nowhere_in_plain_text() -> None:
    with pytest.raises(Failure, match="needs an https:// URL"):
        sql.dump(read({"DATABASE_URL": "none"}), "http://bucket/one")


def test_a_file_is_its_owner_s_alone_and_no_link_is_followed(tmp_path: Path) -> None:
    target, part, other = (tmp_path / name for name in ("file", "file.part", "other"))
    other.write_bytes(b"kept")
    for link in (target, part):
        link.symlink_to(other)
    files.write(str(target), b"content", "text/plain")
    assert (target.read_bytes(), other.read_bytes()) == (b"content", b"kept")
    assert (target.is_symlink(), target.stat().st_mode & 0o777) == (False, 0o600)
    assert not part.exists()
    with pytest.raises(Failure, match="cannot be written"):
        files.write(str(tmp_path), b"", "text/plain")
