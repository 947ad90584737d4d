"""The quotes of `catalogue.toml`. An error names the entry and the field."""

from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import date
from functools import cache
from typing import Annotated, Final

from msgspec import Meta, Struct, field

from kirosample import content
from kirosample.quotes import authors, ruby
from kirosample.quotes.catalogue import Catalogue
from kirosample.quotes.plan import SeasonError
from kirosample.quotes.quote import LANGUAGES, Author, Quote, Season, Status, Topic
from kirosample.text import Text

FILE: Final = "quotes/catalogue.toml"

# In Japan the works of authors who died by 1967 were in the public domain when the term grew from
# 50 to 70 years at the end of 2018. Foreign works have up to ten years of wartime extension.
_JAPANESE_DIED_BEFORE: Final = 1968
_OTHERS_DIED_BEFORE: Final = 1958
_LIFE: Final = 110
"""Years after which an author without a year of death is no longer alive."""

ID: Final = "(?!(?:today|random)$)[a-z0-9]+(-[a-z0-9]+)*"
"""The pattern of an id. `today` and `random` are routes."""

_Id = Annotated[str, Meta(pattern=f"^{ID}$")]
_Day = Annotated[str, Meta(pattern="^[0-9]{2}-[0-9]{2}$")]


class _Season(Struct, frozen=True, forbid_unknown_fields=True):
    first: _Day = field(name="from")
    last: _Day = field(name="to")

    def __post_init__(self) -> None:
        for day in (self.first, self.last):
            date.fromisoformat(f"2001-{day}")  # a common year: February 29 does not come every year


class _Entry(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    id: _Id
    text: str
    ruby: str | None = None
    english: str | None = None
    original: str | None = None
    language: str | None = None
    author: str
    source: str
    source_en: str
    topics: Annotated[tuple[Topic, ...], Meta(min_length=1, max_length=3)]
    status: Status
    seen: str | None = None
    seen_en: str | None = None
    season: _Season | None = None
    on: tuple[date, ...] = ()

    def __post_init__(self) -> None:
        for name, is_wrong, problem in self._rules():
            if is_wrong:
                raise ValueError(f"{name}: {problem}")

    def _rules(self) -> Iterator[tuple[str, bool, str]]:
        has_language = self.language is not None
        is_cited = self.status == "cited"
        yield "topics", len({*self.topics}) < len(self.topics), "must differ"
        yield "language", has_language == (self.original is None), "only with an original"
        is_known = self.language in LANGUAGES and self.language != "ja"
        yield "language", has_language and not is_known, "is not in the vocabulary"
        translated = self.english is not None
        yield "english", translated == (self.language == "en"), "unless the original is English"
        yield "seen", (self.seen is None) != is_cited, "required unless the status is cited"
        yield "seen_en", bool(self.seen_en and not self.seen), "only with `seen`"
        if self.ruby is not None:
            yield "ruby", self.ruby == self.text, "has neither a reading nor a |"
            yield "ruby", ruby.plain(self.ruby) != self.text, "without readings it must be the text"


class _File(Struct, frozen=True, forbid_unknown_fields=True):
    quote: tuple[_Entry, ...]


@cache
def load() -> Catalogue:
    """The catalogue of the package, made once. Raises ContentError."""
    return made(content.read(FILE, _File), authors.load())


def parse(text: str, known: Mapping[str, Author] | None = None) -> Catalogue:
    """A catalogue of TOML with a [[quote]] table for each entry. Raises ContentError."""
    return made(content.parse(FILE, text, _File), authors.load() if known is None else known)


def made(written: _File, known: Mapping[str, Author]) -> Catalogue:
    counted = Counter(entry.id for entry in written.quote)
    if twice := [id_ for id_, number in counted.items() if number > 1]:
        raise content.ContentError(f"{FILE}: {twice[0]}: id: another quote has it")
    pinned: dict[date, str] = {}
    for day, id_ in ((day, entry.id) for entry in written.quote for day in entry.on):
        if (other := pinned.setdefault(day, id_)) != id_:
            raise content.ContentError(f"{FILE}: {other}, {id_}: on: both have {day}")
    try:
        return Catalogue([_quote(entry, known) for entry in written.quote])
    except SeasonError as error:
        problem = "every day of it belongs to a quote with an equal or shorter season"
        raise content.ContentError(f"{FILE}: {error.quote.id}: season: {problem}") from None


def _quote(entry: _Entry, known: Mapping[str, Author]) -> Quote:
    author = known.get(entry.author)
    limit = _OTHERS_DIED_BEFORE if entry.language else _JAPANESE_DIED_BEFORE
    if author is None or (author.died or (author.born or 0) + _LIFE) >= limit:
        problem = f"{entry.author} is not in authors.toml, or did not die before {limit}"
        raise content.ContentError(f"{FILE}: {entry.id}: author: {problem}")
    return Quote(
        id=entry.id,
        text=Text(entry.text, entry.english or entry.original or ""),
        author=author,
        source=Text(entry.source, entry.source_en),
        original=entry.original,
        language=entry.language,
        topics=entry.topics,
        status=entry.status,
        # In English the same, if it is in Latin letters.
        seen=Text(entry.seen, entry.seen_en or entry.seen) if entry.seen else None,
        season=Season(entry.season.first, entry.season.last) if entry.season else None,
        ruby=entry.ruby,
        on=entry.on,
    )
