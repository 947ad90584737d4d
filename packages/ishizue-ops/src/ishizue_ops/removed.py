"""Variables of earlier releases: the value that still holds passes, any other one is refused."""

from collections.abc import Mapping

from ishizue_ops.words import Text

REMOVED: Mapping[str, str] = {
    "BOOTSTRAP": "shared",
}
"""What every deployment has, by the name of the variable that once said so."""


def refusal(settings: Mapping[str, str]) -> Text | None:
    """What replaced a variable that asks for something else; None if none of them does."""
    for name, value in REMOVED.items():
        given = settings.get(name, "").strip()
        if given not in ("", value):
            return Text(f"instead-of-{name}", setting=f"{name}={given}")
    return None
