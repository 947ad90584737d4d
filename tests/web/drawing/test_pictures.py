"""The pictures have their size, and nothing is cut off."""

from datetime import date, timedelta
from io import BytesIO
from itertools import accumulate, chain

import pytest
from PIL import Image, ImageChops, ImageColor

from kirosample import almanac, horoscope, omikuji, quotes
from kirosample.quotes import lines
from kirosample.web.drawing import quote_picture
from kirosample.web.drawing.canvas import Canvas
from kirosample.web.drawing.cards import SHAPES, WIDE, Card, SignCard
from kirosample.web.drawing.faces import JAPANESE, WESTERN, Face
from kirosample.web.drawing.paths import Point
from kirosample.web.drawing.ranking_picture import draw_ranking
from kirosample.web.drawing.sheet import MOON_LIT, PAPER, Area, Sheet
from kirosample.web.drawing.sheet import SHAPES as LAID_OUT
from kirosample.web.drawing.worker import picture
from kirosample.web.i18n.languages import PREFIXES, Language, Messages
from kirosample.web.share import content
from kirosample.web.typesetting.columns import columns
from tools.servers import NOON

MARGIN = 44
ALL_SHAPES = (WIDE, *SHAPES)
MESSAGES: dict[Language, Messages] = {language: Messages(language) for language in PREFIXES}
QUOTES = quotes.load().quotes


EXTREMES = {
    "the longest": max(QUOTES, key=lambda quote: len(quote.text.ja)),
    "the longest source": max(QUOTES, key=lambda quote: len(quote.source.ja)),
    "the longest name": max(QUOTES, key=lambda quote: len(quote.author.name.ja)),
    "the longest in English": max(QUOTES, key=lambda quote: len(quote.text.en)),
    "the longest source in English": max(QUOTES, key=lambda quote: len(quote.source.en)),
}

EXTREME_DAYS = [
    date(2026, 3, 5),  # no occasion
    date(2017, 8, 6),  # the longest occasions in Japanese
    date(2019, 5, 2),  # and in English
    date(2034, 1, 10),  # the longest facts
    date(2033, 12, 31),
    date(2015, 3, 6),
    date(2038, 1, 1),  # the longest year
    date(2026, 9, 16),  # the longest month and weekday
]
"""The days of thirty years whose pictures show the widest texts."""


def longest_readings() -> list[tuple[str, date]]:
    """Of three years the days and signs with the longest headlines, and with the longest texts."""
    days = [date(2026, 1, 1) + timedelta(number) for number in range(3 * 365)]
    told = [(of.sign, day) for day in days for of in horoscope.ranks(day)]
    words = [chain(*horoscope.read_words(day, sign)) for sign, day in told]
    lengths = zip(*(map(len, of_reading) for of_reading in words), strict=True)
    return [told[of_all.index(max(of_all))] for of_all in lengths]


LONGEST_READINGS = longest_readings()


def quote_card(quote: quotes.Quote, language: Language = "ja") -> Card:
    return content.quote_card(quote, MESSAGES[language])


def sign_card(sign_id: str, language: Language = "ja", day: date | None = None) -> SignCard:
    return content.sign_card(sign_id, day or NOON.date(), MESSAGES[language])


def opened(png: bytes) -> Image.Image:
    return Image.open(BytesIO(png)).convert("RGB")


def drawn(card: Card, shape: str = WIDE) -> Image.Image:
    return opened(picture(card, shape))


def is_plain(image: Image.Image, box: tuple[int, int, int, int]) -> bool:
    """Whether nothing is drawn in a box."""
    colors = image.crop(box).getcolors() or []
    paper = tuple(int(PAPER[at : at + 2], 16) for at in (1, 3, 5))
    return all(max(map(abs, map(int.__sub__, color, paper))) < 4 for _, color in colors)  # type: ignore[arg-type]


def has_free_margins(image: Image.Image) -> bool:
    width, height = image.size
    return all(
        is_plain(image, box)
        for box in (
            (0, 12, MARGIN, height),
            (width - MARGIN, 12, width, height),
            (0, height - 30, width, height),
        )
    )


