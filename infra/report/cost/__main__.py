"""`make cost`: price the design that the settings describe; `--write` puts docs/cost.md down."""

import argparse
import json
import os
import sys
import tempfile
from collections.abc import Iterable, Mapping
from pathlib import Path

from infra import config, synth
from infra.report import template
from infra.report.cost import book as price_book
from infra.report.cost.book import Book, BookError
from infra.report.cost.charge import CostError
from infra.report.cost.page import page
from infra.report.cost.usage import ASSUMED

PAGE = Path(__file__).parents[3] / "docs" / "cost.md"
DOCUMENTED = ("rds", "aurora", "none")
"""The databases of docs/cost.md, each with the domain that generated documents have."""

_DOMAIN = "example.com"


def main(arguments: list[str] | None = None) -> int:
    """Run the command; 0, 1 where something has no price, 2 for bad settings."""
    parser = argparse.ArgumentParser(prog="python -m infra.report.cost", description=__doc__)
    parser.add_argument("--write", action="store_true", help="write docs/cost.md, all databases")
    write = parser.parse_args(arguments).write
    environments: Iterable[Mapping[str, str]] = (
        ({"DATABASE": name, "DOMAIN": _DOMAIN} for name in DOCUMENTED) if write else (os.environ,)
    )
    try:
        text = report(environments)
    except config.ConfigError as error:
        print(f"infra: {error}", file=sys.stderr)
        return 2
    except (CostError, BookError, template.TemplateError) as error:
        print(f"cost: {error}", file=sys.stderr)
        return 1
    if write:
        PAGE.write_text(text, encoding="utf-8")
        print(f"docs/{PAGE.name} written")
    else:
        print(text, end="")
    return 0


def report(environments: Iterable[Mapping[str, str]]) -> str:
    """The page on the designs that these settings describe. Raises what reading them raises."""
    assemblies: dict[str, Path] = {}
    with tempfile.TemporaryDirectory() as folder:
        for environ in environments:
            settings = config.read(environ)
            out = Path(folder) / settings.database
            assemblies[settings.database] = synth.synthesize(settings, out)
        return of_assemblies(assemblies)


def of_assemblies(assemblies: Mapping[str, Path], book: Book | None = None) -> str:
    """The page on synthesized designs, by their database."""
    book = book or price_book.load()
    for assembly in assemblies.values():
        check_region(assembly, book)
    designs = {name: template.load(assembly) for name, assembly in assemblies.items()}
    return page(designs, book, ASSUMED)


def check_region(assembly: Path, book: Book) -> None:
    """Raise CostError for a stack that is deployed where the book has no prices."""
    manifest = json.loads((assembly / "manifest.json").read_text(encoding="utf-8"))
    for name, artifact in manifest["artifacts"].items():
        place = artifact.get("environment", "")
        if artifact.get("type") == "aws:cloudformation:stack" and not place.endswith(book.region):
            raise CostError(f"{name} is for {place}; the price book is for {book.region}")


if __name__ == "__main__":
    sys.exit(main())
