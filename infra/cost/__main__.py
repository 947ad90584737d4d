"""`make cost`: price the configured design; `--write` writes docs/cost.md."""

import argparse
import json
import os
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path

from infra import config, synth, template
from infra.cost import book as price_book
from infra.cost.book import Book, BookError
from infra.cost.charge import CostError
from infra.cost.free import FREE
from infra.cost.page import page

PAGE = Path(__file__).parents[2] / "docs" / "cost.md"
CDN = "cdn"
"""The name of the design with CloudFront; the others are named by their databases."""

DOCUMENTED: Mapping[str, Mapping[str, str]] = {
    **{name: {"DATABASE": name, "DOMAIN": "example.com"} for name in ("rds", "aurora", "none")},
    CDN: {"DATABASE": "rds", "DOMAIN": "example.com", "CDN": "on"},
}
"""The settings of the designs in docs/cost.md."""

SAME_EVERYWHERE = {
    *FREE,
    "AWS::CloudWatch::Alarm",
    "AWS::KMS::Key",
    "AWS::Logs::LogGroup",
    "AWS::Route53::HealthCheck",
    "AWS::WAFv2::WebACL",
}
"""Types that cost the same in every commercial region, or are priced where they are."""


def main(arguments: list[str] | None = None) -> int:
    """Run the command: 0; 1 if something has no price; 2 for a bad setting."""
    parser = argparse.ArgumentParser(prog="python -m infra.cost", description=__doc__)
    parser.add_argument(
        "--write", action="store_true", help="write docs/cost.md, with all databases"
    )
    write = parser.parse_args(arguments).write
    try:
        environs = DOCUMENTED if write else {config.read(os.environ).database: os.environ}
        with tempfile.TemporaryDirectory() as folder:
            text = report(
                {
                    name: synth.synthesize(config.read(environ), Path(folder) / name)
                    for name, environ in environs.items()
                }
            )
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


def report(assemblies: Mapping[str, Path]) -> str:
    """The page about synthesized designs by name."""
    book = price_book.load()
    designs = {name: template.load(assembly) for name, assembly in assemblies.items()}
    for name, assembly in assemblies.items():
        check_region(assembly, designs[name], book)
    edge = designs.pop(CDN, None)
    return page(designs, book, edge)


def check_region(assembly: Path, design: template.Design, book: Book) -> None:
    """Raise CostError for a stack whose prices are of another region than the book's."""
    manifest = json.loads((assembly / "manifest.json").read_text(encoding="utf-8"))
    for name, artifact in manifest["artifacts"].items():
        place = artifact.get("environment", "")
        types = {resource.type for resource in design.resources if resource.stack == name}
        if types - SAME_EVERYWHERE and not place.endswith(book.region):
            raise CostError(f"{name} is for {place}; the price book is for {book.region}")


if __name__ == "__main__":
    sys.exit(main())
