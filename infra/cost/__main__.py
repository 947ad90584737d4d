"""`make cost`: price the configured design; `--write` writes docs/cost.md."""

import argparse
import json
import os
import sys
import tempfile
from collections.abc import Iterable, Mapping
from pathlib import Path

from infra import config, synth
from infra.checks import template
from infra.cost import book as price_book
from infra.cost.book import Book, BookError
from infra.cost.charge import CostError
from infra.cost.page.page import page

PAGE = Path(__file__).parents[2] / "docs" / "cost.md"
DOCUMENTED = ("rds", "aurora", "none")
"""The databases in docs/cost.md."""

_DOMAIN = "example.com"

SAME_EVERYWHERE = {
    "AWS::Backup::BackupVault",
    "AWS::CertificateManager::Certificate",
    "AWS::CloudWatch::Alarm",
    "AWS::KMS::Key",
    "AWS::Logs::Delivery",
    "AWS::Logs::DeliveryDestination",
    "AWS::Logs::DeliverySource",
    "AWS::Logs::LogGroup",
    "AWS::Logs::ResourcePolicy",
    "AWS::Route53::HealthCheck",
    "AWS::SNS::Subscription",
    "AWS::SNS::Topic",
    "AWS::SNS::TopicPolicy",
    "AWS::WAFv2::LoggingConfiguration",
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
        text = documented() if write else report([os.environ])
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


def documented() -> str:
    """The page in docs: every database, and CloudFront."""
    environments = ({"DATABASE": name, "DOMAIN": _DOMAIN} for name in DOCUMENTED)
    return report(environments, {"DATABASE": DOCUMENTED[0], "DOMAIN": _DOMAIN, "CDN": "on"})


def report(environments: Iterable[Mapping[str, str]], cdn: Mapping[str, str] | None = None) -> str:
    """The page about the designs of these settings; `cdn` is the first with CloudFront."""
    assemblies: dict[str, Path] = {}
    with tempfile.TemporaryDirectory() as folder:
        for environ in environments:
            settings = config.read(environ)
            out = Path(folder) / settings.database
            assemblies[settings.database] = synth.synthesize(settings, out)
        edge = synth.synthesize(config.read(cdn), Path(folder) / "cdn") if cdn else None
        return of_assemblies(assemblies, edge)


def of_assemblies(assemblies: Mapping[str, Path], cdn: Path | None = None) -> str:
    """The page about synthesized designs by database; `cdn` is the first with CloudFront."""
    book = price_book.load()
    designs = {name: _load(assembly, book) for name, assembly in assemblies.items()}
    return page(designs, book, _load(cdn, book) if cdn else None)


def _load(assembly: Path, book: Book) -> template.Design:
    design = template.load(assembly)
    check_region(assembly, design, book)
    return design


def check_region(assembly: Path, design: template.Design, book: Book) -> None:
    """Raise CostError for a stack whose prices are of another region than the book's."""
    manifest = json.loads((assembly / "manifest.json").read_text(encoding="utf-8"))
    for name, artifact in manifest["artifacts"].items():
        place = artifact.get("environment", "")
        if artifact.get("type") != "aws:cloudformation:stack" or place.endswith(book.region):
            continue
        types = {resource.type for resource in design.resources if resource.stack == name}
        if not types or types - SAME_EVERYWHERE:
            raise CostError(f"{name} is for {place}; the price book is for {book.region}")


if __name__ == "__main__":
    sys.exit(main())
