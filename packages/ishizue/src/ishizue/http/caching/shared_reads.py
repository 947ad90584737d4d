"""Pages that are never older than their request, each read shared by the requests that wait."""

from collections.abc import Callable, Mapping

from starlette.responses import Response

from ishizue.http.wire import WireResponse, compressed, wire_response
from ishizue.storage.single_flight import Flight


class SharedPage:
    """The page of a shared read, which no cache may store. It is compressed once for all."""

    __slots__ = ("_body", "_media_type", "_packed", "_wire")

    def __init__(self, body: bytes, media_type: str = "text/html") -> None:
        self._body = body
        self._media_type = media_type
        self._packed: bytes | None = None
        self._wire: dict[bool, WireResponse] = {}

    def response(self, *, gzip: bool) -> Response:
        """The page for a client that takes gzip, or does not."""
        headers = {"Cache-Control": "private, no-store", "Vary": "Accept-Encoding"}
        body = self._body
        if gzip:
            if self._packed is None:
                self._packed = compressed(body, quickly=True) or body
            if self._packed is not body:
                body = self._packed
                headers["Content-Encoding"] = "gzip"
        return Response(body, media_type=self._media_type, headers=headers)

    def wire(self, *, gzip: bool) -> WireResponse:
        """The page as bytes, for the fast path."""
        if gzip not in self._wire:
            self._wire[gzip] = wire_response(self.response(gzip=gzip))
        return self._wire[gzip]


SharedReads = Mapping[bytes, Callable[[], Flight[SharedPage]]]
"""Functions by request target; each returns the flight that a request may still join."""
