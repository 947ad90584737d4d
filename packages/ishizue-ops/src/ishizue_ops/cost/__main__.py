"""`make cost`: price the configured design; `--write` writes docs/cost.md, and docs/cost.ja.md."""

import argparse
import os
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path

from ishizue_ops import config, project, synth, template
from ishizue_ops.cost import book as price_book
from ishizue_ops.cost import japanese
from ishizue_ops.cost.book import Book, BookError
from ishizue_ops.cost.charge import Month
from ishizue_ops.cost.estimate import bill
from ishizue_ops.cost.page import STEPS, page
from ishizue_ops.resource_types import judged
from ishizue_ops.template import Design
from ishizue_ops.words import Text

PAGE = Path("docs/cost.md")
JAPANESE = Path("docs/cost.ja.md")
"""The page of a service whose words are Japanese."""

CDN = "cdn"
"""The name of the design with CloudFront; the others are named by their databases."""

_RDS = {"DATABASE": "rds", "DOMAIN": "example.com"}


def _steps() -> dict[str, Mapping[str, str]]:
    """The settings after each step down, by its number."""
    settings: Mapping[str, str] = _RDS
    return {
        str(number): (settings := {**settings, **step["settings"]})
        for number, step in enumerate(STEPS)
    }


DOCUMENTED: Mapping[str, Mapping[str, str]] = {
    **{name: {**_RDS, "DATABASE": name} for name in ("rds", "aurora", "none")},
    CDN: {**_RDS, "CDN": "on"},
    **_steps(),
}
"""The settings of the designs in docs/cost.md."""

_WEEKEND = "`SIZE=hobby CDN=on`、データベースなし、ドメインなし"
SPANS = {
    "標準、RDS": "rds",
    "標準、データベースなし": "none",
    "`SIZE=hobby`、RDS": str(len(STEPS) - 2),
    "`SIZE=hobby`、データベースなし": str(len(STEPS) - 1),
    _WEEKEND: "weekend",
}
"""The designs of docs/cost.ja.md by their names on the page."""


def main(arguments: list[str] | None = None) -> int:
    """Run the command: 0; 1 if something has no price; 2 for a bad setting."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--write", action="store_true", help="write docs/cost.md, with all databases"
    )
    write = parser.parse_args(arguments).write
    try:
        here = project.read(os.environ)
        product = here.product
        region = config.DEFAULT_REGION if write else here.region
        book = price_book.load(region, product.resource_types)
        environs: Mapping[str, Mapping[str, str]]
        environs = DOCUMENTED if write else {here.database: os.environ}
        yen, _ = japanese.rate(os.environ)
        in_japanese = product.words.language == "ja"
        if write and in_japanese:
            environs = {**environs, "weekend": japanese.WEEKEND}
        with tempfile.TemporaryDirectory() as folder:
            designs = {
                name: template.load(synth.synthesize(project.read(environ), Path(folder) / name))
                for name, environ in environs.items()
            }
        shown = {name: designs[name] for name in (DOCUMENTED if write else designs)}
        text, unpriced = report(shown, book, product.accepted)
        if write and in_japanese and not unpriced:
            spans = {name: designs[key] for name, key in SPANS.items()}
            JAPANESE.write_text(japanese.page(spans, book, os.environ, _WEEKEND), "utf-8")
            print(project.localized(Text("written", file=f"docs/{JAPANESE.name}")))
        elif project.language() == "ja":
            text += f"\n## 円（1 USD = {yen} 円）\n\n{japanese.spans(designs, book, yen)}"
    except config.ConfigError as error:
        print(f"settings: {project.localized(error)}", file=sys.stderr)
        return 2
    except (BookError, synth.DesignError, template.TemplateError) as error:
        print(f"cost: {project.localized(error)}", file=sys.stderr)
        return 1
    if not write:
        print(text, end="")
    elif not unpriced:
        PAGE.write_text(text, encoding="utf-8")
        print(project.localized(Text("written", file=f"docs/{PAGE.name}")))
    for line in unpriced:
        print(f"cost: {project.localized(line)}", file=sys.stderr)
    return 1 if unpriced else 0


def report(
    designs: dict[str, Design], book: Book, accepted: Mapping[str, str]
) -> tuple[str, list[str]]:
    """The page about designs by name, and what has no price and is not accepted."""
    unknown = [each for design in designs.values() for each in bill(Month(design), book).unknown]
    unpriced, reasons = judged("price", unknown, accepted)
    edge = designs.pop(CDN, None)
    smaller = [designs.pop(name) for name in list(designs) if name.isdecimal()]
    text = page(designs, book, edge, smaller)
    if reasons:
        text += "\n## Without a price\n\n" + "".join(f"- {line}\n" for line in reasons)
    return text, unpriced


if __name__ == "__main__":
    sys.exit(main())
