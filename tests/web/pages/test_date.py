"""The calendar page of a day."""

import html

import pytest

from kirosample.almanac import load_words
from kirosample.text import Text
from tests.web.common import said
from tools.servers import Running

WORDS = load_words()


def test_a_day_has_the_direction_of_its_year_and_the_sign_of_its_month(pages: Running) -> None:
    japanese, english = (said(pages.text(f"{base}/date?date=2027-02-03")) for base in ("", "/en"))
    assert "北北西真北から右回りに345度節分の恵方巻も" in japanese.replace(" ", "")
    assert "月の干支癸卯" in japanese.replace(" ", "")
    assert "North-northwest" in english
    assert "潮中潮" in japanese.replace(" ", "")
    assert "Middle tide" in english
    assert "Water Rabbit (Mizunoto-u)" in english
    assert "恵方北北西年の福" in said(pages.text("/date?date=2027-12-31")).replace(" ", "")


@pytest.mark.parametrize(
    ("day", "texts"),
    [
        (
            "2026-12-16",
            [
                WORDS.senjitsu["天赦日"].meaning,
                WORDS.senjitsu["甲子の日"].meaning,
                WORDS.kou[61].meaning,
            ],
        ),
        ("2026-03-15", [WORDS.zassetsu["社日"], WORDS.kou[8].meaning]),
        ("2026-09-25", [WORDS.observances["中秋の名月"].meaning, WORDS.terms["秋分"].after]),
        ("2026-12-22", [WORDS.terms["冬至"].day]),
        ("2026-12-23", [WORDS.terms["冬至"].after]),
        ("2026-02-12", [WORDS.senjitsu["巳の日"].meaning]),
        ("2026-12-30", [WORDS.rekichu["三隣亡"].meaning]),
        ("2027-02-26", [WORDS.rekichu["鬼宿日"].meaning, WORDS.rekichu["母倉日"].meaning]),
    ],
)
def test_what_a_day_is_called_is_explained_in_both_languages(
    pages: Running, day: str, texts: list[Text]
) -> None:
    japanese = said(pages.text(f"/date?date={day}"))
    english = said(pages.text(f"/en/date?date={day}"))
    for text in texts:
        assert text.ja in japanese
        assert text.en in english


