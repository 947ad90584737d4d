"""The pictures are whole: of the size that they should be, and with nothing cut off."""

from io import BytesIO

import pytest
from PIL import Image
from tests.servers import NOON

from kirosample import horoscope, quotes
from kirosample.share import quote_picture
from kirosample.share.canvas import Canvas
from kirosample.share.cards import Card, SignCard, decode, encode
from kirosample.share.faces import JAPANESE, WESTERN, Face
from kirosample.share.pictures import picture
from kirosample.share.sheet import PAPER, SIZE
from kirosample.web import share_cards
from kirosample.web.assets import Assets
from kirosample.web.languages import PREFIXES, Language
from kirosample.web.messages import Messages

MARGIN = 44
ASSETS = Assets.load()
MESSAGES: dict[Language, Messages] = {language: Messages(language) for language in PREFIXES}
QUOTES = quotes.load().quotes
EXTREMES = {
    "the longest": max(QUOTES, key=lambda quote: len(quote.text)),
    "the shortest": min(QUOTES, key=lambda quote: len(quote.text)),
    "the longest source": max(QUOTES, key=lambda quote: len(quote.source)),
    "the longest name": max(QUOTES, key=lambda quote: len(quote.author)),
}
LONGEST = {
    language: max(
        (quote for quote in QUOTES if quote.language == language),
        key=lambda quote: len(quote.original or ""),
    )
    for language in sorted({quote.language for quote in QUOTES if quote.language})
}


def quote_card(quote: quotes.Quote, language: Language = "ja") -> Card:
    return share_cards.quote_card(quote, MESSAGES[language])


def sign_card(sign_id: str, language: Language = "ja") -> SignCard:
    return share_cards.sign_card(NOON.date(), sign_id, MESSAGES[language], ASSETS)


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
def test_a_quote_stands_within_the_picture(which: str, language: Language) -> None:
    image = drawn(quote_card(EXTREMES[which], language))
    assert image.size == SIZE == (1200, 630)
    assert has_free_margins(image)
    assert not is_plain(image, (72, 130, 1128, 430)), "the quote"
    assert not is_plain(image, (72, 470, 300, 560)), "who said it, and where"


@pytest.mark.parametrize("language", LONGEST)
def test_originals_stand_between_the_mark_and_the_author(language: str) -> None:
    quote = LONGEST[language]
    card, image = quote_card(quote, "en"), drawn(quote_card(quote, "en"))
    assert has_free_margins(image)
    if language in share_cards.WESTERN:
        assert card[0] == (quote.original or "").split(" / ")
        assert is_plain(image, (72, 112, 1128, 128))
        assert is_plain(image, (124, 440, 1128, 468))
    else:
        assert card[0] == ([quote.original] if language == "zh" else quote.text.split("　"))


def test_every_original_finds_a_size_at_which_it_is_read_easily() -> None:
    cards = [share_cards.quote_card(quote, MESSAGES["en"]) for quote in QUOTES]
    sizes = [quote_picture._lines(card.phrases)[0] for card in cards if card.western]
    assert len(sizes) > 200
    assert min(sizes) >= 36


@pytest.mark.parametrize("which", ["long", "short"])
def test_english_quotes_fill_the_picture(which: str) -> None:
    said = [quote for quote in QUOTES if quote.language == "en"]
    choose = max if which == "long" else min
    image = drawn(quote_card(choose(said, key=lambda quote: len(quote.original or "")), "en"))
    left, _, right, _ = ink(image.crop((0, 124, 1200, 438)))
    assert left < 90
    assert right - left > 700


@pytest.mark.parametrize("language", PREFIXES)
def test_twelve_signs_stand_within_theirs(language: Language) -> None:
    for sign in horoscope.SIGNS:
        image = drawn(sign_card(sign.id, language))
        assert has_free_margins(image), sign
        gap = (620, 480, 1128, 500) if language == "ja" else (620, 440, 1128, 450)
        assert is_plain(image, gap), "the reading runs into what is below it"
        assert is_plain(image, (556, 130, 574, 560)), "the scores run into the line"


def test_lines_of_an_english_reading_stand_apart_and_its_sentences_further() -> None:
    card = sign_card("leo", "en")._replace(sentences=[" ".join(["Hgdp"] * 15)] * 2)
    image = drawn(card).crop((620, 110, 1128, 440))
    rows = [not is_plain(image, (0, y, 508, y + 1)) for y in range(image.height)]
    edges = [y for y in range(1, len(rows)) if rows[y] != rows[y - 1]]
    tops, bottoms = edges[::2], edges[1::2]
    height = bottoms[0] - tops[0]
    gaps = sorted(top - bottom for top, bottom in zip(tops[1:], bottoms, strict=False))
    assert len(gaps) > 3
    assert gaps[0] > height / 8
    assert gaps[-1] > 1.5 * gaps[-2]


def test_what_is_too_long_for_its_place_is_set_smaller_or_left_out() -> None:
    card = sign_card("virgo", "en")
    longest = "a detective novel with a bookmark in it, and another one for the way back"
    card = card._replace(lucky=[("Item", longest)], sentences=[*card.sentences, *card.sentences])
    image = drawn(card)
    assert has_free_margins(image)
    assert is_plain(image, (620, 440, 1128, 520))


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


@pytest.mark.parametrize(("face", "line"), [(WESTERN, "AVAVAVAVA"), (JAPANESE, "AAAA")])
def test_a_line_is_as_wide_as_it_says_and_stands_on_its_baseline(face: Face, line: str) -> None:
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


def test_a_picture_is_the_same_each_time_and_small() -> None:
    card = quote_card(QUOTES[0])
    assert picture(card) == picture(card)
    for language in PREFIXES:
        assert len(picture(quote_card(EXTREMES["the longest"], language))) < 60_000


@pytest.mark.parametrize("language", PREFIXES)
def test_a_card_arrives_as_it_was_sent(language: Language) -> None:
    quote, sign = quote_card(LONGEST["en"], language), sign_card("leo", language)
    assert decode(encode(quote)) == quote
    arrived = decode(encode(sign))
    assert isinstance(arrived, SignCard)
    assert picture(arrived) == picture(sign)