@pytest.mark.parametrize("shape", ALL_SHAPES)
@pytest.mark.parametrize("language", PREFIXES)
@pytest.mark.parametrize("which", EXTREMES)
def test_quotes_of_extreme_length_fit_the_picture(
    which: str, language: Language, shape: str
) -> None:
    card = quote_card(EXTREMES[which], language)
    png = picture(card, shape)
    assert len(png) < 80_000
    image = opened(png)
    assert image.size == LAID_OUT[shape].size
    assert has_free_margins(image)
    left, top, right, foot = map(round, LAID_OUT[shape].area)
    assert not is_plain(image, (left, top, right, (top + foot) // 2)), "the quote"
    assert not is_plain(image, (left, foot - 100, left + 200, foot)), "who said it, and where"
    if card.western and shape == WIDE:
        assert card[0] == lines(EXTREMES[which].text.en)
        assert is_plain(image, (72, 112, 1128, 128)), "between the mark and the quote"
        assert is_plain(image, (124, 440, 1128, 468)), "between the quote and the author"


@pytest.mark.parametrize("shape", ALL_SHAPES)
@pytest.mark.parametrize("language", PREFIXES)
def test_lots_fit_the_picture_below_their_fortune(language: Language, shape: str) -> None:
    lots = omikuji.lots().values()
    extremes = [
        max(lots, key=lambda lot: max(map(len, lines(lot.waka.text.en)))),
        max(lots, key=lambda lot: len(lot.waka.author.name.en + lot.waka.source.en)),
        max(lots, key=lambda lot: len(lot.waka.author.name.ja + lot.waka.source.ja)),
        *(next(lot for lot in lots if lot.fortune == fortune) for fortune in omikuji.FORTUNES),
    ]
    for lot in extremes:
        card = content.lot_card(lot, MESSAGES[language])
        image = drawn(card, shape)
        assert has_free_margins(image), lot.number
        plain = drawn(card._replace(heading=""), shape)
        left, top, right, foot = ImageChops.difference(image, plain).getbbox() or (0, 0, 0, 0)
        assert right - left >= 60, "the fortune is large"
        assert is_plain(plain, (left - 8, top - 8, right + 8, foot)), "and is on nothing else"


BESIDE = Area(448, 76, 1128, 566)
"""Where a wide picture has the columns of a quote."""


def test_a_vertical_quote_has_the_columns_of_its_page() -> None:
    for quote in QUOTES:
        upright = columns(quote.ruby or quote.text.ja)
        ends = set(accumulate(len(quotes.ruby.plain(column)) for column in upright))
        size, drawn_columns = quote_picture._columns(upright, BESIDE, 66)
        assert ends <= set(accumulate(map(len, drawn_columns))), quote.id
        assert size >= 30, quote.id


def test_every_english_quote_is_large_enough_to_read() -> None:
    area = Area(72, 140, 1128, 424)
    longest = sorted(QUOTES, key=lambda quote: len(quote.text.en))[-60:]
    cards = [content.quote_card(quote, MESSAGES["en"]) for quote in longest]
    assert min(quote_picture._lines(card.phrases, area, 1)[0] for card in cards) >= 36


@pytest.mark.parametrize("shape", ALL_SHAPES)
@pytest.mark.parametrize("language", PREFIXES)
def test_signs_fit_the_picture(language: Language, shape: str) -> None:
    signs = [(sign.id, NOON.date()) for sign in horoscope.SIGNS[:: 2 if shape == WIDE else 6]]
    for sign, day in (*signs, *LONGEST_READINGS):
        image = drawn(sign_card(sign, language, day), shape)
        assert has_free_margins(image), sign
        if shape == WIDE:
            assert is_plain(image, (556, 130, 574, 560)), "the scores run into the line"


@pytest.mark.parametrize("shape", ALL_SHAPES)
@pytest.mark.parametrize("language", PREFIXES)
def test_days_fit_the_picture_and_days_off_are_red(language: Language, shape: str) -> None:
    for day in EXTREME_DAYS:
        card = content.date_card(day, MESSAGES[language])
        image = drawn(card, shape)
        assert has_free_margins(image), day
        colors = {color for _, color in image.getcolors(1 << 20) or []}
        assert ((163, 40, 47) in colors) == card.is_off, day
        assert ImageColor.getrgb(MOON_LIT) in colors, f"{day}: no Moon"


class Recording(Sheet):
    """A sheet that knows where each line is: its left and right end, and its baseline."""

    def line(self, text: str, at: Point, size: float, color: str) -> float:
        width = super().line(text, at, size, color)
        self.__dict__.setdefault("drawn", {})[text] = at[0], at[0] + width, at[1]
        return width


@pytest.mark.parametrize("shape", ALL_SHAPES)
@pytest.mark.parametrize("language", PREFIXES)
def test_a_rank_stands_beside_its_sign_on_the_left(language: Language, shape: str) -> None:
    card = content.ranking_card(NOON.date(), MESSAGES[language])
    sheet = Recording(shape, western=language == "en")
    draw_ranking(card, sheet)
    drawn = sheet.__dict__["drawn"]
    ranks = [drawn[str(n)] for n in range(1, 13)]
    for n, (_, name, _) in enumerate(card.signs):
        left, _, y = drawn[name]
        before = [rank for rank in ranks if rank[1] < left and abs(rank[2] - y) < sheet.px(35)]
        assert max(before) == ranks[n], name


@pytest.mark.parametrize("shape", ALL_SHAPES)
@pytest.mark.parametrize("language", PREFIXES)
def test_rankings_purposes_pairs_and_birthdays_fit_the_picture(
    language: Language, shape: str
) -> None:
    messages = MESSAGES[language]
    ranking = content.ranking_card(NOON.date(), messages)
    name = max((name for _, name, _ in ranking.signs), key=len)
    headline = "Far goals are hazy; keep your steps short" if language == "en" else "長" * 16
    cards: list[Card] = [
        ranking._replace(signs=[(icon, name, headline) for icon, *_ in ranking.signs])
    ]
    for purpose in almanac.load_words().purposes.values():
        days = almanac.Wish(purpose, NOON.date()).days()
        longest = max(days, key=lambda day: len(day.reasons) + len(day.against))
        cards.append(content.purpose_card(purpose, NOON.date(), messages))
        cards.append(content.lucky_card(purpose, longest.date, messages))
    cards += [content.pair_card(*pair, NOON.date(), messages) for pair in horoscope.PAIRS[::9]]
    birthday = content.birthday_card(date(2027, 9, 23), messages)
    names = sorted((quote.author.name for quote in QUOTES), key=lambda name: len(name.en))[-3:]
    authors = " · ".join(map(messages.text, names))
    cards += [birthday, birthday._replace(occasions=authors)]
    for card in cards:
        assert has_free_margins(drawn(card, shape)), card
    assert drawn(birthday._replace(sign="M2 2"), shape) != drawn(birthday, shape), "its sign"


def test_a_festival_is_named_large_and_a_wish_by_its_first_good_day() -> None:
    messages = MESSAGES["ja"]
    new_year = content.date_card(date(2027, 1, 1), messages)
    assert new_year.headline == ["元日"]
    assert "仏滅" not in dict(new_year.facts).values()
    wedding = almanac.load_words().purposes["wedding"]
    card = content.purpose_card(wedding, date(2026, 12, 2), messages)
    assert card.heading == "6月5日（土）"
    assert almanac.is_rare(almanac.lucky_day(wedding, date(2027, 6, 5)))


def test_marks_in_a_column_have_their_vertical_forms() -> None:
    def column(mark: str) -> tuple[int, int, int, int]:
        canvas = Canvas((100, 100), "#ffffff")
        canvas.upright(mark, (50, 25), 50, "#000000")
        return inked(canvas)

    left, top, right, bottom = column("ー")
    assert bottom - top > 3 * (right - left)
    assert 25 <= top < bottom <= 75
    left, _, _, bottom = column("、")  # at the upper right
    assert bottom < 50 < left


@pytest.mark.parametrize(("face", "line"), [(WESTERN, "AVAVAVAVA"), (JAPANESE, "AAAA")])
def test_a_line_has_the_returned_width_and_is_on_its_baseline(face: Face, line: str) -> None:
    canvas = Canvas((600, 120), "#ffffff", face)
    told = canvas.across(line, (40, 80), 50, "#000000")
    left, _, right, bottom = inked(canvas)
    assert abs(left - 40) <= 3
    assert abs(right - left - told) <= 5
    assert abs(bottom - 80) <= 2


def inked(canvas: Canvas) -> tuple[int, int, int, int]:
    """The box of all that is not paper."""
    box = opened(canvas.png()).convert("L").point([255] * 200 + [0] * 56).getbbox()
    assert box
    return box
