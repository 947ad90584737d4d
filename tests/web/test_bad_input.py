"""Invalid input gets an error that names it, as a page or a problem, and changes nothing."""

import json
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from itertools import product

import httpx
import msgspec
import pytest

from ishizue.http import requests
from ishizue.http.api.endpoints import Endpoint
from kirosample.costliest import COSTLIEST, name_of
from kirosample.routes import ROUTES
from kirosample.web import errors
from kirosample.web.queries import FavoritePath
from tests.web.common import FORM
from tools.addresses import addresses
from tools.servers import Running

RANGE = "1900-01-01 から 2100-12-31"
JSON = {"content-type": "application/json"}


def problem(response: httpx.Response) -> dict[str, object]:
    assert response.headers["content-type"] == "application/problem+json"
    body: dict[str, object] = response.json()
    assert body["status"] == response.status_code
    assert body["type"] == "about:blank"
    assert body["title"]
    return body


@pytest.fixture
def unchanged(quiet_server: Running) -> Iterator[Running]:
    """The server with one favorite, which must be the only one in the end."""
    client = quiet_server.client
    portal = quiet_server.portal
    client.cookies.clear()
    like = {"type": "quote", "item": portal.catalogue.of_day(portal.today()).id}
    with quiet_server.visitor() as somebody:
        assert somebody.post("/api/favorites", json=like).status_code == 201
        before = client.get("/api/favorites").json()
        (favorite,) = before["favorites"]
        yield quiet_server
        assert client.get("/api/favorites").json() == before
        assert somebody.delete(f"/api/favorites/{favorite['id']}").status_code == 204


@pytest.mark.parametrize(
    "path",
    [
        "/nothing",
        "/date/",
        "/horoscope/unicorn",
        "/horoscope/leo/unicorn",
        "/quote/nothing",
        "/static/style.css",
        "/static/..%2f..%2fsettings.py",
        "/%00",
        "/a%0Api/nothing",
        "/api/nothing",
        "/api/horoscopes/unicorn",
        "/api/quotes/nothing",
        "/api/date/",
        "/api/",
    ],
)
def test_an_unknown_path_is_404(pages: Running, path: str) -> None:
    response = pages.client.get(path)
    assert response.status_code == 404
    if path.startswith("/api/"):
        problem(response)
    else:
        assert response.headers["content-type"] == "text/html; charset=utf-8"
        assert "<h1>見つかりませんでした</h1>" in response.text
        assert '<body class="term-22 page-error">' in response.text  # the season's colors


@pytest.mark.parametrize(
    "day",
    [
        "2026-02-30",
        "2026-11-24x",
        "1899-12-31",
        "2101-01-01",
        "2026-11-24T00:00:00",
        " 2026-11-24",
        "２０２６-11-24",
        "9" * 5000,
        "2026-11-24\x00",
    ],
)
def test_an_invalid_date_is_400_naming_the_range(pages: Running, day: str) -> None:
    for path in ("/date", "/horoscopes", "/horoscopes/aries", "/quotes/today"):
        response = pages.client.get(f"/api{path}", params={"date": day})
        assert response.status_code == 400
        body = problem(response)
        assert RANGE in str(body["detail"])
        assert body["field"] == "date"
    for path in ("/date", "/horoscope", "/horoscope/leo", "/horoscope/leo/aries", "/quote"):
        page = pages.text(path, params={"date": day}, status=400)
        assert "1900年1月1日から2100年12月31日まで" in re.sub("<.*?>", "", page)


@pytest.mark.parametrize(
    ("path", "query"),
    [
        ("/quotes", "q=%00"),
        ("/quotes", "author=%1B[2J"),
        ("/quotes", "cursor=a%0A"),
        ("/quote/random", "not=a%0A"),
        ("/favorites", "cursor=1.2%0A"),
    ],
)
def test_control_characters_are_400_and_not_repeated(
    quiet_server: Running, path: str, query: str
) -> None:
    page = quiet_server.text(f"{path}?{query}", status=400)
    assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f]", page)
    in_api = quiet_server.client.get(f"/api{path.replace('/quote/', '/quotes/')}?{query}")
    assert in_api.status_code == 400
    assert problem(in_api)["field"] == query.partition("=")[0]


OF_FAVORITES = ("/api/favorites", "/api/favorites/mine", "/favorites")


