"""The columns of the page's tables: a design's bill at each end of what scales."""

from dataclasses import dataclass

from infra.checks.template import Design
from infra.cost.book import Book
from infra.cost.charge import Month, Size, number, plain
from infra.cost.estimate import Bill, bill

ARCHITECTURES = {"x86": "X86_64", "ARM": "ARM64"}
NAMES = {"none": "no database", "rds": "RDS", "aurora": "Aurora"}


@dataclass(frozen=True)
class Column:
    """A design's bill at one size."""

    label: str
    tasks: Size
    bill: Bill


def columns(design: Design, book: Book, architecture: str = "") -> list[Column]:
    """With the fewest tasks, then with the most; each with every size of the database."""
    tasks = _range(design, "AWS::ApplicationAutoScaling::ScalableTarget")
    units = _range(design, "AWS::RDS::DBCluster", "ServerlessV2ScalingConfiguration")
    return [
        Column(
            f"{count} tasks" + (f", {acu} ACU" if acu else ""),
            size,
            bill(Month(design, size, database, architecture), book),
        )
        for size, count in (tasks or {Size.LEAST: "its"}).items()
        for database, acu in (units or {Size.LEAST: ""}).items()
    ]


def _range(design: Design, type_: str, *inside: str) -> dict[Size, str]:
    """The ends of the range in which a resource of the type scales; empty if there is none."""
    for resource in design.of_type(type_):
        properties = resource.properties
        for name in inside:
            properties = properties.get(name, {})
        ends = {
            size: plain(number(resource, size.value, properties.get(f"{size.value}Capacity")))
            for size in Size
        }
        return ends if len(set(ends.values())) > 1 else {Size.LEAST: ends[Size.LEAST]}
    return {}
