"""What the portal says about itself to its design."""

from dataclasses import replace

from ishizue_ops.product import Cached, Product, Secret
from ishizue_ops.words import JAPANESE

PRODUCT = Product(
    name="KiroSample",
    pages=Cached(
        "Pages",
        "*",
        ("author", "by", "cursor", "date", "limit", "place", "q", "today", "topic", "year"),
    ),
    cached=(
        Cached(
            "LuckyDays",
            "*/days*",
            ("alarm", "day", "for", "from", "off", "on", "overlap", "without"),
        ),
        Cached(
            "Calendars",
            "*/calendar*",
            (
                *("alarm", "kou", "moon", "observances", "rokuyo", "senjitsu", "sign", "special"),
                "zassetsu",
            ),
        ),
    ),
    uncached=(
        "/api/*",
        "/favorites*",
        "/en/favorites*",
        "*/birthday",
        "*/omikuji/mine*",
        "*/quote/random",
    ),
    smoke_test=("/", "/date", "/year", "/horoscope", "/quote"),
    secrets=(
        Secret(
            construct_id="CookieKeys",
            setting="KIROSAMPLE_COOKIE_KEYS",
            description="The keys that sign visitors' cookies, comma-separated: the first signs",
            why_not_rotated=(
                "A new key first verifies and later signs, set by hand so that no visitor is lost: "
                "docs/operations.md."
            ),
        ),
    ),
    words=replace(JAPANESE, names={**JAPANESE.names, "data": "お気に入り機能"}),
)
