"""The draw: one a day for each browser, which alone keeps it, and equal for everybody."""

import html
import re
import secrets
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from ipaddress import ip_network

import httpx
import pytest

from kirosample import omikuji
from kirosample.omikuji import FORTUNES
from tests.web.common import FORM, said
from tools.servers import SETTINGS, Running, serving

TODAY = "2026-11-24"
MINE = "/omikuji/mine"
ODDS = Counter(lot.fortune for lot in omikuji.lots().values())
BASES = ("", "/en")


class Draws:
    """Replaces chance: the numbers to come, and what was there to choose from."""

    def __init__(self, *numbers: str) -> None:
        self.left = list(numbers)
        self.offered: list[Sequence[str]] = []

    def __call__(self, offered: Sequence[str]) -> str:
        self.offered.append(tuple(offered))
        return self.left.pop(0)


@pytest.fixture
def draws(monkeypatch: pytest.MonkeyPatch) -> Callable[..., Draws]:
    def to_come(*numbers: str) -> Draws:
        coming = Draws(*numbers)
        monkeypatch.setattr(secrets, "choice", coming)
        return coming

    return to_come


@pytest.fixture
def someone(pages: Running) -> Iterator[httpx.Client]:
    with pages.visitor() as client:
        yield client


def draw(client: httpx.Client, base: str = "", **headers: str) -> str:
    """Draw; returns where the response leads."""
    answer = client.post(base + MINE, headers=FORM | headers)
    assert answer.status_code == 303, answer.text
    assert answer.headers["cache-control"] == "no-store"
    return answer.headers["location"]


@pytest.mark.parametrize("base", BASES)
def test_a_draw_shows_a_lot_that_is_one_s_own(
    someone: httpx.Client, draws: Callable[..., Draws], base: str
) -> None:
    draws("57")
    location = draw(someone, base)
    assert location == f"{base}{MINE}/57"
    page = someone.get(location)
    assert page.headers["cache-control"] == "private, no-store"
    lot = omikuji.lots()["57"]
    for text in (lot.name, FORTUNES[lot.fortune], *lot.advice.values()):
        assert text[bool(base)] in said(page.text)
    assert (lot.meaning in said(page.text)) == (not base), "the translation says it in English"
    assert ("今日のあなたのおみくじ", "Your omikuji for today")[bool(base)] in said(page.text)
    other = "" if base else "/en"
    assert f'class="other-language" href="{other}{MINE}/57"' in html.unescape(page.text)


def test_a_second_draw_of_the_day_changes_nothing(
    someone: httpx.Client, draws: Callable[..., Draws]
) -> None:
    draws("57")  # a second choice would fail
    assert {draw(someone) for _ in range(5)} == {f"{MINE}/57"}
    assert draw(someone, "/en") == f"/en{MINE}/57"


def test_the_day_is_japan_s_and_the_next_one_has_another_draw(draws: Callable[..., Draws]) -> None:
    draws("57", "3")
    midnight = datetime(2026, 11, 24, 15, tzinfo=UTC)
    now = [midnight - timedelta(hours=15)]
    with serving(None, clock=lambda: now[0]) as server, server.visitor() as client:
        client.post(MINE, headers=FORM)
        cookie = client.cookies["omikuji"]
        client.cookies.clear()  # sent by hand: a browser would forget it at midnight
        sent = {"cookie": f"omikuji={cookie}"}
        for left in (7200, 0.5):
            now[0] = midnight - timedelta(seconds=left)
            assert draw(client, **sent) == f"{MINE}/57"
            assert client.get(f"{MINE}/57", headers=sent).status_code == 200
            client.cookies.clear()
        now[0] = midnight
        assert client.get(f"{MINE}/57", headers=sent).headers["location"] == "/omikuji/57"
        assert draw(client, **sent) == f"{MINE}/3"


@pytest.mark.parametrize(("left", "seconds"), [(43_200, 43_200), (1.5, 1), (0.5, 1)])
def test_the_cookie_lasts_until_midnight_in_japan(left: float, seconds: int) -> None:
    at = datetime(2026, 11, 24, 15, tzinfo=UTC) - timedelta(seconds=left)
    with serving(None, clock=lambda: at) as server:
        cookie = server.client.post(MINE, headers=FORM).headers["set-cookie"]
    value, *attributes = cookie.split("; ")
    assert re.fullmatch(rf"omikuji={TODAY}\.[0-9]+", value)
    assert attributes == [f"Max-Age={seconds}", "Path=/", "HttpOnly", "SameSite=Lax"]


