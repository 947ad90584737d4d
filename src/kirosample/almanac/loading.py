"""The almanac's tables, read and compared with its rules before a server starts."""

from kirosample import content
from kirosample.almanac.astronomy.ephemeris import TOKYO, load_places
from kirosample.almanac.holidays import COMPUTED, load_holidays
from kirosample.almanac.model import FIRST_DAY
from kirosample.almanac.moon import ROKUYO, TIDES
from kirosample.almanac.sexagenary import EHO, REKICHU, SENJITSU
from kirosample.almanac.terms import NAMES, zassetsu
from kirosample.almanac.words import FREE, Words, load_words


def load() -> None:
    """Each name that a rule gives has its words, and there are no others. Raises ContentError."""
    words = load_words()
    if TOKYO not in load_places():
        raise content.ContentError(f"almanac/places.toml: {TOKYO} is missing")
    load_holidays()
    _require_purposes(words)
    _require_observances(words)
    a_year = (name for names in zassetsu(FIRST_DAY.year).values() for name in names)
    for file, table, written, known in (
        ("days", "zassetsu", words.zassetsu, dict.fromkeys(a_year)),
        ("days", "senjitsu", words.senjitsu, SENJITSU),
        ("days", "rekichu", words.rekichu, REKICHU),
        ("days", "eho", words.eho, EHO),
        ("days", "tides", words.tides, {f"{tide}潮" for tide in TIDES}),
        ("terms", "terms", words.terms, NAMES),
    ):
        content.require_names(f"almanac/words/{file}.toml", table, written, known)


def _require_purposes(words: Words) -> None:
    file = "almanac/words/purposes.toml"
    known = (*ROKUYO, *SENJITSU, *REKICHU)
    if FREE not in words.purposes:
        raise content.ContentError(f"{file}: purposes: {FREE} is missing")
    for purpose in words.purposes.values():
        for name in (*purpose.asks, *purpose.against):
            if name not in known:
                others = ", ".join(known)
                raise content.ContentError(f"{file}: {purpose.id}: {name} is none of {others}")


def _require_observances(words: Words) -> None:
    """What has no date is computed. Raises ContentError."""
    file = "almanac/words/observances.toml"
    computed = []
    for name, each in words.observances.items():
        if each.is_computed and name not in COMPUTED:
            raise content.ContentError(f"{file}: {name}: has neither `on` nor `sunday`")
        if each.is_computed:
            computed.append(name)
    content.require_names(file, "observances that are computed", computed, COMPUTED)
