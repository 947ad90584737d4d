"""Liveness apart from readiness: the load balancer asks only whether the process serves."""

from starlette.requests import Request

from kirosample.web.clients import client_key
from kirosample.web.endpoints import Answer
from kirosample.web.portal import portal_of
from kirosample.web.schemas import Liveness, NoQuery, Readiness


async def livez(request: Request, _: NoQuery) -> Liveness:
    """プロセスが応答している"""
    return Liveness("ok", portal_of(request).was_ready)


async def readyz(request: Request, _: NoQuery) -> Readiness | Answer:
    """すべての機能が使える"""
    portal = portal_of(request)
    if portal.draining:
        reason = "draining: this server is about to stop"
        return _unavailable(reason if _is_local(request) else "draining")
    if portal.favorites:
        readiness = await portal.favorites.database.readiness()
        if not readiness.ready:
            # It names the database's host, user and name.
            return _unavailable(readiness.reason if _is_local(request) else "unavailable")
    portal.was_ready = True
    return Readiness("ok")


def _unavailable(reason: str) -> Answer:
    return Answer(503, Readiness("unavailable", reason))


def _is_local(request: Request) -> bool:
    """Whether a program on this machine asks, and no proxy on it for somebody else.

    Without a forwarding header the scope's client is the connection's own peer.
    """
    if request.client is None or any(map(_is_forwarding, request.headers)):
        return False
    peer = client_key(request.client.host)
    return peer.startswith("127.") or request.client.host == "::1"


def _is_forwarding(name: str) -> bool:
    return name in ("forwarded", "via", "x-real-ip") or name.startswith("x-forwarded")
