"""The content in one file is what its sources give, and an edited source is read."""

import re
import shutil
from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

import kirosample
from kirosample import almanac, content, omikuji, quotes
from kirosample.almanac import load_places, load_words
from kirosample.almanac.astronomy import ephemeris
from kirosample.commands.content import InvalidContent, load_content
from kirosample.horoscope import AREAS, areas, load_pairs, load_texts, load_things, load_week_lines
from kirosample.quotes import authors, parsing, searching
from kirosample.text import Text
from kirosample.web import colors
from kirosample.web.errors import load_serving
from kirosample.web.svg.pictures import load_seasons

anniversaries = import_module("kirosample.quotes.anniversaries")
holidays_table = import_module("kirosample.almanac.holidays")


def everything() -> dict[str, Any]:
    return {
        "quotes": parsing.load.__wrapped__().quotes,
        "authors": authors.load.__wrapped__(),
        "days": anniversaries._days.__wrapped__(),
        "titles": searching.titles.__wrapped__(),
        "readings": load_texts.__wrapped__(),
        "pairs": load_pairs.__wrapped__(),
        "things": load_things.__wrapped__(),
        "holidays": holidays_table._file.__wrapped__(),
        "places": ephemeris._places.__wrapped__(),
        "words": load_words.__wrapped__(),
        "week": load_week_lines.__wrapped__(),
        "areas": [areas.load.__wrapped__(area) for area in AREAS],
        "seasons": load_seasons.__wrapped__(),
        "serving": load_serving.__wrapped__(),
        "lots": omikuji.lots.__wrapped__(),
    }


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A checkout's copy of the sources, which `content` reads."""
    copy = tmp_path / "src" / "kirosample"
    (tmp_path / "pyproject.toml").touch()
    shutil.copytree(
        Path(kirosample.__file__).parent,
        copy,
        ignore=shutil.ignore_patterns("static", "locale", "*.py", content.BUILT),
    )
    monkeypatch.setattr(content, "_FOLDER", copy)
    monkeypatch.setattr(content, "_parsed", {})
    cached = (
        content.built,
        holidays_table._file,
        load_seasons,
        load_things,
        load_words,
        load_places,
        ephemeris._places,
    )
    for each in cached:
        each.cache_clear()
    yield copy
    for each in cached:
        each.cache_clear()


