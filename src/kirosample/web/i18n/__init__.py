"""Languages: messages, and the formats of dates and other facts."""

from collections.abc import Mapping
from typing import Final

from kirosample.web.i18n import english, japanese
from kirosample.web.i18n.formats import Formats
from kirosample.web.i18n.languages import ENGLISH, JAPANESE, Language

FORMATS: Final[Mapping[Language, Formats]] = {JAPANESE: japanese, ENGLISH: english}
