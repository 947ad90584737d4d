"""An error in the catalogue names the entry and the field, by rules that no type has."""

import re
from collections.abc import Mapping
from datetime import date

import pytest

from kirosample.content import ContentError
from kirosample.quotes import Author, Season, authors, parse, ruby
from kirosample.text import Text

GOOD = {
    "id": '"soseki-kusamakura-01"',
    "text": '"智に働けば角が立つ。"',
    "english": '"Go by reason, and you make enemies."',
    "author": '"夏目漱石"',
    "source": '"『草枕』一（1906年）"',
    "source_en": '"Kusamakura, chapter 1 (1906)"',
    "topics": '["世間"]',
    "status": '"cited"',
}
ANOTHER = GOOD | {
    "id": '"another-01"',
    "text": '"情に棹させば流される。"',
    "english": '"Pole by feeling, and you are swept away."',
}


SEEN = {"status": '"verified"', "seen": '"ある本"', "seen_en": '"a book"'}


def entry(fields: dict[str, str]) -> str:
    return "[[quote]]\n" + "".join(f"{name} = {value}\n" for name, value in fields.items())


def without(field: str) -> dict[str, str]:
    return {name: value for name, value in GOOD.items() if name != field}


FOREIGN = without("english") | {"original": '"A line."', "language": '"en"'}


def test_a_valid_entry_becomes_a_quote() -> None:
    season = {"season": '{ from = "12-20", to = "01-05" }'}
    quote = parse(entry(FOREIGN | SEEN | season) + entry(ANOTHER)).get("soseki-kusamakura-01")
    assert quote.author.name == Text("夏目漱石", "Natsume Sōseki")
    assert quote.season == Season("12-20", "01-05")
    assert (quote.original, quote.language, quote.topics) == ("A line.", "en", ("世間",))
    assert (quote.status, quote.seen) == ("verified", ("ある本", "a book"))


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("id", '"Soseki 1"'),
        ("id", '"today"'),
        ("text", r'"智に\u200b働けば"'),
        ("topics", '["世間", "世間"]'),
        ("seen", '"ある本"'),
        ("language", '"en"'),
    ],
)
def test_a_field_against_a_rule_is_named(field: str, value: str) -> None:
    with pytest.raises(ContentError, match=r"quote\[1\]\S*( \([^)]*\))?: .*") as raised:
        parse(entry(GOOD | {field: value}))
    assert re.search(rf"\b{field}\b", str(raised.value))


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        (without("english"), "english"),
        (FOREIGN | {"english": '"A line."'}, "english"),
        (GOOD | {"original": '"A line."', "language": '"ja"'}, "language"),
        *(
            (FOREIGN | {"language": language}, "language")
            for language in ('"ja"', '"english"', '"EN"')
        ),
        (GOOD | {"author": '"名無し"'}, "author"),
        # which says where its text was read
        *((GOOD | {"status": status}, "seen") for status in ('"verified"', '"copied"')),
        (GOOD | {"ruby": '"{智|ち}に働けば角が立つ！"'}, "ruby"),
        (GOOD | {"ruby": '"智に働けば角が立つ。"'}, "ruby"),
        (GOOD | {"ruby": '"{智|}に働けば角が立つ。"'}, "ruby"),
        (GOOD | {"ruby": '"{智|chi}に働けば角が立つ。"'}, "ruby"),
    ],
)
def test_a_field_that_contradicts_another_is_named(fields: dict[str, str], field: str) -> None:
    with pytest.raises(ContentError, match=rf"(quote\[1\]|soseki).*\b{field}\b"):
        parse(entry(fields))


@pytest.mark.parametrize("side", ["from", "to"])
@pytest.mark.parametrize("day", ['"02-30"', '"02-29"', '"13-01"', '"4-1"', '"2026-04-01"', "4"])
def test_a_season_has_days_of_every_year(side: str, day: str) -> None:
    days = {"from": '"12-20"', "to": '"01-05"'} | {side: day}
    season = f"{{ from = {days['from']}, to = {days['to']} }}"
    with pytest.raises(ContentError, match=r"quote\[1\]\.season.* \(soseki"):
        parse(entry(GOOD | {"season": season}))


@pytest.mark.parametrize(("fields", "year"), [(GOOD, 1968), (FOREIGN, 1958)], ids=["ja", "other"])
def test_authors_who_died_before_this_year_are_in_the_public_domain(
    fields: dict[str, str], year: int
) -> None:
    def known(died: int | None) -> Mapping[str, Author]:
        return {"夏目漱石": Author(Text("夏目漱石", "Natsume Sōseki"), born=1890, died=died)}

    assert parse(entry(fields), known(year - 1)).quotes
    for died in (year, None):
        with pytest.raises(ContentError, match=f"author: .*before {year}"):
            parse(entry(fields), known(died))


def test_authors_have_years_of_both_eras_or_none() -> None:
    table = {
        "孔子": {"english": "Confucius", "reading": "こうし", "born": -551, "died": -479},
        "セネカ": {"english": "Seneca", "born": -4, "born_circa": True, "died": 65},
        "作者不詳": {"english": "Anonymous", "reading": "さくしゃふしょう"},
    }
    years = [
        (author.born, author.died, author.born_circa, author.died_circa)
        for author in authors.made(table).values()
    ]
    assert years == [(-551, -479, False, False), (-4, 65, True, False), (None, None, False, False)]


def test_seasons_that_do_not_fit_are_refused_with_the_entry() -> None:
    day = {"season": '{ from = "12-31", to = "12-31" }'}
    third = GOOD | {"id": '"third-01"', "text": '"とかくに人の世は住みにくい。"'}
    assert parse(entry(GOOD) + entry(ANOTHER | day)).quotes
    with pytest.raises(ContentError, match="third-01: season: every day of it"):
        parse(entry(GOOD) + entry(ANOTHER | day) + entry(third | day))


def test_two_quotes_of_one_id_are_refused() -> None:
    with pytest.raises(ContentError, match=r"soseki.*-01: id: another quote has it"):
        parse(entry(GOOD) + entry(ANOTHER | {"id": GOOD["id"]}))


def test_two_quotes_of_one_day_are_refused_with_their_entries() -> None:
    two = entry(GOOD) + entry(ANOTHER | {"on": '["2027-01-03", "2027-01-04"]'})
    assert parse(two).of_day(date(2027, 1, 4)).id == "another-01"
    with pytest.raises(ContentError, match=r"soseki.*-01, another-01: on: both have 2027-01-04"):
        parse(two.replace("\n", '\non = ["2027-01-04"]\n', 1))
    with pytest.raises(ContentError, match=r"quote\[1\].on\[1\] \(soseki"):
        parse(entry(GOOD | {"on": '["2027-02-29"]'}))


def test_readings_stand_beside_the_plain_words() -> None:
    marked = {"ruby": '"{智|ち}に|働けば{角|かど}が立つ。"'}
    (quote,) = (catalogue := parse(entry(GOOD | marked))).quotes
    assert ruby.split(quote.ruby or "") == [
        ("智", "ち"), ("に|働けば", None), ("角", "かど"), ("が立つ。", None),
    ]  # fmt: skip
    for words in ("くさまくら", "ちに働けば", "かどが立つ ちに", "KUSAMAKURA そうせき"):
        assert catalogue.search(words) == (quote,), words
    assert catalogue.search("ちに かどに") == ()
