"""Favorites go to another database and back: likes keep their visitors, and twice is as once."""

import base64
import json
from hashlib import sha256
from pathlib import Path

import asyncpg
import msgspec
import pytest

from ishizue.testing.postgres import connected, execute, fetch, folder, fresh_database
from kirosample.favorites import copies
from tests.favorites.stores import assert_consistent, likes_in, opened
from tests.processes import fails, kirosample, server
from tools.servers import Running
from tools.workload import WORKLOAD

_ROWS = """
    SELECT type, item, content, author, f.created_at, likes, visitor, l.created_at
    FROM favorites f JOIN favorite_likes l ON favorite_id = f.id ORDER BY 1, 2, visitor"""

VISITOR = "00000000-0000-0000-0000-000000000001"
LIKED, LATE = "1999-11-24T00:00:00Z", "9999-12-31T00:00:00-12:00"

LINE: dict[str, object] = {
    "type": "quote",
    "item": "a-quote-that-is-gone",
    "content": "",
    "author": "",
    "created_at": LIKED,
    "likes": {VISITOR: LIKED},
}

WRONG: dict[str, tuple[object, ...]] = {
    "type": ("song", 1),
    "item": ("", "2026-11-24.leo", "today", "a" * 65, "<b>", "a\0", "a\n"),
    "content": ("a" * 4001, "\0", 1),
    "author": ("a" * 256, "\0", None),
    "likes": ({}, {"x": LIKED}, {VISITOR: "2026-11-24T00:00:00"}, {VISITOR: LATE}),
    "more": (1,),
    "created_at": ("2026-11-24", "0001-01-01T00:00:00+14:00", LATE),
}

KEY = "a key of these tests that is long enough"
REST: dict[str, object] = {
    "backup": 1,
    "page_counts": [["2026-11-24", "/", 2], ["2026-11-24", "/date", 1]],
    "cookie_keys": [base64.b64encode(KEY.encode()).decode()],
}


def backup(**others: object) -> bytes:
    body = "".join(f"{json.dumps(line)}\n" for line in (REST | others, LINE)).encode()
    return body + b'{"sha256":"%s"}\n' % sha256(body).hexdigest().encode()


def favorites(database: str, *command: object) -> str:
    done = kirosample("favorites", *map(str, command), DATABASE_URL=database)
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout.strip()


def test_an_export_is_imported_once_however_often(
    server: Running, database: str, embedded_postgres: str, tmp_path: Path
) -> None:
    for number, item in enumerate(WORKLOAD.items[:3], start=1):
        for _ in range(number):
            with server.visitor() as visitor:
                liked = visitor.post(WORKLOAD.writes, json=WORKLOAD.content(item))
                assert liked.is_success
    file = tmp_path / "favorites.jsonl"
    assert favorites(database, "export", file) == "exported 3 favorites"
    assert favorites(database, "import", file).startswith("imported 0 of 6 likes")
    with fresh_database(embedded_postgres) as other:
        assert kirosample("migrate", DATABASE_URL=other).returncode == 0
        assert favorites(other, "import", file).startswith("imported 6 of 6 likes")
        assert fetch(other, _ROWS) == fetch(database, _ROWS)
        execute(other, "DELETE FROM favorites WHERE likes = 2")
        execute(
            other,
            "DELETE FROM favorite_likes WHERE visitor = (SELECT min(visitor::text)::uuid"
            " FROM favorite_likes JOIN favorites ON id = favorite_id WHERE likes = 3)",
        )
        execute(other, "UPDATE favorites SET likes = 2 WHERE likes = 3")
        assert favorites(other, "import", file).startswith("imported 3 of 6 likes")
        assert likes_in(other) == likes_in(database)
        assert_consistent(other)


def test_a_file_with_a_wrong_line_changes_nothing(database: str, tmp_path: Path) -> None:
    assert kirosample("migrate", DATABASE_URL=database).returncode == 0
    file = tmp_path / "file"
    file.write_text(f'{json.dumps(LINE)}\n{{"type":"song"}}\n')
    line = fails(1, "favorites", "import", str(file), DATABASE_URL=database)
    assert "line 2: Invalid enum value 'song'" in line
    assert fetch(database, "SELECT count(*) FROM favorites") == [(0,)]
    missing = fails(1, "favorites", "import", str(tmp_path / "none"), DATABASE_URL=database)
    assert missing.endswith("cannot be read: No such file or directory")


