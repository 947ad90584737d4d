"""Liveness apart from readiness: the load balancer asks only whether the process serves."""

from collections.abc import Container
from typing import Literal

from msgspec import UNSET, Struct, UnsetType
from starlette.types import Scope

from ishizue.health import LIVENESS_PATH, READINESS_PATH
from ishizue.http.api.endpoints import Endpoint, NoQuery, Result
from ishizue.http.context import RequestContext
from ishizue.http.dispatch import CHEAP, READ
from ishizue.http.security.clients import client_key


class Liveness(Struct):
    """The process serves, and whether it was ever ready, which the container's check needs."""

    status: Literal["ok"]
    was_ready: bool
    version: str


class Readiness(Struct):
    """Whether the service can do all its work, and if not, why."""

    status: Literal["ok", "unavailable"]
    reason: str | UnsetType = UNSET


async def livez(request: RequestContext, _: NoQuery) -> Liveness:
    """The process responds"""
    return Liveness("ok", request.service_state.was_ready, request.service_state.product.version)


async def readyz(request: RequestContext, _: NoQuery) -> Readiness | Result:
    """Everything works"""
    service_state = request.service_state
    public = "unavailable"  # the reason may name hosts, users and databases
    reason: str | None
    if service_state.draining:
        reason = "draining: this server is about to stop"
        public = "draining"
    elif (reason := await service_state.unready_reason()) is None:
        service_state.was_ready = True
        return Readiness("ok")
    return Result(503, Readiness("unavailable", reason if _is_local(request.scope) else public))


_ENDPOINTS = (
    Endpoint("GET", LIVENESS_PATH, livez, CHEAP, Liveness),
    Endpoint("GET", READINESS_PATH, readyz, READ, Readiness, statuses=(200, 503)),
)


def endpoints(listed: Container[str]) -> tuple[Endpoint, ...]:
    """The health checks whose paths a service has not listed itself."""
    return tuple(endpoint for endpoint in _ENDPOINTS if endpoint.path not in listed)


def _is_local(scope: Scope) -> bool:
    """Whether a program on this machine sent the request, and not a proxy on it.

    Without a forwarding header the scope's client is the connection's own peer.
    """
    client = scope["client"]
    if client is None or any(_is_forwarding(name) for name, _ in scope["headers"]):
        return False
    peer = client_key(client[0])
    return peer.startswith("127.") or client[0] == "::1"


def _is_forwarding(name: bytes) -> bool:
    return name in (b"forwarded", b"via", b"x-real-ip") or name.startswith(b"x-forwarded")