def test_the_file_of_a_build_is_what_the_sources_give(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from_sources = everything()
    assert content.built() == {}
    content.build(folder)
    content.built.cache_clear()
    assert set(content.built()) == {f"{p.relative_to(folder)}" for p in folder.rglob("*.toml")}
    monkeypatch.setattr(content, "_parse", None)  # it parses nothing
    assert everything() == from_sources


def test_a_checkout_parses_what_was_edited_since_its_last_start(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from_sources = everything()
    content.keep()
    (kept,) = (folder.parents[1] / "build").iterdir()
    content.built.cache_clear()
    parsed: list[str] = []
    parse = content._parse

    def recorded(name: str, text: str, of: Any) -> Any:
        parsed.append(name)
        return parse(name, text, of)

    monkeypatch.setattr(content, "_parse", recorded)
    assert (everything(), parsed) == (from_sources, [])
    source = folder / "quotes" / "titles.toml"
    source.write_text(source.read_text("utf-8") + '\n"新しい題" = "あたらしいだい"\n', "utf-8")
    for _ in range(2):  # the second time it is kept
        titles = from_sources["titles"] | {"新しい題": "あたらしいだい"}
        assert everything() == from_sources | {"titles": titles}
        content.keep()
        content.built.cache_clear()
    assert parsed == ["quotes/titles.toml"]
    kept.write_bytes(kept.read_bytes()[:-9])
    content.built.cache_clear()
    assert everything() == from_sources | {"titles": titles}
    assert len(set(parsed)) > 20


@pytest.mark.parametrize("damage", [False, True])
def test_an_edited_source_is_read_and_a_damaged_file_is_not(folder: Path, damage: bool) -> None:
    content.build(folder)
    if damage:
        (folder / content.BUILT).write_bytes((folder / content.BUILT).read_bytes()[:-9])
    source = folder / "quotes" / "titles.toml"
    source.write_text(source.read_text("utf-8") + '\n"新しい題" = "あたらしいだい"\n', "utf-8")
    content.built.cache_clear()
    assert searching.titles.__wrapped__()["新しい題"] == "あたらしいだい"
    assert len(parsing.load.__wrapped__().quotes) > 366


READINGS = "horoscope/readings/self.toml"
SPECIAL = "horoscope/readings/special-1.toml"
THINGS = "horoscope/things.toml"
PLACES = "almanac/places.toml"
HOLIDAYS = "almanac/holidays.toml"
SEASONS = "web/svg/seasons.toml"
DAYS, KOU, OBSERVANCES, PURPOSES, TERMS = (
    f"almanac/words/{name}.toml" for name in ("days", "kou", "observances", "purposes", "terms")
)
QUOTES = parsing.FILE
load_readings = load_texts.__wrapped__
load_quotes = parsing.load.__wrapped__
ITEM = 'items = [\n    { ja = "'
NORTH = """[[eho]]\nja = "北"\nen = "North"\ndegrees = 0\n\n[[eho]]"""


@pytest.mark.parametrize(
    ("load", "file", "right", "wrong", "told"),
    [
        (load_quotes, QUOTES, "topics = [", 'topics = ["仕事術", ', r"quote\[1\].topics\[1\] \("),
        (load_quotes, QUOTES, 'text = "', 'text = " ', r"quote\[1\].text \(.*: must be one"),
        (load_quotes, QUOTES, "]\nstatus", "\nstatus", ".*at line"),
        (
            load_readings,
            READINGS,
            "\nen = ",
            "\nno = ",
            r"bright\[1\]: has `ja`, and no `en` beside",
        ),
        (load_readings, READINGS, "\nja", '\nprops = ["hat"]\nja', r"bright\[1\].props\[1\]: "),
        (load_readings, READINGS, "[[low]]", "[[gloomy]]", ".*`gloomy`"),
        (load_readings, SPECIAL, "[[new-year.low]]", "[[new-year.middle]]", ".*low: .*>= 2"),
        (load_readings, READINGS, '\nja = "', '\nja = "{sunset}', r"bright\[1\]: no field sunset;"),
        (load_readings, SPECIAL, "[[new-year.low]]", "[[new-year.dark]]", "new-year: .*`dark`"),
        (load_readings, SPECIAL, '\nja = "', '\nja = "{noon}', r".*: no field noon; sunrise, "),
        (load_things, THINGS, 'hex = "#', 'hex = "', r"colors.sun\[1\].hex: "),
        (load_things, THINGS, 'kana = "', 'kana = "山', r"colors.sun\[1\].kana: "),
        (load_things, THINGS, "mars = [", "ares = [", "colors: .*ares"),
        (load_things, THINGS, ITEM, f'{ITEM}", latin = "', r"houses\[1\].items\[1\].ja: "),
        (load_words, KOU, "latin", "romaji", r"kou\[1\] \(東風解凍\): .*romaji"),
        (load_words, OBSERVANCES, "かがみ", "鏡", r"observances\[2\].kana \(鏡開き\): "),
        (load_words, TERMS, '"雨水"', '"立春"', "立春: stands twice"),
        (almanac.load, DAYS, '"節分"', '"せつぶん"', "zassetsu: 節分 is missing"),
        (almanac.load, DAYS, "[[eho]]", NORTH, "eho.北: is none of .*北北西"),
        (almanac.load, PURPOSES, '"大安", ', '"大晦日", ', "wedding: 大晦日 is none of "),
        (almanac.load, PURPOSES, 'id = "any"', 'id = "all"', "purposes: any is missing"),
        (load_seasons, SEASONS, "小寒", "大寒の日", "pictures: 小寒 is missing"),
        (load_seasons, SEASONS, "M24 4.5c4.5", "?24 4.5c4.5", "雨水: "),
        (almanac.load, OBSERVANCES, 'on = ["01-07"]', "", "七草: has neither `on`"),
        (almanac.load, OBSERVANCES, "01-07", "02-29", r"observances\[1\] \(七草\): .*range"),
        (almanac.load, HOLIDAYS, "05-04", "5-4", r"holidays\[\d+\].on \(みどりの日\): "),
        (almanac.load, HOLIDAYS, "nth = 2", "nth = 5", r"holidays\[\d+\].monday.nth \(成人の日"),
        (almanac.load, PLACES, "43:04", "43.04", r"places\[1\].north \(sapporo\): "),
        (almanac.load, PLACES, "tokyo", "tokio", "tokyo is missing"),
    ],
)
def test_a_mistake_is_named_with_file_entry_and_field(
    folder: Path, load: Any, file: str, right: str, wrong: str, told: str
) -> None:
    source = folder / file
    before = source.read_text("utf-8")
    assert right in before
    source.write_text(before.replace(right, wrong, 1), "utf-8")
    with pytest.raises(content.ContentError, match=f"^{file}: {told}"):
        load()


@pytest.mark.parametrize(
    ("right", "wrong", "told"),
    [
        (r"--paper: #\w+;", "--paper: #zzz;", r"line \d+: --paper: .* not #zzz;"),
        (r"--ink: (#\w+);", r"--ink: \1", r"line \d+: --ink: "),
        (r"--accent-dark: #\w+; } /\*", "--accent-dark: red; } /*", r"line \d+: --accent-dark: "),
        ("--paper: ", "--papre: ", "--paper, --papre: "),
    ],
)
def test_a_color_that_is_none_is_named_with_file_line_and_token(
    folder: Path, monkeypatch: pytest.MonkeyPatch, right: str, wrong: str, told: str
) -> None:
    sheet = folder / colors.FILE
    sheet.parent.mkdir(parents=True)
    original = Path(kirosample.__file__).parent / colors.FILE
    sheet.write_text(re.sub(right, wrong, original.read_text("utf-8"), count=1), "utf-8")
    monkeypatch.setattr(colors, "files", lambda _: folder)
    for each in (colors.tokens, colors._style_sheet):
        monkeypatch.setattr(colors, each.__name__, each.__wrapped__)
    with pytest.raises(InvalidContent, match=f"^{colors.FILE}: {told}"):
        load_content()


def test_a_start_names_a_character_that_the_pictures_cannot_show(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """𠮷 is in no text, and not in the font's subset."""
    load_content()
    first, *others = quotes.load().quotes
    new = replace(first, text=Text(f"{first.text.ja}𠮷", first.text.en))
    changed = quotes.Catalogue([new, *others])
    monkeypatch.setattr(content, "built", cache(dict))  # as in a checkout
    monkeypatch.setattr(quotes, "load", lambda: changed)
    with pytest.raises(InvalidContent) as told:
        load_content()
    assert str(told.value).startswith(f"quotes/catalogue.toml: {first.id}: ")
    assert "𠮷" in str(told.value)
    assert "`make fonts`" in str(told.value)
