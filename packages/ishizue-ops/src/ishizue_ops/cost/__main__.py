"""`make cost`: price the configured design; `--write` writes docs/cost.md, and docs/cost.ja.md."""

import argparse
import os
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path

from ishizue_ops import config, project, synth, template
from ishizue_ops.cost import book as price_book
from ishizue_ops.cost.estimate import bill
from ishizue_ops.cost.month import Month
from ishizue_ops.cost.page import DESIGNS, WEEKEND, Page
from ishizue_ops.template import Design
from ishizue_ops.words import Text

PAGES = {"en": Path("docs/cost.md"), "ja": Path("docs/cost.ja.md")}
"""The pages by language; only a service whose words are Japanese has the other."""


def main(arguments: list[str] | None = None) -> int:
    """Run the command: 0; 1 without a design or its region's prices; 2 for a bad setting."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--write", action="store_true", help="write the page, with other designs")
    write = parser.parse_args(arguments).write
    try:
        if write:
            _write()
        else:
            here = project.read(os.environ)
            book = price_book.load(here.region)
            page = Page(project.language(), os.environ)
            print(page.lines(bill(Month(_design(os.environ)), book)), end="")
    except config.ConfigError as error:
        print(f"settings: {project.localized(error)}", file=sys.stderr)
        return 2
    except (price_book.BookError, synth.DesignError, template.TemplateError) as error:
        print(f"cost: {project.localized(error)}", file=sys.stderr)
        return 1
    return 0


def _write() -> None:
    base = {"DATABASE": "rds", **project.documented()}
    default, weekend, *others = (
        _design({**base, **settings})
        for settings in ({}, WEEKEND, *(each["settings"] for each in DESIGNS))
    )
    book = price_book.load()
    for language, file in PAGES.items():
        if language in ("en", project.product().words.language):
            text = Page(language, os.environ).written(default, others, weekend, book)
            file.write_text(text, encoding="utf-8")
            print(project.localized(Text("written", file=file)))


def _design(environ: Mapping[str, str]) -> Design:
    with tempfile.TemporaryDirectory() as folder:
        return template.load(synth.synthesize(project.read(environ), Path(folder)))


if __name__ == "__main__":
    sys.exit(main())
