"""`kirosample favorites` with its actions, `backup` and `restore-backup`."""

import sys
from collections.abc import Callable, Sequence
from datetime import datetime
from functools import partial

from ishizue.commands import admin, files
from ishizue.failure import Failure
from ishizue.settings import EmbeddedDatabase
from ishizue.storage.database_url import DatabaseUrl
from ishizue.visitors.keys import cookie_keys, key_file
from kirosample import PRODUCT
from kirosample.almanac import JST
from kirosample.favorites import MIGRATIONS, copies, removal
from kirosample.settings import Settings

_LINES = "application/jsonl"


def remove(
    settings: Settings, favorite_id: int, time: Sequence[datetime | None], answer: str | None
) -> int:
    """Remove a favorite's likes of a time, by default in Japan, and it with the last one."""
    since, until = (each and each.replace(tzinfo=each.tzinfo or JST) for each in time)

    def confirm(likes: int) -> None:
        if not likes:
            missing = "に、そのあいだのいいねはありません"
            english = f"there is no favorite {favorite_id} with such likes"
            raise Failure(PRODUCT.said(english, f"お気に入り {favorite_id} {missing}"))
        english = f"{likes:,} likes are removed: type y"
        said = PRODUCT.said(
            english, f"いいね {likes:,} を取り消します。続けるなら y と入力してください"
        )
        _confirm(said, "y", answer)

    async def work(url: DatabaseUrl) -> str:
        async with admin.connected(url) as connection:
            await MIGRATIONS.require_current(connection)
            total = await removal.remove_likes(connection, favorite_id, since, until, confirm)
        return PRODUCT.said(f"removed {total:,} likes", f"いいね {total:,} を取り消しました")

    return admin.run(settings, work, partial(cookie_keys, settings))


def export(settings: Settings, target: str, prepare: Callable[[], object]) -> int:
    """Write all favorites with their likes to a file, or to an https URL."""

    async def work(url: DatabaseUrl) -> str:
        async with admin.connected(url) as connection:
            lines = [line async for line in copies.written(connection)]
        files.write(target, b"".join(lines), _LINES)
        return f"exported {len(lines):,} favorites"

    return admin.run(settings, work, prepare)


def import_(settings: Settings, source: str, prepare: Callable[[], object]) -> int:
    """Add the favorites and likes of an export. Those that are there stay and count once."""
    try:
        favorites = list(copies.parse(files.read(source)))
    except copies.CopyError as error:
        raise Failure(f"{source.partition('?')[0]}, {error}: nothing was imported") from error

    async def work(url: DatabaseUrl) -> str:
        async with admin.connected(url) as connection:
            added = await copies.add(connection, favorites)
        likes = sum(len(copy.likes) for copy in favorites)
        return f"imported {added:,} of {likes:,} likes, the others were there"

    return admin.run(settings, work, prepare)


def backup(settings: Settings, target: str) -> int:
    """Write all that is stored into one file; at an https URL, without the cookie keys."""

    async def work(url: DatabaseUrl) -> str:
        has_keys = settings.cookie_keys or key_file(settings).exists()
        is_file = not target.startswith("https://")
        keys = cookie_keys(settings) if has_keys and is_file else ()
        async with admin.connected(url) as connection:
            await MIGRATIONS.require_current(connection)
            content = await copies.backup(connection, keys)
        files.write(target, content, _LINES)
        return _described(content.count(b"\n") - 2, len(keys))

    return admin.run(settings, work, partial(cookie_keys, settings))


def restore(settings: Settings, source: str, answer: str | None) -> int:
    """Replace all that is stored by a backup; `answer` is to the question before it does."""
    try:
        rest, favorites = copies.parse_backup(files.read(source))
    except copies.CopyError as error:
        said = PRODUCT.said("nothing was restored", "何も復元していません")
        raise Failure(f"{source.partition('?')[0]}, {error}: {said}") from error
    is_embedded = isinstance(settings.database, EmbeddedDatabase)

    async def work(url: DatabaseUrl) -> str:
        owner = settings.migration.owner if settings.migration else url
        async with admin.connected(owner) as connection:
            await MIGRATIONS.apply(connection)
            if name := await copies.occupied(connection):
                name = settings.data_dir.name if is_embedded else name
                english = f"this replaces the data: type {name}, its folder or database"
                where = f"フォルダーかデータベースの名前 {name}"
                said = f"データが置きかわります。続けるなら、{where} を入力してください"
                _confirm(PRODUCT.said(english, said), name, answer)
            await copies.replace(connection, rest, favorites)
        key = key_file(settings)
        # One beside another database may be in use with the embedded server's data.
        if rest.cookie_keys and (is_embedded or not key.exists()):
            files.write(str(key), b",".join(rest.cookie_keys), _LINES)
        return _described(len(favorites), len(rest.cookie_keys))

    return admin.run(settings, work, partial(cookie_keys, settings))


def _described(favorites: int, keys: int) -> str:
    english = f"{favorites:,} favorites, page counts, {keys} cookie keys"
    return PRODUCT.said(english, f"お気に入り {favorites:,} 件、閲覧数、Cookie の鍵 {keys} 個")


def _confirm(what: str, expected: str, answer: str | None) -> None:
    """Ask for what is expected, unless the answer was given. Raises Failure for another one."""
    if answer is None:
        print(what, end=": ", flush=True)
        answer = sys.stdin.readline().strip()
    if answer != expected:
        raise Failure(PRODUCT.said("nothing was changed", "何も変えていません"))
