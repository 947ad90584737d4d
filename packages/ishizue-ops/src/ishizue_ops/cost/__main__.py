"""`make cost`: price the configured design; `--write` writes docs/cost.md, and docs/cost.ja.md."""

import argparse
import os
import sys
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path

from ishizue_ops import project, synth, template
from ishizue_ops.cost import book as price_book
from ishizue_ops.cost.charges import Month
from ishizue_ops.cost.estimate import bill
from ishizue_ops.cost.page import DESIGNS, WEEKEND, Page
from ishizue_ops.deploy.ending import ended
from ishizue_ops.template import Design
from ishizue_ops.words import Text

PAGES = {"en": Path("docs/cost.md"), "ja": Path("docs/cost.ja.md")}
"""The pages by language; only a service whose words are Japanese has the other."""


def main(arguments: list[str] | None = None) -> None:
    """Print the table, or write the pages. Raises ConfigError."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--write", action="store_true", help="write the page, with other designs")
    if parser.parse_args(arguments).write:
        for file, text in pages():
            file.write_text(text, encoding="utf-8")
            print(project.localized(Text("written", file=file)))
        return
    book = price_book.load(project.read(os.environ).region)
    page = Page(project.language(), os.environ)
    print(page.lines(bill(Month(_design(os.environ)), book)), end="")


def pages() -> Iterator[tuple[Path, str]]:
    """The pages, by the files that they are written to. Raises ConfigError."""
    base = {"DATABASE": "rds", **project.documented()}
    default, weekend, *others = (
        _design({**base, **settings})
        for settings in ({}, WEEKEND, *(each["settings"] for each in DESIGNS))
    )
    book = price_book.load()
    product = project.product()
    for language, file in PAGES.items():
        if language in ("en", product.words.language):
            page = Page(language, os.environ, product.estimate)
            yield file, page.written(default, others, weekend, book)


def _design(environ: Mapping[str, str]) -> Design:
    with tempfile.TemporaryDirectory() as folder:
        return template.load(synth.synthesize(project.read(environ), Path(folder)))


if __name__ == "__main__":
    sys.exit(ended("cost", main))
