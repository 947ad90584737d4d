"""Static files, named after their content so that browsers may cache them for ever.

A folder named like a file is that file in parts, joined in the order of their names.
"""

import hashlib
import mimetypes
from dataclasses import dataclass
from importlib.resources.abc import Traversable
from typing import Self

from starlette.requests import Request
from starlette.responses import Response

from kirosample.http import problems
from kirosample.http.caching.compression import accepts_gzip, compressed

FOLDER = "/static"


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
        """Serve a request for one of the URLs."""
        asset = self._by_url.get(request.url.path)
        if asset is None:
            raise problems.not_found()
        body = asset.body
        headers = {"Cache-Control": "public, max-age=31536000, immutable"}
        if asset.gzipped is not None:
            headers["Vary"] = "Accept-Encoding"
            if accepts_gzip(request):
                body = asset.gzipped
                headers["Content-Encoding"] = "gzip"
        return Response(body, media_type=asset.media_type, headers=headers)


def read(file: Traversable) -> bytes:
    """The content of a file, or of its parts."""
    if file.is_dir():
        parts = sorted(file.iterdir(), key=lambda part: part.name)
        return b"\n".join(part.read_bytes() for part in parts)
    return file.read_bytes()


def _asset(name: str, body: bytes) -> Asset:
    stem, _, ending = name.rpartition(".")
    digest = hashlib.sha256(body).hexdigest()[:10]
    media_type = mimetypes.guess_type(name)[0] or "application/octet-stream"
    return Asset(
        f"{FOLDER}/{stem}.{digest}.{ending}", body, media_type, compressed(body, lasting=True)
    )
