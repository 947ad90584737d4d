"""The estimate's assumptions, in `usage.toml`: the usage a month that no template states."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

HOURS = 730
"""Hours in a month, as in AWS's calculator."""

MILLION = 10**6

_CONNECTIONS_PER_LCU = 25
"""New connections a second in one load balancer capacity unit."""


@dataclass(frozen=True)
class Amount:
    """The amount a month for the whole design, and why."""

    what: str
    value: Decimal
    why: str
    unit: str = ""


_TABLES = tomllib.loads(
    Path(__file__).with_name("usage.toml").read_text(encoding="utf-8"), parse_float=Decimal
)
_TABLES["lcus"]["value"] = (
    Decimal(_TABLES["requests"]["value"]) / (HOURS * 3600) / _CONNECTIONS_PER_LCU
)
USAGE: Mapping[str, Amount] = {
    name: Amount(table["what"], Decimal(table["value"]), table["why"], table.get("unit", ""))
    for name, table in _TABLES.items()
}
"""The amounts by their names, in the order of the page."""
