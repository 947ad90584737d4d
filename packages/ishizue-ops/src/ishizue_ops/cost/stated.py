"""What a construct of the service's own costs, stated where it is made."""

from decimal import Decimal

from aws_cdk import CfnResource
from constructs import IConstruct

from ishizue_ops.names import COSTS


def costs(
    construct: IConstruct,
    line: str,
    *,
    usd: str,
    units: float = 1,
    unit: str = "month",
) -> None:
    """Say on which line of the price a construct is, and how many units of what price a month.

    `usd` is the price of one unit in US dollars, `0` for what costs nothing. A construct may have
    several lines. Raises ValueError for a construct without a resource, and for what is no amount.
    """
    resource = construct.node.default_child or construct
    if not isinstance(resource, CfnResource):
        raise ValueError(f"{construct.node.path} has no resource that could have a price")
    try:
        stated = {"line": line, "usd": str(Decimal(usd)), "units": str(units), "unit": unit}
        sound = 0 <= Decimal(usd) < Decimal("Infinity") and 0 <= units < float("inf")
    except ArithmeticError:
        sound = False
    if not sound:
        raise ValueError(f"usd={usd!r}, units={units}: no amount such as '0.025'")
    resource.add_metadata(COSTS, [*(resource.get_metadata(COSTS) or ()), stated])
