"""Static files, named after their content so that browsers may cache them for ever.

A folder named like a file is that file in parts, joined in the order of their names.
"""

import hashlib
import mimetypes
import re
from dataclasses import dataclass
from importlib.resources.abc import Traversable
from typing import Self

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from ishizue.http import problems
from ishizue.http.wire import accepts_gzip, compressed

FOLDER = "/static"

_DIGITS = 10
"""How many digits of its content's hash a file's URL has."""

_URL = re.compile(rf"{FOLDER}/(.+)\.[0-9a-f]{{{_DIGITS}}}(\.[^.]+)")


@dataclass(frozen=True, slots=True)
class Asset:
    """A file, and the URL that changes with it."""

    url: str
    body: bytes
    media_type: str
    gzipped: bytes | None = None


class Assets:
    """The files of a folder, read once."""

    def __init__(self, assets: dict[str, Asset]) -> None:
        self._by_name = assets
        self._by_url = {asset.url: asset for asset in assets.values()}

    @classmethod
    def load(cls, folder: Traversable) -> Self:
        """Read the files of this folder."""
        return cls({file.name: _asset(file.name, read(file)) for file in folder.iterdir()})

    def url(self, name: str) -> str:
        """The URL of a file. Raises KeyError."""
        return self._by_name[name].url

    def __getitem__(self, name: str) -> Asset:
        return self._by_name[name]

    async def serve(self, request: Request) -> Response:
        """Serve a request for one of the URLs, or redirect from that of another release."""
        asset = self._by_url.get(request.url.path)
        if asset is None:
            return self._redirect(request.url.path)
        body = asset.body
        headers = {"Cache-Control": "public, max-age=31536000, immutable"}
        if asset.gzipped is not None:
            headers["Vary"] = "Accept-Encoding"
            if accepts_gzip(request):
                body = asset.gzipped
                headers["Content-Encoding"] = "gzip"
        return Response(body, media_type=asset.media_type, headers=headers)

    def _redirect(self, path: str) -> Response:
        """Redirect to this release's file of the same name. Raises Problem (404).

        Open tabs, stored pages and the other tasks of a deployment name files of another release.
        A cache would store this release's content under such a URL as the other release's.
        """
        named = _URL.fullmatch(path)
        asset = self._by_name.get(named[1] + named[2]) if named else None
        if asset is None:
            raise problems.not_found()
        return RedirectResponse(asset.url, 307, headers={"Cache-Control": "no-store"})


def read(file: Traversable) -> bytes:
    """The content of a file, or of its parts."""
    if file.is_dir():
        parts = sorted(file.iterdir(), key=lambda part: part.name)
        return b"\n".join(part.read_bytes() for part in parts)
    return file.read_bytes()


def _asset(name: str, body: bytes) -> Asset:
    stem, _, ending = name.rpartition(".")
    digest = hashlib.sha256(body).hexdigest()[:_DIGITS]
    media_type = mimetypes.guess_type(name)[0] or "application/octet-stream"
    return Asset(
        f"{FOLDER}/{stem}.{digest}.{ending}", body, media_type, compressed(body, lasting=True)
    )
