"""What the portal says about itself to its design."""

import json
from dataclasses import replace
from pathlib import Path

from ishizue_ops.config import Config
from ishizue_ops.product import Cached, Product, Secret
from ishizue_ops.words import JAPANESE

_FILE = Path(__file__).with_name("query_strings.json")
_QUERY: dict[str, list[str]] = json.loads(_FILE.read_text(encoding="utf-8"))
"""The query strings that CloudFront keys by, by pattern; `make generate` writes them."""


def _cached(name: str, path: str) -> Cached:
    return Cached(name, path, tuple(_QUERY.get(path, ())))


def _settings(config: Config) -> dict[str, str]:
    """What `/about` says of the logs that this deployment keeps, and of who runs it."""
    logs = {
        "application": True,
        "balancer": config.access_logs,
        "cdn": config.access_logs and config.cdn,
        "firewall": config.access_logs and config.has_firewall,
    }
    given = {"CONTACT": config.contact, "CONTACT_NAME": config.contact_name}
    given["LOGS"] = ",".join(f"{kind}:{config.log_days}" for kind, on in logs.items() if on)
    return {config.names.setting(name): text for name, text in given.items() if text}


PRODUCT = Product(
    name="KiroSample",
    pages=_cached("Pages", "*"),
    cached=(_cached("LuckyDays", "*/days*"), _cached("Calendars", "*/calendar*")),
    uncached=(
        "/api/*",
        "/favorites*",
        "/en/favorites*",
        "*/birthday",
        "*/omikuji/mine*",
        "*/quote/random",
    ),
    smoke_test=("/", "/date", "/year", "/horoscope", "/quote"),
    settings=_settings,
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
    # What docs/architecture-overview.ja.md says.
    estimate={
        "ALB": "16",
        "ECS Fargate": "30",
        "NAT Gateway": "32",
        "ECR": "1",
        "CloudWatch Logs": "2.5",
        "Route 53": "0.5",
        "RDS PostgreSQL": "30",
        "Aurora Serverless v2": "30-120",
        "total": "112",
        "DATABASE=none": "82",
        "DATABASE=aurora": "112-202",
    },
    words=replace(JAPANESE, names={**JAPANESE.names, "data": "お気に入り機能"}),
)