def parsed(**others: object) -> list[copies.Copy]:
    return list(copies.parse(json.dumps(LINE | others).encode()))


@pytest.mark.parametrize(
    ("field", "value"), [(field, value) for field, values in WRONG.items() for value in values]
)
def test_every_field_is_checked(field: str, value: object) -> None:
    assert parsed()
    with pytest.raises(copies.CopyError, match=f"line 1: .*{field}"):
        parsed(**{field: value})


async def test_an_import_is_whole_or_nothing(database: str) -> None:
    async with opened(database), connected(database) as connection:
        wrong = msgspec.structs.replace(*parsed(item="another"), content="\0")
        with pytest.raises(asyncpg.DataError):
            await copies.add(connection, [*parsed(), wrong])
        assert fetch(database, "SELECT count(*) FROM favorites") == [(0,)]


def test_what_is_served_is_restored_into_an_empty_folder_with_the_key() -> None:
    with folder() as path:
        file = str(path / "my.backup")
        old, new = ({"KIROSAMPLE_DATA_DIR": str(path / name)} for name in ("old", "new"))
        with server("run", **old) as running:
            running.wait_for("/readyz")
            liked = WORKLOAD.content(WORKLOAD.items[0])
            assert running.client.post(WORKLOAD.writes, json=liked).status_code == 201
            done = kirosample("backup", file, **old)
            assert done.stdout.startswith("1 favorites, page counts, 1 cookie keys / ")
            assert running.end() == 0
        assert Path(file).stat().st_mode & 0o777 == 0o600
        assert kirosample("restore-backup", file, **new).returncode == 0
        with server("run", **new) as other:
            other.wait_for("/readyz")
            other.client.cookies = running.client.cookies
            assert other.client.post(WORKLOAD.writes, json=liked).status_code == 200
            assert other.end() == 0
        Path(file).write_bytes(backup())
        for typed, key in (("old\n", (path / "old/cookie-key").read_text()), ("new\n", KEY)):
            kirosample("restore-backup", file, typed=typed, **new)
            assert (path / "new/cookie-key").read_text() == key


def test_a_restore_replaces_all_rows_and_a_cut_backup_none(database: str, tmp_path: Path) -> None:
    file = tmp_path / "one.backup"
    at = {"DATABASE_URL": database, "KIROSAMPLE_DATA_DIR": str(tmp_path)}
    ((name,),) = fetch(database, "SELECT current_database()")
    restore = ("restore-backup", str(file), "--replace", name)
    file.write_bytes(backup())
    for _ in range(2):
        assert kirosample(*restore, **at).returncode == 0
        assert fetch(database, "SELECT item FROM favorites") == [(LINE["item"],)]
        assert fetch(database, "SELECT count FROM page_counts ORDER BY page") == [(2,), (1,)]
        assert_consistent(database)
        execute(database, "UPDATE favorites SET item = 'another'")
        execute(database, "UPDATE page_counts SET day = day - 1")
    assert (tmp_path / "cookie-key").read_text() == KEY
    file.write_bytes(backup()[:-1])
    assert "it was cut or changed: nothing was restored" in fails(1, *restore, **at)
    assert fetch(database, "SELECT item FROM favorites") == [("another",)]


def test_a_backup_that_was_cut_or_changed_or_has_an_odd_field_is_refused() -> None:
    whole = backup()
    assert len(copies.parse_backup(whole)[1]) == 1
    for changed in (b"", whole[:-1], whole[:-99], whole + b"\n", whole.replace(b" 2", b" 3")):
        with pytest.raises(copies.CopyError, match="cut or changed"):
            copies.parse_backup(changed)
    for odd in (["2026-02-30", "/", 1], ["2026-11-24", "\0", 1], ["2026-11-24", "/", 0]):
        with pytest.raises(copies.CopyError, match=r"first line: .*page_counts"):
            copies.parse_backup(backup(page_counts=[odd]))
