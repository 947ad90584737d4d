"""Edit a real template, to test that a check notices."""

from collections.abc import Callable
from copy import deepcopy
from typing import Any

from ishizue_ops.template import Design

Raw = dict[str, Any]


class Editor:
    """An editable copy of a design's templates."""

    def __init__(self, design: Design) -> None:
        self.templates: dict[str, Raw] = deepcopy(dict(design.templates))  # type: ignore[arg-type]

    @property
    def design(self) -> Design:
        """The edited design."""
        return Design(self.templates)

    def all(self, kind: str, path: str = "") -> list[Raw]:
        """The raw resources of a type whose path contains `path`."""
        return [
            self.templates[each.stack]["Resources"][each.logical_id]
            for each in self.design.of_type(kind)
            if path in each.path
        ]

    def one(self, kind: str, path: str = "") -> Raw:
        """The properties of the only resource of a type whose path contains `path`."""
        [raw] = self.all(kind, path)
        properties: Raw = raw["Properties"]
        return properties

    def where(self, kind: str, **properties: object) -> Raw:
        """The properties of the only resource of a type that has these properties."""
        matching: list[Raw] = [
            raw["Properties"]
            for raw in self.all(kind)
            if all(raw["Properties"].get(key) == value for key, value in properties.items())
        ]
        assert len(matching) == 1, f"{len(matching)} of {kind} with {properties}"
        return matching[0]

    def id_of(self, properties: Raw) -> tuple[str, str]:
        """Stack and logical id of the resource that has exactly these properties."""
        [key] = [
            (stack, logical_id)
            for stack, template in self.templates.items()
            for logical_id, raw in template["Resources"].items()
            if raw.get("Properties") is properties
        ]
        return key

    def remove(self, properties: Raw) -> None:
        """Remove a resource."""
        stack, logical_id = self.id_of(properties)
        del self.templates[stack]["Resources"][logical_id]

    def add(self, stack: str, logical_id: str, kind: str, **properties: object) -> None:
        """Add a resource."""
        resources = self.templates[stack]["Resources"]
        assert logical_id not in resources
        resources[logical_id] = {"Type": kind, "Properties": properties}


Edit = Callable[[Editor], None]


def edited(design: Design, edit: Edit) -> Design:
    """The design after an edit, which must change something."""
    editor = Editor(design)
    edit(editor)
    assert editor.templates != design.templates, "the edit changed nothing"
    return editor.design


def change(kind: str, path: str = "", **properties: object) -> Edit:
    """Set properties of the only resource of a type."""
    return lambda editor: editor.one(kind, path).update(properties)
