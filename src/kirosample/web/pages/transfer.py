"""Pages on which favorites move to another device. Only a POST makes, looks up or uses a code."""

from collections.abc import Awaitable, Callable
from typing import Any

from msgspec import Struct
from starlette.responses import Response

from kirosample.favorites import CODE_MINUTES
from kirosample.web import transfers
from kirosample.web.context import PortalRequest
from kirosample.web.pages import day_pages
from kirosample.web.pages.favorite_forms import MINE, parsed, see_mine
from kirosample.web.problems import ForReaders
from kirosample.web.queries import TransferCode

RECEIVE = "/favorites/transfer"


async def receive(request: PortalRequest) -> Response:
    """The form for a code; the script puts the one of the URL's fragment into it."""
    _ = request.favorites  # a portal without them has no such page
    return await day_pages.page(request, "transfer.html", RECEIVE, None, dict)


async def look_up(request: PortalRequest) -> Response:
    """Ask whether to move what the code carries."""
    form = await parsed(request, TransferCode)

    async def ask() -> Response:
        transfer = await transfers.look_up(request, form.code)
        return _page(request, "transfer.html", code=form.code, transfer=transfer)

    return await _unless_refused(request, form, ask)


async def redeem(request: PortalRequest) -> Response:
    """Move it."""
    form = await parsed(request, TransferCode)

    async def move() -> Response:
        moved = await transfers.redeem(request, form.code)
        return see_mine(request, f"&moved={moved.likes}" if moved.likes else "")

    return await _unless_refused(request, form, move)


async def offer(request: PortalRequest) -> Response:
    """Show a new code, this once."""
    await parsed(request, Struct)
    made = await transfers.offer(request)
    return _page(request, "transfer_code.html", posted=MINE, offer=made, minutes=CODE_MINUTES)


async def _unless_refused(
    request: PortalRequest, form: TransferCode, use: Callable[[], Awaitable[Response]]
) -> Response:
    """The response of `use`, or the form again with the reason why the code is refused."""
    try:
        return await use()
    except ForReaders as problem:
        return _page(
            request,
            "transfer.html",
            problem.status,
            code=form.code,
            refused=request.messages.tell(problem.message, problem.values),
            wrong=problem.field == "code",
        )


def _page(request: PortalRequest, template: str, status: int = 200, **context: Any) -> Response:
    usual = {"here": RECEIVE, "posted": RECEIVE, "date": request.today}
    html = request.portal.templates.render(template, request.language, **usual | context)
    headers = {"Cache-Control": "no-store"}
    return Response(html, status, headers=headers, media_type="text/html")
