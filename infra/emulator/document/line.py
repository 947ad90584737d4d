"""One line of the document, and how the account is asked about it."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from infra.emulator.account import Account


class Proof(StrEnum):
    """What stands behind the deployed value of a row."""

    EMULATOR = "emulator"
    """ministack's own resource type and API."""

    OURS = "handler of ours, template tests"
    """A handler in `extension/` made the resource: the row shows that it was asked for."""

    TEMPLATE = "template tests"
    """The emulator does not keep this, or keeps it wrongly: the row compares nothing."""


@dataclass(frozen=True)
class Line:
    """What the document (or our contract) says of one thing, and what is deployed.

    `deployed` reads it back in the form of `expected`; None where the emulator cannot tell.
    """

    heading: str
    says: str
    expected: object
    deployed: Callable[[Account], object] | None
    proof: Proof = Proof.EMULATOR


def not_kept(heading: str, says: str, expected: object) -> Line:
    """A line that the emulator cannot tell, so that the table does not pass over it."""
    return Line(heading, says, expected, None, Proof.TEMPLATE)
