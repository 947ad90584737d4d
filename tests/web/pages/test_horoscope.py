"""The ranking and a sign's page say what the readings and the table of ranks have."""

import html
import re
from datetime import UTC, date, datetime

import pytest

from kirosample import horoscope
from kirosample.horoscope import PAIRS, pair
from kirosample.text import split_sentences
from kirosample.web.i18n.languages import PREFIXES, Language
from tools.servers import NOON, Running, serving

TODAY = NOON.date()
LANGUAGES: tuple[Language, ...] = ("ja", "en")


def shown(server: Running, path: str) -> str:
    return html.unescape(server.text(path))


@pytest.mark.parametrize("language", LANGUAGES)
def test_headlines_stand_on_every_page_of_the_day(pages: Running, language: Language) -> None:
    prefix = PREFIXES[language]
    for path in ("/", "/horoscope"):
        text = shown(pages, prefix + path).replace("<wbr>", "")
        for reading in horoscope.readings(TODAY):
            assert f'class="headline">{getattr(reading.headline, language)}<' in text
    leo = horoscope.reading(TODAY, "leo")
    headline, words = (re.escape(getattr(of, language)) for of in (leo.headline, leo.text))
    page = shown(pages, f"{prefix}/horoscope/leo").replace("<wbr>", "")
    assert re.search(rf"<h2[^>]*>{headline}</h2>", page)
    assert re.search(rf"<title>[^<]*{headline}[^<]* \| [^|]*</title>", page)
    for name in ('name="description"', 'property="og:description"'):
        assert re.search(rf"<meta {name} content=\"[^>]*{words}\">", page)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_ranking_shows_a_sentence_and_has_each_reading_whole(
    pages: Running, language: Language
) -> None:
    """What is in no span of the class `rest` is shown on a phone: how a reading begins."""
    page = shown(pages, f"{PREFIXES[language]}/horoscope")
    told = re.findall(r'<p class="reading">(.*?)</p>', page)
    for reading, text in zip(horoscope.readings(TODAY), told, strict=True):
        whole = getattr(reading.text, language)
        assert re.sub(r"\s+", " ", re.sub("<.*?>", "", text)) == whole
        folded = re.sub(r'<span class="rest">.*?</span>', "", text)
        assert re.sub("<.*?>", "", folded) == split_sentences(whole)[0]


def test_places_gained_are_shown_and_told(pages: Running) -> None:
    page = shown(pages, "/en/horoscope")
    told = re.findall(r'class="change[^"]*" role="img" aria-label="(.*?)">(.*?)<', page)
    changes = [reading.change for reading in horoscope.readings(TODAY)]
    assert [arrow for _, arrow in told] == [
        f"↑{places}" if places > 0 else f"↓{-places}" if places else "→" for places in changes
    ]
    for places, (text, _) in zip(changes, told, strict=True):
        assert text.startswith("up" if places > 0 else "down" if places else "same")
        assert str(abs(places)) in text or not places


@pytest.mark.parametrize("area", horoscope.AREAS)
def test_the_ranking_by_an_area_has_its_order_and_keeps_it_on_other_days(
    pages: Running, area: str
) -> None:
    for query, day in ((f"by={area}", TODAY), (f"date=2026-12-01&by={area}", date(2026, 12, 1))):
        page = shown(pages, f"/horoscope?{query}")
        order = list(horoscope.ranks_by(day, area))
        assert re.findall(r'<li class="ranked[^"]*" id="(\w+)"', page) == order
        assert re.findall(r'class="rank"><b>(\d+)', page) == [str(n) for n in range(1, 13)]
        assert 'class="change' not in page, "that is the overall ranking's"
        assert f'<input type="hidden" name="by" value="{area}">' in page
        neighbors = re.findall(r'rel="(?:prev|next)" href="([^"]+)"', page)
        assert len(neighbors) == 2
        assert all(f"by={area}" in href for href in neighbors)
    assert f'href="/horoscope?by={area}"' in shown(pages, "/horoscope")
    assert shown(pages, "/horoscope?by=overall") == shown(pages, "/horoscope")


@pytest.mark.parametrize("by", ["health", "Love", "love,work"])
def test_an_unknown_ranking_is_422_naming_the_known_ones(pages: Running, by: str) -> None:
    names = {"": ("総合", "恋愛", "仕事", "金運"), "/en": ("overall", *horoscope.AREAS)}
    for prefix, known in names.items():
        page = pages.text(f"{prefix}/horoscope", params={"by": by}, status=422)
        assert all(name in page for name in known)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_sign_shows_its_week_its_fortnight_and_its_next_good_days(
    pages: Running, language: Language
) -> None:
    page = shown(pages, f"{PREFIXES[language]}/horoscope/leo")
    assert getattr(horoscope.week(TODAY, "leo").text, language) in page
    rows = re.findall(r'<th scope="row">[^<]*</th><td>(\d+)\D*</td><td>(\d)/5', page)
    assert rows == [
        (str(standing.rank), str(standing.overall))
        for standing in horoscope.fortnight(TODAY, "leo")
    ]
    best = page.partition('class="best"')[2].partition("</p>")[0]
    days = re.findall(r"date=([-0-9]+)", best)
    assert days == [str(good_day.date) for good_day in horoscope.good_days(TODAY, "leo")]


