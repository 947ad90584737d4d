"""What the site is called: in titles and headers, feeds, previews and the installed app."""

from typing import Final

from kirosample import PRODUCT
from kirosample.text import Text

TAGLINE: Final = Text("きょうの暦と星", "Almanac & Stars")
"""What it is, for places that have room for one of the two."""

NAME: Final = Text(*(f"{says} {PRODUCT.name}" for says in TAGLINE))
"""What it is, beside its name."""