@pytest.mark.parametrize(
    ("path", "words"),
    [
        # the next holiday and term, which the last days have not, counted down from today
        ("/date", ["これから大雪12月7日 11:53、あと13日", "元日1月1日（金）、あと38日"]),
        ("/en/date", ["Dec 7, 11:53, in 13 days", "Fri, Jan 1, in 38 days"]),
        ("/date?date=2026-12-28", ["このあと元日"]),
        ("/date?date=1987-05-12", ["このあと小満5月21日 23:10敬老の日9月15日（火）"]),
        ("/date?date=2100-11-20", ["このあと小雪", "勤労感謝の日11月23日（火）"]),
        ("/date?date=2100-12-31", ["このあと小寒"]),
        # the days of the month that are thought to fail are among those with a name
        ("/date?date=2026-12-16", ["不成就日"]),
        # the Moon's rise and set, one after the other (理科年表オフィシャルサイト, 2006-04)
        ("/date?date=2006-01-21", ["月の入 10:09・月の出 23:16"]),
        ("/date?date=2006-01-22", ["月の入 10:33・月の出なし"]),
        ("/date?date=2006-01-23", ["月の出 0:16・月の入 11:00"]),
        ("/en/date?date=2026-02-03", ["Sets 7:25 · Rises 18:40"]),
        # the two dates of a 社日, on each of them
        ("/date?date=2026-03-15", ["社日土地の神", "3月25日（水）とする暦もある"]),
        ("/date?date=2026-03-25", ["雑節社日土地の神", "前の3月15日（日）とする暦が多く"]),
        ("/en/date?date=2026-03-25", ["some take Wed, Mar 25"]),
        ("/date?date=2003-03-16", ["3月26日（水）ではなく3月16日（日）"]),
        # a leap month has the name of the month before it
        ("/date?date=2025-08-01", ["旧暦の閏水無月"]),
        ("/date?date=2025-07-01", ["旧暦の水無月"]),
        ("/en/date?date=2025-08-01", ["Leap Minazuki", "leap 6th month, day 8"]),
        # the lead, and what stands out in the month
        ("/en/date?date=2026-11-23", ["Labor Thanksgiving Day", "Reiwa 8", "Shakkō"]),
        ("/en/date?date=2026-09-22", ["National Holiday (between two holidays)"]),
        ("/date?date=2027-02-03", ["令和9年 大寒 土用明け"]),
        # 六曜 is a row like others on a special day, and what comes later in the year is named
        (
            "/date?date=2027-01-01",
            ["初日の出6:51東京", "丁未（ひつじ年）七草1月7日（木）鏡開き1月11日"],
        ),
        ("/date?date=2026-09-25", ["月の出16:43東京満月9月27日 1:49十三夜10月23日（金）"]),
        (
            "/date?date=2026-12-16",
            ["甲子の日六十干支の最初の日", "次に重なる日2月28日（日）天赦日＋寅の日"],
        ),
        ("/date?date=2026-05-20", ["不成就日でもあるが、天赦日は妨げられない"]),
        ("/date?date=2026-03-17", ["気をつけること注意：三隣亡"]),
        ("/date?date=2026-12-22", ["昼の長さ9時間44分"]),
        ("/date?date=2027-05-05", ["憲法記念日", "みどりの日", "立夏", "八十八夜", "一粒万倍日"]),
        # eclipses, and how the place sees them
        ("/date?date=2026-03-03", ["18:50に欠けはじめ、20:04から21:03まで皆既、22:18に終わる"]),
        ("/date?date=2026-03-03", ["東京では、はじめから終わりまで見える"]),
        ("/date?date=2028-07-07", ["3:20に最大（直径の39％）"]),
        ("/date?date=2018-01-31", ["皆既、2月1日 0:12に終わる"]),
        ("/date?date=2025-03-14&place=sapporo", ["欠けたまま17:40に昇る"]),
        ("/en/date?date=2019-07-17&place=naha", ["In Naha the Moon sets at 5:47, still eclipsed"]),
        # the hour at which most meteors fall
        ("/date?date=2026-08-12", ["極大は8月13日 11:00ごろの見込み"]),
        ("/en/date?date=2018-01-03", ["around Jan 4, 5:00"]),
    ],
)
def test_a_day_says(pages: Running, path: str, words: list[str]) -> None:
    text = said(pages.text(path))
    if "/en/" not in path:
        text = text.replace(" ", "")
        words = [word.replace(" ", "") for word in words]
    assert [word for word in words if word not in text] == []


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("/date?date=2026-02-24", WORDS.senjitsu["巳の日"].meaning.ja),  # it is 己巳の日
        ("/date?date=1987-05-12", "あと1"),
        ("/date?date=2003-03-26", "戊の日"),  # the equinox was before noon
        ("/date?date=1900-01-15", "前の月"),
        ("/date?date=2100-12-15", "次の月"),
        ("/date?date=2025-03-14", "月食"),  # Tokyo does not see it
        ("/date?date=2027-01-01", "令和9年・仏滅"),
        ("/date", "この日は"),
    ],
)
def test_a_day_does_not_say(pages: Running, path: str, words: str) -> None:
    assert words not in said(pages.text(path))


def test_the_month_is_walked_by_the_day_or_the_last_one(pages: Running) -> None:
    page = html.unescape(pages.text("/date?date=2027-03-31&place=naha"))
    for day in ("2027-02-28", "2027-04-30"):
        assert f'href="/date?date={day}&place=naha#month"' in page
    assert 'href="/date?place=naha#month"' in page
    assert 'value="naha" selected' in page
