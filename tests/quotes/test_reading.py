"""Mistakes in the catalogue are reported with the entry and the field."""

import pytest

from kirosample.quotes import CatalogueError, parse

GOOD = {
    "id": '"soseki-kusamakura-01"',
    "text": '"智に働けば角が立つ。"',
    "author": '"夏目漱石"',
    "born": "1867",
    "died": "1916",
    "source": '"『草枕』一（1906年）"',
    "topics": '["世間"]',
    "status": '"cited"',
}
FOREIGN = GOOD | {"original": '"A line."', "language": '"en"'}
ANOTHER = GOOD | {"id": '"another-01"', "text": '"情に棹させば流される。"'}


def entry(fields: dict[str, str]) -> str:
    return "[[quote]]\n" + "".join(f"{name} = {value}\n" for name, value in fields.items())


def without(field: str) -> dict[str, str]:
    return {name: value for name, value in GOOD.items() if name != field}


def test_a_good_entry_becomes_a_quote() -> None:
    (quote,) = parse(entry(FOREIGN | {"status": '"verified"', "seen": '"ある本"'})).quotes
    assert (quote.id, quote.author, quote.born, quote.died) == (
        "soseki-kusamakura-01",
        "夏目漱石",
        1867,
        1916,
    )
    assert (quote.original, quote.language, quote.topics) == ("A line.", "en", ("世間",))
    assert (quote.status, quote.seen) == ("verified", "ある本")


@pytest.mark.parametrize("field", ["id", "text", "author", "source", "topics", "status", "died"])
def test_a_missing_field_is_named(field: str) -> None:
    with pytest.raises(CatalogueError, match=f"quote 1 .*: {field}: missing"):
        parse(entry(without(field)))


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("id", '"Soseki 1"'),
        ("id", '"today"'),
        ("id", '"random"'),
        ("text", "3"),
        ("text", '""'),
        ("text", '" 智に働けば"'),
        ("text", r'"智に\n働けば"'),
        ("text", r'"智に\u200b働けば"'),
        ("author", "[]"),
        ("born", '"1867"'),
        ("born", "1867.0"),
        ("born", "true"),
        ("born", "0"),
        ("died", "1866"),
        ("died", "1983"),
        ("died", "9999"),
        ("topics", "[]"),
        ("topics", '"世間"'),
        ("topics", '["仕事術"]'),
        ("topics", "[3]"),
        ("topics", '["世間", "世間"]'),
        ("topics", '["世間", "人生", "心", "美"]'),
        ("status", '"seen"'),
        ("seen", '"ある本"'),
        ("language", '"en"'),
        ("note", '"a field that is not one"'),
    ],
)
def test_a_field_out_of_form_is_named(field: str, value: str) -> None:
    with pytest.raises(CatalogueError, match=rf"quote 1 \([^)]*\): {field}: "):
        parse(entry(GOOD | {field: value}))


@pytest.mark.parametrize("language", ['"ja"', '"english"', '"EN"'])
def test_the_language_of_an_original_is_one_that_is_known_and_not_japanese(language: str) -> None:
    with pytest.raises(CatalogueError, match="language: "):
        parse(entry(FOREIGN | {"language": language}))


def test_a_verified_quote_says_where_its_text_was_seen() -> None:
    with pytest.raises(CatalogueError, match="seen: "):
        parse(entry(GOOD | {"status": '"verified"'}))


def test_japanese_authors_who_died_before_1968_are_in_the_public_domain() -> None:
    assert parse(entry(GOOD | {"born": "1890", "died": "1967"})).quotes
    with pytest.raises(CatalogueError, match=r"died: .*before 1968"):
        parse(entry(GOOD | {"born": "1890", "died": "1968"}))


def test_other_authors_who_died_before_1958_are_in_the_public_domain() -> None:
    assert parse(entry(FOREIGN | {"born": "1890", "died": "1957"})).quotes
    with pytest.raises(CatalogueError, match=r"died: .*before 1958"):
        parse(entry(FOREIGN | {"born": "1890", "died": "1958"}))


def test_years_before_our_era_are_negative() -> None:
    (quote,) = parse(entry(FOREIGN | {"born": "-551", "died": "-479"})).quotes
    assert (quote.born, quote.died) == (-551, -479)


def test_only_authors_known_to_be_without_dates_stand_without_them() -> None:
    (quote,) = parse(entry(without("born") | {"author": '"作者不詳"'} | {"died": "1100"})).quotes
    assert quote.died == 1100
    undated = {name: value for name, value in without("born").items() if name != "died"}
    assert parse(entry(undated | {"author": '"作者不詳"'})).quotes
    with pytest.raises(CatalogueError, match="died: missing"):
        parse(entry(undated))


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"id": GOOD["id"]}, "id"),
        ({"text": '"智に　働けば、角が立つ"'}, "text"),
        ({"born": "1868"}, "born"),
        ({"died": "1917"}, "died"),
    ],
)
def test_a_second_entry_must_not_repeat_or_contradict_the_first(
    change: dict[str, str], field: str
) -> None:
    assert len(parse(entry(GOOD) + entry(ANOTHER)).quotes) == 2
    with pytest.raises(CatalogueError, match=rf"quote 2 \([^)]*\): {field}: "):
        parse(entry(GOOD) + entry(ANOTHER | change))


def test_the_same_original_in_another_translation_is_a_duplicate() -> None:
    other = ANOTHER | {"original": '"A  LINE"', "language": '"en"'}
    with pytest.raises(CatalogueError, match=r"quote 2 .*: original: is that of soseki"):
        parse(entry(FOREIGN) + entry(other))


@pytest.mark.parametrize(
    "text", ["", "quote = 3", "quote = [3]", "[[quote]", "[[quotes]]\nid = 'a'"]
)
def test_what_is_not_a_catalogue_is_refused(text: str) -> None:
    with pytest.raises(CatalogueError):
        parse(text)
    with pytest.raises(CatalogueError):
        parse(entry(GOOD) + text + "\n[extra]\n")