@pytest.mark.parametrize(
    ("paths", "name", "values", "status"),
    [
        (OF_FAVORITES, "limit", ("0", "101"), 400),
        (
            OF_FAVORITES,
            "cursor",
            ("x", "1", "1.", ".1", "1.2.3", "-1.2", "1.x", "1.2'", "9" * 40, "1. 2", "1.2\n"),
            400,
        ),
        # a cursor of no favorite gives an ordinary page
        (
            OF_FAVORITES[:2],
            "cursor",
            ("999999999999999999.9999999999", "0.0", "1.4294967296"),
            200,
        ),
        (("/api/quotes",), "cursor", ("no-such-quote", "a b", "%", "x" * 500), 400),
    ],
)
def test_a_limit_and_a_cursor_are_checked(
    quiet_server: Running, paths: tuple[str, ...], name: str, values: tuple[str, ...], status: int
) -> None:
    for path, value in product(paths, values):
        response = quiet_server.client.get(path, params={name: value})
        assert response.status_code == status, (path, value)


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"type": "song", "item": "x"}, "type"),
        ({"item": "x"}, "type"),
        ({"type": "quote"}, "item"),
        ({"type": "quote", "item": ""}, "item"),
        ({"type": "quote", "item": "nothing"}, "item"),
        ({"type": "quote", "item": "\x00"}, "item"),
        ({"type": "horoscope", "item": "2026-11-24.unicorn"}, "item"),
        ({"type": "horoscope", "item": "2026-02-30.aries"}, "item"),
        ({"type": "horoscope", "item": "1899-12-31.aries"}, "item"),
        ({"type": "horoscope", "item": "2026-11-24"}, "item"),
        ({"type": "horoscope", "item": "２０２６-11-24.aries"}, "item"),
        ({"type": "quote", "item": "x", "likes": 9}, "likes"),
    ],
)
def test_an_invalid_body_is_422_naming_the_field(
    unchanged: Running, body: object, field: str
) -> None:
    response = unchanged.client.post("/api/favorites", content=json.dumps(body), headers=JSON)
    assert response.status_code == 422
    assert problem(response)["field"] == field


@pytest.mark.parametrize(
    ("status", "sent"),
    [
        *(
            (422, {"data": {"like": thing}})
            for thing in ("", "quote", "quote:", "quote:nothing", "song:x", "quote:\x00")
        ),
        (422, {"data": {"like": "quote:" + "x" * 200}}),
        (422, {"data": {"x": "y"}}),
        (422, {"data": {"like": "quote:nothing", "likes": "9"}}),
        (400, {"content": b"like=%FF", "headers": FORM}),
        (400, {"content": b"\xff", "headers": FORM}),
    ],
)
def test_a_form_is_checked_like_json(
    unchanged: Running, status: int, sent: dict[str, object]
) -> None:
    response = unchanged.client.post("/favorites", **sent)  # type: ignore[arg-type]
    assert response.status_code == status
    assert "\x00" not in response.text


def test_only_an_own_favorite_can_be_withdrawn(unchanged: Running) -> None:
    (favorite,) = unchanged.json("/api/favorites")["favorites"]
    unknown = ("0", "999", "x", "1x", "-1", "9" * 30, "2147483648", "１", "%20")
    for id_ in (favorite["id"], *unknown):
        response = unchanged.client.delete(f"/api/favorites/{id_}")
        assert response.status_code == 404
        problem(response)
    withdrawn = unchanged.client.post("/favorites/x/withdraw", headers=FORM)
    assert withdrawn.status_code == 404


def test_every_response_has_the_security_headers(pages: Running) -> None:
    for path in ("/", "/nothing", "/api/date", "/api/nothing", "/livez", "/favicon.ico"):
        headers = pages.client.get(path).headers
        assert "default-src 'none'" in headers["content-security-policy"]
        assert not re.search(r"unsafe|https?:|\*|data:|blob:", headers["content-security-policy"])
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["referrer-policy"] == "strict-origin-when-cross-origin"
        assert "permissions-policy" in headers
        assert "strict-transport-security" not in headers


def test_every_field_of_pages_has_words_for_readers_and_its_route_a_costliest_request(
    server: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The fields are those that the handlers parse, in a query, a form or JSON."""
    parsed = defaultdict[str, set[str]](set)
    usual = requests.fields_of
    name = ""

    def fields_of(model: type[msgspec.Struct]) -> Mapping[str, requests.Field]:
        fields = usual(model)
        if model is not FavoritePath:  # a wrong path is 404, whatever is wrong
            parsed[name].update(fields)
        return fields

    monkeypatch.setattr(requests, "fields_of", fields_of)

    of_api = dict[str, Mapping[str, requests.Field]]()
    for (method, pattern, handler, _), (_, path) in zip(ROUTES, addresses(server), strict=True):
        name = name_of(method, pattern)
        if isinstance(handler, Endpoint):
            assert issubclass(handler.takes, msgspec.Struct)
            of_api[name] = usual(handler.takes)
        else:  # with a parameter, which takes GET /favorites off the fast path
            headers = FORM if method == "POST" else {}
            server.client.request(method, f"{path}?limit=1", headers=headers)
    server.client.cookies.clear()
    assert set[str]().union(*parsed.values()) - errors.TO_READERS.keys() == set()
    assert {name for name, fields in (parsed | of_api).items() if fields} == COSTLIEST.keys()
