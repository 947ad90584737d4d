"""Liveness apart from readiness: the load balancer asks only whether the process serves."""

from starlette.requests import Request

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
        return _unavailable("draining: this server is about to stop")
    if portal.favorites:
        readiness = await portal.favorites.database.readiness()
        if not readiness.ready:
            return _unavailable(readiness.reason)
    portal.was_ready = True
    return Readiness("ok")


def _unavailable(reason: str) -> Answer:
    return Answer(503, Readiness("unavailable", reason))
