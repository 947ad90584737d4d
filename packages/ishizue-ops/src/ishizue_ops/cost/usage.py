"""The estimate's assumptions, in `usage.toml`: the usage a month that no template states."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

HOURS = 730
"""Hours in a month, as in AWS's calculator."""

MILLION = 10**6


@dataclass(frozen=True)
class Amount:
    """The amount a month for the whole design, and what it is in both languages."""

    value: Decimal
    en: str
    ja: str
    unit: str = ""
    by_requests: bool = False
    """Whether twice the requests are twice the amount."""


USAGE: Mapping[str, Amount] = {
    name: Amount(**{**table, "value": Decimal(table["value"])})
    for name, table in tomllib.loads(
        Path(__file__).with_name("usage.toml").read_text(encoding="utf-8"), parse_float=Decimal
    ).items()
}
"""The amounts by their names, in the order of the page."""