def test_over_https_no_other_host_of_the_domain_can_set_the_cookie(
    draws: Callable[..., Draws],
) -> None:
    draws("57", "3")
    behind = replace(SETTINGS, trusted_proxies=(ip_network("127.0.0.0/8"),))
    https = {"x-forwarded-proto": "https", "x-forwarded-for": "192.0.2.1"}
    with serving(None, settings=behind) as server:
        cookie = server.client.post(MINE, headers=FORM | https).headers["set-cookie"]
        assert cookie.startswith(f"__Host-omikuji={TODAY}.57; ")
        assert cookie.endswith("; Secure")
        server.client.cookies.clear()
        kept = {"cookie": f"omikuji={TODAY}.9; __Host-omikuji={TODAY}.57"}
        assert server.client.get(f"{MINE}/57", headers=https | kept).status_code == 200
        tossed = {"cookie": f"omikuji={TODAY}.9"}
        assert draw(server.client, **https, **tossed) == f"{MINE}/3"


def test_every_lot_is_drawn_alike_whoever_draws(
    pages: Running, draws: Callable[..., Draws]
) -> None:
    """Neither a shared link nor an earlier draw makes a fortune more likely."""
    coming = draws("1", "1", "1", "1")
    for headers in (
        {},
        {"referer": f"{pages.url}/omikuji/1"},
        {"referer": "https://social-plugins.line.me/"},
        {"cookie": "omikuji=2026-11-23.3; visitor=x; shared=1"},
    ):
        with pages.visitor() as client:
            draw(client, **headers)
    assert set(coming.offered) == {tuple(map(str, range(1, 101)))}
    fortunes = Counter(omikuji.lots()[number].fortune for number in coming.offered[0])
    assert fortunes == ODDS


@pytest.mark.parametrize(
    "cookie",
    [
        "omikuji=",
        f"omikuji={TODAY}",
        f"omikuji={TODAY}.0",
        f"omikuji={TODAY}.101",
        f"omikuji={TODAY}.057",
        f"omikuji={TODAY}.5x",
        f'omikuji="{TODAY}.5"',
        f"omikuji={TODAY}.{'9' * 5000}",
        "omikuji=2026-11-23.5",
        "omikuji=2026-11-25.5",
        f"xomikuji={TODAY}.5",
        f"omikuji={TODAY}.5; omikuji={TODAY}.6",
        'omikuji="' + "\\" * 8000,
    ],
)
def test_a_forged_or_malformed_cookie_is_as_good_as_none(
    pages: Running, draws: Callable[..., Draws], cookie: str
) -> None:
    draws("57")
    sent = {"cookie": cookie}
    for number in ("5", "6"):
        answer = pages.client.get(f"{MINE}/{number}", headers=sent)
        assert (answer.status_code, answer.headers["location"]) == (303, f"/omikuji/{number}")
    with pages.visitor() as client:
        assert draw(client, **sent) == f"{MINE}/57"


@pytest.mark.parametrize("path", ["/omikuji", "/omikuji/57"])
def test_the_public_pages_are_the_same_for_everybody(pages: Running, path: str) -> None:
    for base in BASES:
        plain = pages.client.get(base + path)
        drawn = pages.client.get(base + path, headers={"cookie": f"omikuji={TODAY}.57"})
        assert plain.content == drawn.content
        assert plain.headers["etag"] == drawn.headers["etag"]
        assert "s-maxage" in drawn.headers["cache-control"]
        assert "set-cookie" not in drawn.headers


@pytest.mark.parametrize("number", ["0", "101", "057", "-1", "1.0", "x", "%EF%BC%91"])
def test_another_number_is_404(pages: Running, number: str) -> None:
    for path in (f"/omikuji/{number}", f"{MINE}/{number}", f"/share/omikuji/{number}.png"):
        for base in BASES:
            assert pages.client.get(base + path).status_code == 404, path


def test_only_our_own_form_draws(pages: Running) -> None:
    answer = pages.client.post(MINE, headers=FORM | {"origin": "https://evil.example"})
    assert answer.status_code == 403
    assert "set-cookie" not in answer.headers
    assert pages.client.post(MINE, headers=FORM | {"origin": pages.url}).status_code == 303
    pages.client.cookies.clear()


def test_all_readers_of_one_address_draw() -> None:
    """A carrier's address has thousands, and a draw writes nothing."""
    with serving(None, settings=replace(SETTINGS, writes_per_minute=60)) as server:
        answers = [server.client.post(MINE, headers=FORM) for _ in range(250)]
    assert {answer.status_code for answer in answers} == {303}


def test_a_draw_needs_and_makes_no_visitor(server: Running) -> None:
    """Favorites belong to another cookie, and the database is not asked."""
    answer = server.client.post(MINE, headers=FORM)
    assert answer.status_code == 303
    assert "visitor" not in answer.headers["set-cookie"]
    server.app.portal.favorites = None
    assert server.client.post(MINE, headers=FORM).status_code == 303


def test_the_odds_are_stated(pages: Running) -> None:
    for base, unit in (("", "本"), ("/en", " lots")):
        page = said(pages.text(f"{base}/about"))
        for fortune, number in ODDS.items():
            assert re.search(rf"{FORTUNES[fortune][bool(base)]}\D*{number}{unit}", page), fortune
