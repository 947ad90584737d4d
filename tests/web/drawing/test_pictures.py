"""The pictures have their size, and nothing is cut off."""

from io import BytesIO
from itertools import accumulate

import pytest
from PIL import Image

from kirosample import horoscope, quotes
from kirosample.quotes import lines
from kirosample.web.drawing import quote_picture
from kirosample.web.drawing.canvas import Canvas
from kirosample.web.drawing.cards import Card, SignCard, decode, encode
from kirosample.web.drawing.faces import JAPANESE, WESTERN, Face
from kirosample.web.drawing.sheet import PAPER, SIZE
from kirosample.web.drawing.worker import picture
from kirosample.web.i18n.languages import PREFIXES, Language
from kirosample.web.i18n.messages import Messages
from kirosample.web.share import content
from kirosample.web.typesetting.columns import columns
from tools.servers import NOON

MARGIN = 44
MESSAGES: dict[Language, Messages] = {language: Messages(language) for language in PREFIXES}
QUOTES = quotes.load().quotes
EXTREMES = {
    "the longest": max(QUOTES, key=lambda quote: len(quote.text.ja)),
    "the shortest": min(QUOTES, key=lambda quote: len(quote.text.ja)),
    "the longest source": max(QUOTES, key=lambda quote: len(quote.source.ja)),
    "the longest name": max(QUOTES, key=lambda quote: len(quote.author.name.ja)),
    "the longest in English": max(QUOTES, key=lambda quote: len(quote.text.en)),
    "the longest source in English": max(QUOTES, key=lambda quote: len(quote.source.en)),
    "the most lines in English": max(QUOTES, key=lambda quote: len(lines(quote.text.en))),
}


def quote_card(quote: quotes.Quote, language: Language = "ja") -> Card:
    return content.quote_card(quote, MESSAGES[language])


def sign_card(sign_id: str, language: Language = "ja") -> SignCard:
    return content.sign_card(NOON.date(), sign_id, MESSAGES[language])


def drawn(card: Card) -> Image.Image:
    return Image.open(BytesIO(picture(card))).convert("RGB")


def is_plain(image: Image.Image, box: tuple[int, int, int, int]) -> bool:
    """Whether nothing is drawn in a box."""
    colors = image.crop(box).getcolors() or []
    paper = tuple(int(PAPER[at : at + 2], 16) for at in (1, 3, 5))
    return all(max(map(abs, map(int.__sub__, one, paper))) < 4 for _, one in colors)  # type: ignore[arg-type]


def has_free_margins(image: Image.Image) -> bool:
    width, height = SIZE
    return all(
        is_plain(image, box)
        for box in (
            (0, 12, MARGIN, height),
            (width - MARGIN, 12, width, height),
            (0, height - 30, width, height),
        )
    )


@pytest.mark.parametrize("language", PREFIXES)
@pytest.mark.parametrize("which", EXTREMES)
def test_quotes_of_extreme_length_fit_the_picture(which: str, language: Language) -> None:
    image = drawn(quote_card(EXTREMES[which], language))
    assert image.size == SIZE == (1200, 630)
    assert has_free_margins(image)
    assert not is_plain(image, (72, 130, 1128, 430)), "the quote"
    assert not is_plain(image, (72, 470, 300, 560)), "who said it, and where"


def test_a_vertical_quote_has_the_columns_of_its_page() -> None:
    for quote in QUOTES:
        upright = columns(quote.ruby or quote.text.ja)
        ends = set(accumulate(len(quotes.ruby.plain(column)) for column in upright))
        size, drawn_columns = quote_picture._columns(upright)
        assert ends <= set(accumulate(map(len, drawn_columns))), quote.id
        assert size >= 30, quote.id


@pytest.mark.parametrize("which", EXTREMES)
def test_english_quotes_fit_between_the_mark_and_the_author(which: str) -> None:
    card = quote_card(EXTREMES[which], "en")
    assert card[0] == lines(EXTREMES[which].text.en)
    image = drawn(card)
    assert is_plain(image, (72, 112, 1128, 128))
    assert is_plain(image, (124, 440, 1128, 468))


def test_every_english_quote_is_large_enough_to_read() -> None:
    cards = [content.quote_card(quote, MESSAGES["en"]) for quote in QUOTES]
    sizes = [quote_picture._lines(card.phrases)[0] for card in cards if card.western]
    assert len(sizes) == len(QUOTES)
    assert min(sizes) >= 36


@pytest.mark.parametrize("which", ["long", "short"])
def test_english_quotes_fill_the_picture(which: str) -> None:
    choose = max if which == "long" else min
    image = drawn(quote_card(choose(QUOTES, key=lambda quote: len(quote.text.en)), "en"))
    left, _, right, _ = ink(image.crop((0, 124, 1200, 438)))
    assert left < 90
    assert right - left > 700


@pytest.mark.parametrize("language", PREFIXES)
def test_signs_fit_the_picture(language: Language) -> None:
    for sign in horoscope.SIGNS:
        image = drawn(sign_card(sign.id, language))
        assert has_free_margins(image), sign
        gap = (620, 480, 1128, 500) if language == "ja" else (620, 440, 1128, 450)
        assert is_plain(image, gap), "the reading runs into what is below it"
        assert is_plain(image, (556, 130, 574, 560)), "the scores run into the line"


def test_text_that_does_not_fit_is_smaller_or_left_out() -> None:
    card = sign_card("virgo", "en")
    longest = "a detective novel with a bookmark in it, and another one for the way back"
    card = card._replace(lucky=[("Item", longest)], sentences=[*card.sentences, *card.sentences])
    image = drawn(card)
    assert has_free_margins(image)
    assert is_plain(image, (620, 440, 1128, 520))


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
    return ink(Image.open(BytesIO(canvas.png())))


def ink(image: Image.Image) -> tuple[int, int, int, int]:
    box = image.convert("L").point([255] * 200 + [0] * 56).getbbox()
    assert box
    return box


def test_a_picture_is_deterministic_and_small() -> None:
    card = quote_card(QUOTES[0])
    assert picture(card) == picture(card)
    for language in PREFIXES:
        assert len(picture(quote_card(EXTREMES["the longest"], language))) < 60_000


@pytest.mark.parametrize("language", PREFIXES)
def test_a_card_survives_encoding(language: Language) -> None:
    quote, sign = quote_card(EXTREMES["the longest"], language), sign_card("leo", language)
    assert decode(encode(quote)) == quote
    arrived = decode(encode(sign))
    assert isinstance(arrived, SignCard)
    assert picture(arrived) == picture(sign)
