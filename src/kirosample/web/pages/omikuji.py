"""The おみくじ: one draw a day for each browser, which alone keeps it.

The cookie has the day and the lot, unsigned: each lot has a page that anybody may open, so a forged
one shows its forger nothing else, and nobody else anything.
"""

import re
import secrets
from typing import Any, Final

from msgspec import Struct
from starlette.responses import RedirectResponse, Response

from ishizue.http import problems, requests
from ishizue.http.write_guard import require_own_origin
from kirosample import omikuji
from kirosample.omikuji import ADVICE, FORTUNES, Lot
from kirosample.web.context import PortalRequest
from kirosample.web.i18n import languages
from kirosample.web.pages import day_pages

PATH: Final = "/omikuji"
MINE: Final = f"{PATH}/mine"
"""The path of what is one visitor's own: only there is the cookie read or set."""


async def page(request: PortalRequest) -> Response:
    """The page before the draw, the same for everybody."""
    return await day_pages.page(request, "omikuji.html", PATH, None, dict)


async def lot(request: PortalRequest) -> Response:
    """A lot as anybody may read it, whoever drew it."""
    return await _page(request, requested_lot(request), is_mine=False)


async def draw(request: PortalRequest) -> Response:
    """Draw a lot, unless this browser has drawn one today, and redirect to it.

    A draw writes nothing here, so it has no budget of writes: a carrier's address has many readers.
    """
    require_own_origin(request)
    await requests.form_body(request, Struct)
    number = _drawn(request) or secrets.choice(list(omikuji.lots()))
    seconds = max(1, int(request.lifetime().until - request.portal.clock().timestamp()))
    name, secure = _cookie(request)
    kept = f"Max-Age={seconds}; Path=/; HttpOnly; SameSite=Lax{secure}"
    cookie = f"{name}={request.today}.{number}; {kept}"
    return _redirect(request, f"{MINE}/{number}", {"Set-Cookie": cookie})


async def mine(request: PortalRequest) -> Response:
    """The lot as the visitor's own of today; as anybody's if the cookie does not say so.

    So a visitor without cookies reads it all the same, and so does one whom the address was sent.
    """
    shown = requested_lot(request)
    if _drawn(request) != f"{shown.number}":
        return _redirect(request, f"{PATH}/{shown.number}")
    return await _page(request, shown, is_mine=True)


def requested_lot(request: PortalRequest) -> Lot:
    """The lot whose number is in the path. Raises Problem (404)."""
    try:
        return omikuji.lots()[request.path_params["number"]]
    except KeyError:
        raise problems.not_found("おみくじは、一番から百番までです。") from None


async def _page(request: PortalRequest, shown: Lot, *, is_mine: bool) -> Response:
    def context() -> dict[str, Any]:
        return {
            "lot": shown,
            "fortune": FORTUNES[shown.fortune],
            "advice": [(name, shown.advice[subject]) for subject, name in ADVICE.items()],
            "is_mine": is_mine,
            "is_misfortune": shown.fortune == "凶",
        }

    here = f"{MINE if is_mine else PATH}/{shown.number}"
    key = shown.number, is_mine
    return await day_pages.page(request, "lot.html", here, None, context, *key, is_own=is_mine)


def _drawn(request: PortalRequest) -> str | None:
    """The number in today's cookie. Anything else, and two that differ, is as good as none."""
    sent = ";".join(("", *request.headers.getlist("cookie")))
    value = rf";[ \t]*{_cookie(request)[0]}={request.today}\.([0-9]+)(?=[ \t]*(?:;|$))"
    numbers = set(re.findall(value, sent)) & omikuji.lots().keys()
    return numbers.pop() if len(numbers) == 1 else None


def _cookie(request: PortalRequest) -> tuple[str, str]:
    """The cookie's name and its attribute for HTTPS, over which no other host can set it."""
    is_https = request.scope["scheme"] == "https"
    return ("__Host-omikuji", "; Secure") if is_https else ("omikuji", "")


def _redirect(request: PortalRequest, path: str, headers: dict[str, str] | None = None) -> Response:
    """Redirect to a page in the language of this one."""
    path = languages.localized(request, path)
    headers = {"Cache-Control": "no-store", **(headers or {})}
    return RedirectResponse(path, status_code=303, headers=headers)
