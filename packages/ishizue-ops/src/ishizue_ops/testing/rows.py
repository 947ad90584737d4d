"""Settings that hold every combination of a few values: a covering array of all variables.

`samples.toml` names the values of each variable, so a new variable takes part by itself. Values
contradict if the configuration refuses them: its message names the variables that have to change.
"""

import re
import tomllib
from collections.abc import Collection, Iterable, Iterator, Mapping
from itertools import combinations, product
from pathlib import Path

from allpairspy import AllPairs  # type: ignore[import-untyped]

from ishizue_ops import project
from ishizue_ops.config import ConfigError, read
from ishizue_ops.product import Product
from ishizue_ops.variables import VARIABLES

SAMPLES: Mapping[str, list[str]] = tomllib.loads(
    Path(__file__).with_name("samples.toml").read_text(encoding="utf-8")
)
UNSET = ""
"""A variable's default, which is the first value of each."""

Row = dict[str, str]
"""The environment variables of one deployment, without those that are unset."""


class _Space:
    """The values of some variables, and which of them go together."""

    def __init__(self, only: Collection[str], product: Product) -> None:
        self._product = product
        chosen = [variable for variable in VARIABLES if not only or variable.name in only]
        self.values = {variable.name: [UNSET, *SAMPLES[variable.name]] for variable in chosen}
        self._known: dict[frozenset[tuple[str, str]], Row | None] = {}

    def completed(self, given: Mapping[str, str]) -> Row | None:
        """Settings that have these values and are accepted, or None where they contradict.

        Where the message names a variable that is not given, its other values are tried.
        """
        key = frozenset(given.items())
        if key not in self._known:
            self._known[key] = self._completed(given)
        return self._known[key]

    def _completed(self, given: Mapping[str, str]) -> Row | None:
        try:
            read(given, self._product)
        except ConfigError as error:
            named = set(re.findall(r"\b[A-Z]+(?:_[A-Z]+)*\b", str(error))) - given.keys()
            free = [name for name in self.values if name in named]
            tried = ({**given, name: value} for name in free for value in self.values[name])
            return next(filter(None, map(self.completed, tried)), None)
        return dict(given)

    def combinations(self, strength: int) -> Iterator[Row]:
        """Every combination of so many values."""
        for names in combinations(self.values, strength):
            for chosen in product(*(self.values[name] for name in names)):
                yield dict(zip(names, chosen, strict=True))


def rows(
    strength: int = 2, only: Collection[str] = (), product: Product | None = None
) -> list[Row]:
    """Accepted settings of which each combination of `strength` values is in one, if it can be.

    `only` are the variables that differ; the others stay unset. The product is by default
    the service's.
    """
    space = _Space(only, product or project.product())
    names = list(space.values)

    def accepted(chosen: list[str]) -> bool:
        return space.completed(dict(zip(names, chosen, strict=False))) is not None

    generated = AllPairs(list(space.values.values()), filter_func=accepted, n=strength)
    made = [dict(zip(names, chosen, strict=True)) for chosen in generated]
    covered = {pairs for row in made for pairs in combinations(row.items(), strength)}
    # AllPairs stops at the first row that would add nothing.
    left = [part for part in space.combinations(strength) if (*part.items(),) not in covered]
    left = [part for part in left if space.completed(part) is not None]
    while left:
        row = _merged(left, space)
        made.append(row)
        left = [part for part in left if not part.items() <= row.items()]
    return [{name: value for name, value in row.items() if value} for row in made]


def _merged(left: Iterable[Row], space: _Space) -> Row:
    """A row with as many of these combinations as go together in their order."""
    row: Row = {}
    for combination in left:
        if all(row.get(name, value) == value for name, value in combination.items()):
            joined = {**row, **combination}
            if space.completed(joined) is not None:
                row = joined
    done = space.completed(row) or {}
    return {name: done.get(name, UNSET) for name in space.values}
