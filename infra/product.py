"""What the portal says about itself to its design."""

from infra import overview
from infra.words import JAPANESE
from ishizue_ops.product import Cached, Product, Secret

PRODUCT = Product(
    name="KiroSample",
    pages=Cached(
        "Pages", "*", ("author", "cursor", "date", "limit", "place", "q", "today", "topic", "year")
    ),
    cached=(
        Cached(
            "LuckyDays", "*/days*", ("alarm", "day", "for", "from", "off", "overlap", "without")
        ),
        Cached(
            "Calendars",
            "*/calendar*",
            ("alarm", "kou", "moon", "observances", "rokuyo", "senjitsu", "sign", "zassetsu"),
        ),
    ),
    uncached=("/api/*", "/favorites*", "/en/favorites*", "*/birthday", "*/quote/random"),
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
    price_sections={"The overview's figures": overview.compared},
    words=JAPANESE,
)
