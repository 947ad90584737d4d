"""The site's names, in titles and headers, feeds, previews and the installed app; who runs it."""

from dataclasses import dataclass
from typing import Final

from kirosample.text import Text

SITE: Final = Text("KiroSample", "KiroSample")
"""What readers call it. AWS, the log and the settings know it by the name of `PRODUCT`."""

TAGLINE: Final = Text("きょうの暦と星", "Almanac & Stars")
"""What it is, for places that have room for one of the two."""

NAME: Final = Text(*(f"{says} {name}" for says, name in zip(TAGLINE, SITE, strict=True)))
"""What it is, beside its name."""


@dataclass(frozen=True, slots=True)
class Contact:
    """Who runs the site, as readers are told."""

    uri: str
    name: str

    @classmethod
    def given(cls, uri: str | None, name: str | None) -> "Contact | None":
        """The contact of these settings; its name is at least its address."""
        return cls(uri, name or uri.removeprefix("mailto:")) if uri else None
