"""What makes the portal an app on a home screen: the manifest, the worker, the page for offline."""

import hashlib
import json

from starlette.requests import Request
from starlette.responses import Response

from kirosample.web import languages, rendering
from kirosample.web.languages import PREFIXES, Language
from kirosample.web.portal import Portal, portal_of

MANIFEST = "/manifest.webmanifest"
WORKER = "sw.js"
_OFFLINE = ("/offline", "/en/offline")
_SHELL = ("style.css", "app.js", "favicon.svg")


async def manifest(request: Request) -> Response:
    """The name, the icons and the colors of the app, which is another one in each language."""
    portal, language = portal_of(request), languages.of(request)
    return await rendering.respond(
        request,
        ("manifest", language),
        lambda: _manifest(portal, language),
        "application/manifest+json",
    )


async def worker(request: Request) -> Response:
    """The service worker. It differs from build to build, so that browsers take the new one."""
    portal = portal_of(request)
    return await rendering.respond(request, "worker", lambda: _worker(portal), "text/javascript")


async def offline(request: Request) -> Response:
    """What the worker shows where there is no network and no saved page."""
    portal, language = portal_of(request), languages.of(request)

    def render() -> str:
        favorites = portal.favorites is not None
        return portal.templates.render(
            "offline.html", language, here="/", status=503, favorites_enabled=favorites
        )

    return await rendering.respond(request, ("offline", language), render)


def _manifest(portal: Portal, language: Language) -> str:
    messages = portal.templates.messages[language]
    begins = PREFIXES[language] + "/"

    def icon(name: str, purpose: str) -> dict[str, str]:
        side = name.removesuffix(".png").rpartition("-")[2]
        return {
            "src": portal.assets.url(name),
            "sizes": f"{side}x{side}",
            "type": "image/png",
            "purpose": purpose,
        }

    vector = portal.assets["favicon.svg"]
    said = {
        "id": begins,
        "name": messages.say("KiroSample きょうの暦と言葉"),
        "short_name": "KiroSample",
        "description": messages.say("きょうの暦、十二星座の星占い、出典のある名言。"),
        "lang": language,
        "dir": "ltr",
        "start_url": begins,
        "scope": "/",  # of the other language too, which is a link away
        "display": "standalone",
        "background_color": "#faf8f3",
        "theme_color": "#faf8f3",
        "categories": ["lifestyle", "books"],
        "icons": [
            {"src": vector.url, "sizes": "any", "type": vector.media_type, "purpose": "any"},
            icon("icon-192.png", "any"),
            icon("icon-512.png", "any"),
            icon("icon-maskable-512.png", "maskable"),
        ],
    }
    return json.dumps(said, ensure_ascii=False)


def _worker(portal: Portal) -> str:
    assets = portal.assets
    files = [*_OFFLINE, *map(assets.url, _SHELL)]
    source = assets[WORKER].body.decode()
    build = hashlib.sha256(json.dumps(files).encode() + assets[WORKER].body).hexdigest()[:10]
    return f"const BUILD = {json.dumps(build)};\nconst FILES = {json.dumps(files)};\n{source}"
