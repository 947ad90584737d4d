"""docs/cost.ja.md: what a day, a weekend and a month cost, in dollars and yen, with tax."""

import re
import tomllib
from collections.abc import Mapping
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path

from ishizue_ops.config import ConfigError
from ishizue_ops.cost.book import Book
from ishizue_ops.cost.charge import Line, Month
from ishizue_ops.cost.estimate import bill, cents, table, usd
from ishizue_ops.cost.usage import HOURS
from ishizue_ops.template import Design
from ishizue_ops.words import Text

WEEKEND = {"SIZE": "hobby", "DATABASE": "none", "CDN": "on", "DOMAIN": "none"}
"""The cheapest deployment with HTTPS: CloudFront's own name needs no domain."""

_HERE = Path(__file__).parent
_RATE = tomllib.loads((_HERE / "yen.toml").read_text(encoding="utf-8"))
_TAX = Decimal("1.10")
"""Japan's consumption tax, which AWS Japan adds."""

_MONTH = Decimal(HOURS) / 24
_DAYS = {"1日": Decimal(1), "週末（2日）": Decimal(2), "1か月": _MONTH}


def rate(environ: Mapping[str, str]) -> tuple[Decimal, str]:
    """Yen for a dollar, and who published the rate when: nobody, if `YEN` gives it. ConfigError."""
    given = environ.get("YEN", "").strip()
    if not given:
        return Decimal(_RATE["rate"]), f"{_RATE['source']}、{_RATE['date']} 公表"
    if not re.fullmatch(r"[1-9][0-9]{0,3}(\.[0-9]{1,2})?", given):
        raise ConfigError(Text("because", what=f"YEN={given}", why=Text("yen")))
    return Decimal(given), ""


def amount(dollars: Decimal, yen: Decimal) -> str:
    """Dollars, and yen before and after tax."""
    plain, taxed = (
        (price * yen).quantize(Decimal(1), ROUND_HALF_UP) for price in (dollars, dollars * _TAX)
    )
    return f"{usd(cents(dollars))} USD、{plain:,}円（税込 {taxed:,}円）"


def spans(designs: Mapping[str, Design], book: Book, yen: Decimal) -> str:
    """A row for each design, with visitors and without."""
    rows = []
    for name, design in designs.items():
        for visitors, traffic in (("いる", Decimal(1)), ("いない", Decimal(0))):
            month = bill(Month(design, traffic=traffic), book).total()
            shares = (month * days / _MONTH for days in _DAYS.values())
            rows.append([name, visitors, *(amount(share, yen) for share in shares)])
    return table(["構成", "訪問者", *_DAYS], rows)


def page(
    designs: Mapping[str, Design], book: Book, environ: Mapping[str, str], weekend: str
) -> str:
    """The page about these designs by name; `weekend` is the one that is up for two days."""
    yen, published = rate(environ)
    first = bill(Month(next(iter(designs.values()))), book)
    short = bill(Month(designs[weekend], traffic=Decimal(0)), book)
    months = []
    for name, design in designs.items():
        month = bill(Month(design, traffic=Decimal(0)), book)
        prices = (month.total(), month.total() - month.free)
        months.append([name, *(amount(cents(price), yen) for price in prices)])
    return (
        (_HERE / "page.ja.md")
        .read_text(encoding="utf-8")
        .format(
            rate=f"{yen} 円（{published or 'YEN= による'}）",
            region=book.region,
            date=book.date,
            spans=spans(designs, book, yen),
            months=table(["構成（訪問者なし）", "1か月", "無料枠を引くと"], months),
            weekend=amount(2 * short.total() / _MONTH, yen),
            settings=" ".join(f"{name}={text}" for name, text in WEEKEND.items()),
            fargate=usd(first.cost(Line.FARGATE)),
            total=usd(first.total()),
        )
    )
