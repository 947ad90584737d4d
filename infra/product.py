"""What the product decides in the design; `app_contract.py` has what holds for any application."""

from typing import Literal

from infra.app_contract import Cached, Secret
from infra.names import setting

DATABASE: Literal["rds", "aurora", "none"] = "rds"
"""The default of the variable of this name."""

PAGES = Cached(
    "Pages", "*", ("author", "cursor", "date", "limit", "place", "q", "today", "topic", "year")
)
"""Every path that no other pattern matches."""

CACHED = (
    Cached("Calendars", "*.ics", ("kou", "moon", "observances", "rokuyo", "senjitsu", "zassetsu")),
)
"""Paths with other query strings than the pages."""

UNCACHED = ("/api/*", "/favorites*", "/en/favorites*", "*/quote/random")
"""The paths of what is written, a visitor's own, or another each time."""

SECRETS: tuple[Secret, ...] = (
    Secret(
        construct_id="CookieKeys",
        setting=setting("COOKIE_KEYS"),
        description="The keys that sign visitors' cookies, comma-separated: the first signs",
        why_not_rotated=(
            "A new key first verifies and later signs, set by hand so that no visitor is lost: "
            "docs/operations.md."
        ),
    ),
)
"""May be empty."""
