"""docs/cost.md and docs/cost.ja.md: one table by resource, and a line for each other design."""

import re
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from typing import Any

from ishizue_ops.config import ConfigError
from ishizue_ops.cost.book import Book
from ishizue_ops.cost.charges import HOURS, Month, Size, usage
from ishizue_ops.cost.estimate import LINES, WORDS, Bill, bill, cents, table, usd
from ishizue_ops.resource_types import Finding
from ishizue_ops.template import Design, alarms
from ishizue_ops.words import Text, translate

DESIGNS: Sequence[Mapping[str, Any]] = WORDS["design"]
"""The designs beside the default one: the settings that differ, and what they are."""

WEEKEND = {"SIZE": "hobby", "DATABASE": "none", "CDN": "on", "DOMAIN": "none"}
"""The cheapest deployment with HTTPS: CloudFront's own name needs no domain."""

_HERE = Path(__file__).parent
_RATE = tomllib.loads((_HERE / "yen.toml").read_text(encoding="utf-8"))
_TAX = Decimal("1.10")
"""Japan's consumption tax, which AWS Japan adds."""

_DAY = Decimal(24) / HOURS
"""A day's part of a month."""


class Page:
    """The page in one language; in Japanese with a column of yen after tax.

    Yen for a dollar are `YEN`, if it is set. The Japanese page has an `estimate`, the product's,
    in its last column. Raises ConfigError.
    """

    def __init__(
        self, language: str, environ: Mapping[str, str], estimate: Mapping[str, str] | None = None
    ) -> None:
        self.language = language
        self.words = WORDS[language]
        japanese = language == "ja"
        given = environ.get("YEN", "").strip()
        if given and not re.fullmatch(r"[1-9][0-9]{0,3}(\.[0-9]{1,2})?", given):
            raise ConfigError(Text("because", what=f"YEN={given}", why=Text("yen")))
        self._yen = Decimal(given or _RATE["rate"])
        published = f"{_RATE['source']}、{_RATE['date']} 公表"
        self._published = "`YEN` による" if given else published
        self._estimate = (
            {**estimate, "head": self.words["estimate"]} if japanese and estimate else {}
        )
        self._columns = (usd, self.yen) if japanese else (usd,)

    def written(
        self, default: Design, others: Sequence[Design], weekend: Design, book: Book
    ) -> str:
        """All of it, about the default design, those of `DESIGNS`, and the one of `WEEKEND`."""
        month = bill(Month(default), book)
        days = bill(Month(weekend, traffic=Decimal(0)), book).total() * 2 * _DAY
        fargate = [cost for line, cost in month.lines.items() if line.startswith("ECS Fargate")]
        text = _HERE / ("page.md" if self.language == "en" else "page.ja.md")
        return text.read_text(encoding="utf-8").format(
            book=book,
            hours=HOURS,
            lines=self.lines(month),
            designs=self._designs(default, others, book),
            usage=self._usage(),
            alarms=alarms(default),
            free=usd(month.free),
            weekend=self.amounts(days),
            settings=_settings(WEEKEND),
            fargate=usd(sum(fargate, Decimal(0))),
            total=usd(month.total()),
            yen=self._yen,
            published=self._published,
        )

    def lines(self, month: Bill) -> str:
        """Each line of a month, what has no price, and the sum, which names that again."""
        rows = [
            [
                self._name(LINES, line),
                self._quantities(month, line),
                *self.amounts(cost),
                *self._estimated(line),
            ]
            for line, cost in month.lines.items()
        ]
        for each in month.unpriced:
            why = translate(each.why, self.language)
            empty = ("" for _ in self._columns)
            rows.append([self._unpriced(each), why, *empty, *self._estimated()])
        total = [f"**{amount}**" for amount in self.amounts(month.total())]
        missing = "; ".join(map(self._unpriced, month.unpriced))
        rows.append([f"**{self.words['sum']}**", missing, *total, *self._estimated("total")])
        return table([*self.words["head"], *self._estimated("head")], rows)

    def _designs(self, default: Design, others: Iterable[Design], book: Book) -> str:
        """A line for each of `DESIGNS`, and a flood without and with the firewall.

        Below a design are its lines that the estimate has and the default design has not.
        """
        rows = []
        usual = bill(Month(default), book).lines
        for each, design in zip(DESIGNS, others, strict=True):
            bills = [bill(Month(design, database=size), book) for size in Size]
            what = [each[self.language], *map(self._unpriced, bills[0].unpriced)]
            amounts = self.amounts(*(month.total() for month in bills))
            settings = _settings(each["settings"])
            beside = self._estimated(settings)
            rows.append([f"`{settings}`", "; ".join(what), *amounts, *beside])
            for line in self._estimate.keys() & bills[0].lines.keys() - usual.keys():
                amounts = self.amounts(*(month.lines[line] for month in bills))
                name = self._name(LINES, line)
                rows.append([name, self.words["part"], *amounts, *self._estimated(line)])
            if "WAF" in each["settings"]:
                firewall = design
        for waf, design in {"off": default, "on": firewall}.items():
            text = WORDS["flood"][self.language]
            amounts = self.amounts(flood(design, book))
            rows.append([f"`WAF={waf}`", text, *amounts, *self._estimated()])
        return table([*self.words["designs"], *self._estimated("head")], rows)

    def _estimated(self, of: str = "") -> list[str]:
        """The cell of the estimate's column, if there is one."""
        return [self._estimate.get(of, "")] if self._estimate else []

    def _usage(self) -> str:
        """What no template states."""
        rows = []
        for each in usage().values():
            amount = f"{_short(each.value)} {self._name(WORDS['units'], each.unit)}".strip()
            rows.append([amount, getattr(each, self.language)])
        return table(self.words["usage"], rows)

    def amounts(self, *costs: Decimal) -> list[str]:
        """One amount or a range of two, in the columns of a table."""
        return [
            self.words["range"].join(dict.fromkeys(form(cost) for cost in costs))
            for form in self._columns
        ]

    def yen(self, dollars: Decimal) -> str:
        """Yen after tax."""
        return f"{(dollars * self._yen * _TAX).quantize(Decimal(1), ROUND_HALF_UP):,}"

    def _quantities(self, month: Bill, line: str) -> str:
        return "; ".join(
            self.words["quantity"].format(
                amount=_short(amount),
                unit=self._name(WORDS["units"], price.unit),
                usd=f"{price.usd}{price.mark}",
            )
            for price, amount in month.units(line)
        )

    def _unpriced(self, finding: Finding) -> str:
        return str(self.words["unpriced"].format(f"{finding.type} {finding.where}"))

    def _name(self, names: Mapping[str, str], name: str) -> str:
        """A name of the English page, in the page's language if it has one there."""
        return names.get(name, name) if self.language == "ja" else name


def flood(design: Design, book: Book) -> Decimal:
    """What a day of 1,000 requests a second adds, with as many tasks as may run."""
    times = 1000 * 3600 * HOURS / usage()["requests"].value
    flooded = bill(Month(design, Size.MOST, traffic=times), book).total()
    return cents((flooded - bill(Month(design, traffic=Decimal(0)), book).total()) * _DAY)


def _short(value: Decimal) -> str:
    """A number as short as possible, with thousands separators."""
    return f"{round(value, 2).normalize():,f}"


def _settings(settings: Mapping[str, str]) -> str:
    return " ".join(f"{name}={text}" for name, text in settings.items())
