"""The export of a visitor's favorites."""

import csv
import io
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from ishizue.storage.errors import Unavailable
from kirosample import horoscope
from kirosample.favorites import FIRST_PAGE, Store
from kirosample.web.pages import export
from tools.servers import NOON, Running

JSON, CSV = "/favorites/export.json", "/favorites/export.csv"


def like(visitor: httpx.Client, type_: str, item: str) -> None:
    answer = visitor.post("/api/favorites", json={"type": type_, "item": item})
    assert answer.status_code in (200, 201), answer.text


def rows(answer: httpx.Response) -> list[list[str]]:
    return list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"), newline="")))


def test_the_export_has_the_visitors_favorites_the_latest_first(server: Running) -> None:
    with server.visitor() as me, server.visitor() as you:
        like(me, "quote", "hosai-senku-03")
        like(you, "quote", "takuboku-ichiaku-01")
        like(you, "quote", "hosai-senku-03")
        like(me, "horoscope", "2026-11-24.aries")
        reading, quote = me.get(JSON).json()["favorites"]
        assert [reading["item"], quote["item"]] == ["2026-11-24.aries", "hosai-senku-03"]
        assert (quote["type"], quote["likes"]) == ("quote", 2)
        assert (quote["content"], quote["author"]) == ("咳をしても一人", "尾崎放哉")
        assert quote["url"].endswith("/quote/hosai-senku-03")
        assert quote["liked_at"].endswith("+09:00")
        since = datetime.now(UTC) - datetime.fromisoformat(quote["liked_at"])
        assert timedelta() <= since < timedelta(minutes=5)
        table = rows(me.get(CSV))
        assert table[0][:3] == ["種類", "内容", "作者"]
        assert [row[0] for row in table[1:]] == ["星占い", "名言"]
        assert table[2][1:3] == ["咳をしても一人", "尾崎放哉"]
        reading, quote = me.get(f"/en{JSON}").json()["favorites"]
        assert reading["content"] == horoscope.reading(NOON.date(), "aries").text.en
        assert reading["url"].endswith("/en/horoscope/aries?date=2026-11-24")
        assert quote["author"] == "Ozaki Hōsai"
        assert all(
            letter < "\u3000" for row in rows(me.get(f"/en{CSV}")) for letter in "".join(row)
        )


def test_the_export_has_all_favorites(server: Running, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(export, "EXPORTED_AT_ONCE", 2)
    liked: list[str] = []
    with server.visitor() as me:
        for quote in server.portal.catalogue.quotes[:6]:
            exported = me.get(JSON).json()["favorites"]
            assert [favorite["item"] for favorite in exported] == liked[::-1]
            assert len(rows(me.get(CSV))) == 1 + len(liked)
            like(me, "quote", quote.id)
            liked.append(quote.id)


@pytest.mark.parametrize(("path", "kind"), [(JSON, "application/json"), (CSV, "text/csv")])
def test_the_export_is_a_download_that_is_not_cached(
    quiet_server: Running, path: str, kind: str
) -> None:
    with quiet_server.visitor() as nobody:
        nobody.cookies.set("visitor", "forged.cookie")
        answers = nobody.get(path), nobody.head(path)
    for answer in answers:
        assert answer.status_code == 200
        assert answer.headers["content-type"].startswith(kind)
        assert answer.headers["cache-control"] == "private, no-store"
        name = f'attachment; filename="kirosample-favorites-2026-11-24.{path[-4:].strip(".")}"'
        assert answer.headers["content-disposition"] == name
    assert answers[1].content == b""


def test_the_csv_is_utf_8_with_a_bom_and_without_formulas(quiet_server: Running) -> None:
    assert quiet_server.client.get(CSV).content.startswith("\ufeff種類".encode())
    for text in ("=1+1", "+81", "-1", "@SUM(A1)", "\tx", "\rx"):
        assert export.cell(text) == f"'{text}"
    assert export.cell("咳をしても一人") == "咳をしても一人"


def test_a_database_outage_during_the_export_truncates_the_file(
    server: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(export, "EXPORTED_AT_ONCE", 1)
    with server.visitor() as me:
        for quote in server.portal.catalogue.quotes[:2]:
            like(me, "quote", quote.id)
        usual = Store.liked_by

        async def away_later(store: Store, *visitor: Any, **range_: Any) -> Any:
            if range_["after"] != FIRST_PAGE:
                raise Unavailable
            return await usual(store, *visitor, **range_)

        with monkeypatch.context() as patch:
            patch.setattr(Store, "liked_by", away_later)
            with pytest.raises(httpx.RemoteProtocolError):
                me.get(JSON)
        assert len(me.get(JSON).json()["favorites"]) == 2
