"""Compare what is deployed with the templates: every resource, and each property that is known."""

from collections.abc import Mapping
from typing import Any

from ishizue_ops.emulator.deployed import Deployed, Resource
from ishizue_ops.template import Design

_NOT_KEPT = ("EnableECSManagedTags", "HealthCheckGracePeriodSeconds", "PropagateTags", "Tags")
"""Properties that the emulator describes otherwise than it was told."""


class Comparison:
    """Of a design with what is deployed. `equal` counts properties, `different` has a line each."""

    def __init__(self, design: Design, deployed: Deployed) -> None:
        self.equal = 0
        self.different: list[str] = []
        self._design = design
        self._deployed = {(one.stack, one.logical_id): one for one in deployed.resources}
        wanted = {(one.stack, one.logical_id): one for one in design.resources}
        for key in sorted(wanted.keys() ^ self._deployed.keys()):
            what = "not deployed" if key in wanted else "in no template"
            self.different.append(f"{': '.join(key)}: {what}")
        for key in sorted(wanted.keys() & self._deployed.keys()):
            found = deployed.describe(self._deployed[key])
            if found == {}:
                self.different.append(f"{': '.join(key)}: gone")
            elif found:
                self._compare(self._deployed[key], "", wanted[key].properties, found)

    def _compare(self, resource: Resource, path: str, expected: Any, found: Any) -> None:
        """Descend as far as both have the same names."""
        if isinstance(expected, Mapping) and self._is_function(expected):
            referred = self._design.resolve(expected, resource.stack)
            key = (referred.stack, referred.logical_id) if referred else None
            if key not in self._deployed:
                return
            # Names and ARNs of a resource have a part in common.
            name, said = self._deployed[key].id, str(found)
            holds = bool(said) and (name in said or said in name)
            self._count(resource, path, name, found, holds=holds)
        elif isinstance(expected, Mapping):
            names = {name.lower(): name for name in found} if isinstance(found, Mapping) else {}
            for name, value in expected.items():
                if name.lower() in names and name not in _NOT_KEPT:
                    self._compare(resource, f"{path}.{name}", value, found[names[name.lower()]])
        elif isinstance(expected, list):
            items = found.get("Items", []) if isinstance(found, Mapping) else found
            if not isinstance(items, list) or len(items) != len(expected):
                self._count(resource, path, expected, found, holds=False)
                return
            for index, (one, other) in enumerate(zip(expected, items, strict=True)):
                self._compare(resource, f"{path}[{index}]", one, other)
        else:
            holds = _plain(expected) == _plain(found)
            self._count(resource, path, expected, found, holds=holds)

    def _count(
        self, resource: Resource, path: str, expected: Any, found: Any, *, holds: bool
    ) -> None:
        if holds:
            self.equal += 1
        else:
            where = f"{resource.stack}: {resource.logical_id}{path}"
            self.different.append(f"{where}: {found} instead of {expected}")

    @staticmethod
    def _is_function(value: Mapping[str, Any]) -> bool:
        return len(value) == 1 and (
            next(iter(value)) == "Ref" or next(iter(value)).startswith("Fn::")
        )


def _plain(value: object) -> object:
    """A value without its type: APIs and templates write numbers and booleans as strings too."""
    try:
        return float(str(value))
    except ValueError:
        return str(value).lower()