@pytest.mark.parametrize(
    ("path", "heading"),
    [
        ("/horoscope/leo", "来週の流れ"),
        ("/en/horoscope/leo", "Next week"),
        ("/horoscope/leo?date=2026-11-30", "この週の流れ"),
        ("/en/horoscope/leo?date=2026-12-05", "The following week"),
    ],
)
def test_from_saturday_on_the_week_is_the_next_one(path: str, heading: str) -> None:
    sunday = datetime(2026, 11, 29, 3, 0, tzinfo=UTC)
    with serving(None, clock=lambda: sunday) as server:
        page = shown(server, path)
    told = page.partition('<h2 id="week">')[2].partition("<figure")[0]
    assert told.startswith(heading)
    assert heading.removesuffix("の流れ").lower() in told.partition("</h2>")[2].lower()


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("signs", [("aries", "leo"), ("virgo", "taurus"), ("pisces", "pisces")])
def test_the_page_of_two_signs_names_them_as_asked_and_has_one_address(
    pages: Running, language: Language, signs: tuple[str, str]
) -> None:
    known = pair(TODAY, *signs)
    addresses = set[str]()
    ranked = {standing.sign: standing.rank for standing in horoscope.ranks(TODAY)}
    for one, other in (signs, signs[::-1]):
        page = shown(pages, f"{PREFIXES[language]}/horoscope/{one}/{other}").replace("<wbr>", "")
        for told in (known.headline, known.text, known.deed):
            assert getattr(told, language) in page
        stars = re.findall(r'class="pair-stars">.*?</svg></svg>(.*?)</p>', page)
        assert re.findall(r"\d", re.sub("<span.*?</span>", "", stars[0])) == [str(known.stars)]
        ranks = re.findall(
            r'horoscope/(\w+)"><svg.*?</svg><span class="sign-name">.*?<b>(\d+)', page
        )
        assert ranks == [(sign, str(ranked[sign])) for sign in dict.fromkeys((one, other))]
        names = [getattr(horoscope.SIGNS_BY_ID[sign].name, language) for sign in (one, other)]
        for told in re.findall(
            r"(?s)<title>(.*?)</title>|<h1>(.*?)</h1>|data-text=\"(.*?)\"", page
        ):
            text = "".join(told)
            assert text.index(names[0]) <= text.rindex(names[1])
        addresses |= {*re.findall(r'class="other-language" href="([^"]+)"', page)}
    assert len(addresses) == 1


def test_every_pair_is_found_from_the_ranking_and_a_sign(pages: Running) -> None:
    page = shown(pages, "/horoscope?date=2026-12-01")
    signs = re.findall(r'href="(/horoscope/\w+\?date=2026-12-01)#two"', page)
    assert len(signs) == 12
    pairs = set[tuple[str, ...]]()
    for sign in signs:
        page = shown(pages, sign)
        assert 'id="two"' in page
        links = re.findall(r'href="(/horoscope/\w+/\w+)\?date=2026-12-01"', page)
        assert len(set(links)) == len(links) == 12
        assert {link.split("/")[2] for link in links} == {sign.partition("?")[0].split("/")[2]}
        pairs.update(horoscope.in_order(*link.split("/")[2:]) for link in links)
    assert pairs == {*PAIRS}


def test_a_day_of_two_signs_says_why(pages: Running) -> None:
    japanese = re.sub("<.*?>", "", shown(pages, "/horoscope/aries/leo"))
    assert (
        "月はおうし座にあり、おひつじ座からは第2室（お金と持ち物）、しし座からは第10室" in japanese
    )
    assert "おひつじ座の守護星は火星、しし座の守護星は太陽です。" in japanese
    assert "月と火星がほぼ90度で張り合っています。" in japanese
    english = re.sub("<.*?>", "", shown(pages, "/en/horoscope/taurus/taurus?date=2026-12-02"))
    assert "The Moon is in Virgo: for Taurus the 5th house" in english
    assert "Taurus is ruled by Venus." in english
    assert "The Moon and the rulers make no close aspect." in english
    same = re.sub("<.*?>", "", shown(pages, "/en/horoscope/capricorn/aquarius?date=2026-12-05"))
    assert "You are both ruled by Saturn." in same
    alone = re.sub("<.*?>", "", shown(pages, "/en/horoscope/cancer/cancer"))
    assert "Cancer is ruled by the Moon." in alone
    assert "close aspect" not in alone, "of the Moon with itself"
