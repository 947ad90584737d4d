"""The hundred lots: their odds, and that no two say the same."""

from collections import Counter

from kirosample.omikuji import ADVICE, FORTUNES, lots
from kirosample.quotes import lines
from kirosample.text import Text

LOTS = tuple(lots().values())


def test_the_odds_are_those_of_sensoji() -> None:
    """As those who asked or counted there say; `lots.toml` names them."""
    published = {
        "大吉": 17, "吉": 35, "半吉": 5, "小吉": 4, "末小吉": 3, "末吉": 6, "凶": 30,
    }  # fmt: skip
    assert Counter(lot.fortune for lot in LOTS) == published
    assert list(FORTUNES) == list(published)


def test_the_lots_are_numbered_from_1_to_100() -> None:
    assert [lot.number for lot in LOTS] == list(range(1, 101))
    assert list(lots()) == list(map(str, range(1, 101)))
    names = {number: lots()[str(number)].name.ja for number in (1, 10, 20, 57, 99, 100)}
    assert list(names.values()) == [
        "第一番", "第十番", "第二十番", "第五十七番", "第九十九番", "第百番"
    ]  # fmt: skip
    assert len({lot.name for lot in LOTS}) == 100


def test_no_line_of_advice_is_said_twice() -> None:
    for language in range(len(Text._fields)):
        said = Counter(lot.advice[subject][language] for lot in LOTS for subject in ADVICE)
        assert {line: times for line, times in said.items() if times > 1} == {}


def test_a_line_of_advice_fits_two_lines_of_a_phone() -> None:
    for lot in LOTS:
        for line in lot.advice.values():
            assert len(line.ja) <= 30, lot.number
            assert len(line.en) <= 68, lot.number


def test_a_waka_has_five_lines_in_each_language_and_at_most_a_few_lots() -> None:
    drawn = Counter(lot.waka for lot in LOTS)
    assert len(drawn) >= 36
    assert max(drawn.values()) <= 3
    for waka in drawn:
        assert len(lines(waka.text.ja)) == len(lines(waka.text.en)) == 5, waka.id
        assert set(waka.text.ja).isdisjoint("{|}"), "furigana that is not well-formed"


def test_the_lots_of_a_waka_have_one_fortune() -> None:
    """Its mood fits one, and the advice is written for both."""
    fortunes = {(lot.waka.id, lot.fortune) for lot in LOTS}
    assert len(fortunes) == len({lot.waka.id for lot in LOTS})
