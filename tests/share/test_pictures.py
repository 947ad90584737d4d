"""The pictures are whole: of the size that they should be, and with nothing cut off."""

from io import BytesIO

import pytest
from PIL import Image
from tests.servers import NOON

from kirosample import horoscope, quotes
from kirosample.share.canvas import Canvas
from kirosample.share.cards import QuoteCard, SignCard, decode, encode
from kirosample.share.pictures import PAPER, SIZE, picture
from kirosample.web import icons

MARGIN = 44
QUOTES = quotes.load().quotes
EXTREMES = {
    "the longest": max(QUOTES, key=lambda quote: len(quote.text)),
    "the shortest": min(QUOTES, key=lambda quote: len(quote.text)),
    "the longest source": max(QUOTES, key=lambda quote: len(quote.source)),
    "the longest name": max(QUOTES, key=lambda quote: len(quote.author)),
}


def quote_card(quote: quotes.Quote) -> QuoteCard:
    return QuoteCard(quote.text.split("　"), quote.author, quote.source)


def sign_card(reading: horoscope.Reading) -> SignCard:
    return SignCard(
        reading.name,
        "2026年11月24日（火）",
        "#8a4b2a",
        icons.path(reading.sign),
        reading.rank,
        [(label, 3) for label in ("総合", "恋愛", "仕事", "金運")],
        reading.text,
        [("ラッキーカラー", reading.lucky.color), ("アイテム", reading.lucky.item)],
    )


def drawn(card: QuoteCard | SignCard) -> Image.Image:
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


@pytest.mark.parametrize("which", EXTREMES)
def test_a_quote_stands_within_the_picture(which: str) -> None:
    image = drawn(quote_card(EXTREMES[which]))
    assert image.size == SIZE == (1200, 630)
    assert has_free_margins(image)
    assert not is_plain(image, (600, 100, 1100, 560)), "the quote"
    assert not is_plain(image, (72, 470, 300, 560)), "who said it, and where"


def test_twelve_signs_stand_within_theirs() -> None:
    for reading in horoscope.readings(NOON.date()):
        image = drawn(sign_card(reading))
        assert has_free_margins(image), reading.sign
        assert is_plain(image, (620, 480, 1128, 500)), "the reading runs into what is below it"


def test_a_long_vowel_stands_upright_in_a_column() -> None:
    canvas = Canvas((100, 100), "#ffffff")
    canvas.upright("ー", (50, 25), 50, "#000000")
    left, top, right, bottom = inked(canvas)
    assert bottom - top > 3 * (right - left)
    assert 25 <= top < bottom <= 75


def test_a_comma_in_a_column_stands_at_the_upper_right_of_its_square() -> None:
    canvas = Canvas((100, 100), "#ffffff")
    canvas.upright("、", (50, 25), 50, "#000000")
    left, _, _, bottom = inked(canvas)
    assert left > 50
    assert bottom < 50


def inked(canvas: Canvas) -> tuple[int, int, int, int]:
    """The box of all that is not paper."""
    image = Image.open(BytesIO(canvas.png())).convert("L")
    box = image.point([255] * 200 + [0] * 56).getbbox()
    assert box
    return box


def test_a_picture_is_the_same_each_time_and_small() -> None:
    card = quote_card(QUOTES[0])
    assert picture(card) == picture(card)
    assert len(picture(quote_card(EXTREMES["the longest"]))) < 60_000


def test_a_card_arrives_as_it_was_sent() -> None:
    quote, sign = quote_card(QUOTES[0]), sign_card(horoscope.readings(NOON.date())[0])
    assert decode(encode(quote)) == quote
    arrived = decode(encode(sign))
    assert isinstance(arrived, SignCard)
    assert picture(arrived) == picture(sign)
