"""The progressive web app: its manifest, its service worker, its offline page."""

import hashlib
import json
from typing import Any

from starlette.responses import Response

from ishizue.http.page_responses import cached_response
from kirosample.web import colors, site
from kirosample.web.context import Portal, PortalRequest
from kirosample.web.i18n.languages import PREFIXES, Language

MANIFEST = "/manifest.webmanifest"
WORKER = "sw.js"
_OFFLINE = ("/offline", "/en/offline")
_SHELL = ("style.css", "app.js", "favicon.svg")

_WORKER_STORED_SECONDS = 10
"""How long a shared cache may store the worker: so soon a release replaces it."""


async def manifest(request: PortalRequest) -> Response:
    """The manifest of the app, which is a different one in each language."""
    portal = request.portal
    language = request.language
    return await cached_response(
        request,
        ("manifest", language),
        lambda: _manifest(portal, language),
        request.lifetime(),
        "application/manifest+json",
    )


async def worker(request: PortalRequest) -> Response:
    """The service worker. It differs in each build, so that browsers update it."""
    portal = request.portal
    lifetime = request.lifetime(_WORKER_STORED_SECONDS)
    return await cached_response(
        request, "worker", lambda: _worker(portal), lifetime, "text/javascript"
    )


async def offline(request: PortalRequest) -> Response:
    """The page that the worker shows without network and saved page."""
    language = request.language
    templates = request.portal.templates

    def render() -> str:
        return templates.render("offline.html", language, here="/", status=503)

    return await cached_response(request, ("offline", language), render, request.lifetime())


def _manifest(portal: Portal, language: Language) -> str:
    messages = portal.templates.messages[language]
    start = PREFIXES[language] + "/"

    def icon(name: str, purpose: str) -> dict[str, str]:
        side = name.removesuffix(".png").rpartition("-")[2]
        return {
            "src": portal.assets.url(name),
            "sizes": f"{side}x{side}",
            "type": "image/png",
            "purpose": purpose,
        }

    def shortcut(name: str, path: str, picture: str) -> dict[str, Any]:
        src = portal.assets.url(picture)
        return {
            "name": name,
            "url": PREFIXES[language] + path,
            "icons": [{"src": src, "sizes": "192x192", "type": "image/png"}],
        }

    vector = portal.assets["favicon.svg"]
    manifest = {
        "id": start,
        "name": messages.text(site.NAME),
        "short_name": messages.text(site.TAGLINE),
        "description": messages.say("今日の暦、十二星座の星占い、出典のある名言。"),
        "lang": language,
        "dir": "ltr",
        "start_url": start,
        "scope": "/",  # both languages: pages link to each other
        "display": "standalone",
        "background_color": colors.tokens("light")["paper"],
        "theme_color": colors.tokens("light")["paper"],
        "categories": ["lifestyle", "books"],
        "icons": [
            {"src": vector.url, "sizes": "any", "type": vector.media_type, "purpose": "any"},
            icon("icon-192.png", "any"),
            icon("icon-512.png", "any"),
            icon("icon-maskable-512.png", "maskable"),
        ],
        "shortcuts": [
            shortcut(messages.say("今日の暦"), "/date", "shortcut-date.png"),
            shortcut(messages.say("わたしの星座"), "/horoscope#mine", "shortcut-sign.png"),
            shortcut(messages.say("おみくじ"), "/omikuji", "shortcut-lot.png"),
        ],
    }
    return json.dumps(manifest, ensure_ascii=False)


def _worker(portal: Portal) -> str:
    assets = portal.assets
    files = [*_OFFLINE, *map(assets.url, _SHELL)]
    source = assets[WORKER].body.decode()
    build = hashlib.sha256(json.dumps(files).encode() + assets[WORKER].body).hexdigest()[:10]
    return f"const BUILD = {json.dumps(build)};\nconst FILES = {json.dumps(files)};\n{source}"
