"""What people choose a lucky day for, and which days custom asks for.

No authority says so. Each list follows what its sources agree on: sites of calendars, and guides of
the trade that is asked for the day (wedding halls, movers, dealers of cars, sellers of purses and
lottery tickets, founders' advisers). Where schools differ, `custom` says which one is followed.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from kirosample.text import Text


@dataclass(frozen=True, slots=True)
class Purpose:
    """`asks` are the names of lucky days, the best first; `against` those of unlucky ones.

    `sources` are sites that say so.
    """

    id: str
    name: Text
    asks: tuple[str, ...]
    against: tuple[str, ...]
    sources: tuple[str, ...]
    custom: Text


FREE = "any"
"""The purpose whose days may be chosen: some of those for which it asks."""

CAUTIONS: Mapping[str, Text] = {
    "寅の日": Text(
        "「千里行って千里帰る」虎の日は、「出戻り」を思わせるので婚礼を避ける",
        "A tiger comes home again, as a bride is not meant to: avoided for weddings",
    ),
    "鬼宿日": Text(
        "何をするにも吉とされる日だが、婚礼だけは避ける",
        "Lucky for everything but weddings",
    ),
}
"""What is held against days that are lucky for other purposes, by name."""

_MARRIAGE = (
    "天赦日 大安 友引 一粒万倍日 母倉日",
    "仏滅 赤口 不成就日 寅の日 鬼宿日",
    "koyominote.com, festaria.jp, veil-bridal.com, sk-imedia.com",
)

PURPOSES: Mapping[str, Purpose] = {
    id_: Purpose(
        id=id_,
        name=Text(name, english),
        asks=tuple(asks.split()),
        against=tuple(against.split()),
        sources=tuple(sources.split(", ")),
        custom=custom,
    )
    for id_, name, english, asks, against, sources, custom in (
        ("wedding", "結婚式", "Wedding", *_MARRIAGE,
         Text("友引は「友を引く」と読み、祝いごとに良いとする流儀に従います。"
              "寅の日は「千里帰る」が「出戻り」を思わせるため、鬼宿日は婚礼にだけは凶とされるため避けます。",
              "Tomobiki is read as “drawing friends along”, which suits a celebration. A tiger "
              "comes back, as a bride should not, and the Ghost Mansion is lucky for all else.")),
        ("registration", "婚姻届", "Marriage registration", *_MARRIAGE,
         Text("多くの役所は、婚姻届を土日や夜間も受け取り、不備がなければ、出した日が婚姻の日になります。"
              "良いとする日は結婚式と同じですが、曜日は問いません。",
              "Most town halls take the form on weekends and at night too, and unless something is "
              "missing in it, that day is the date of marriage. The days are those for weddings, "
              "whatever the weekday.")),
        ("moving", "引っ越し", "Moving house",
         "天赦日 大安 一粒万倍日 友引 母倉日 鬼宿日", "仏滅 赤口 不成就日 三隣亡",
         "e-hikkoshi.jp, east-life.com, recallsleep.com, festaria.jp",
         Text("友引は、正午ごろを除いて吉とする流儀に従います。"
              "三隣亡は建築の凶日ですが、引っ越しも控える人が多い日です。",
              "Tomobiki counts as lucky but around noon; some leave it out. The Ruin of Three "
              "Neighbors forbids building, and many avoid moving on it too.")),
        ("opening", "開店・開業", "Opening a business",
         "天赦日 一粒万倍日 大安 甲子の日 寅の日 母倉日", "仏滅 不成就日",
         "kannoseimenjo.com, kakuyasu-inkan.com, nihoncha-salon.com",
         Text("一粒が万倍に実る日と、六十干支のはじまりの甲子の日を重んじます。"
              "寅の日も、出ていったお金が戻る日として数えます。",
              "A grain that grows ten thousandfold, and the day that begins the cycle of sixty. "
              "The Tiger, which brings money home, counts as well.")),
        ("wallet", "財布・宝くじ", "Purse, lottery",
         "天赦日 一粒万倍日 寅の日 己巳の日 巳の日 甲子の日 大安 鬼宿日", "仏滅 不成就日",
         "bagmania.jp, kuji.kippou.co.jp, sot-web.com",
         Text("寅の日は出ていったお金が虎のように戻り、巳（蛇）は財の神、弁財天の使いとされます。"
              "一粒万倍日は、借りたものまで万倍になるといいます。",
              "Money comes home like a tiger, and the snake serves Benzaiten, who gives wealth. On "
              "a Ten-Thousandfold Day debts are said to grow as well.")),
        ("travel", "旅行", "Travel",
         "寅の日 天赦日 大安", "仏滅 不成就日",
         "kannoseimenjo.com, kakuyasu-inkan.com, bagmania.jp",
         Text("「虎は千里行って千里帰る」ということわざから、旅立ちには寅の日を第一とします。",
              "“A tiger goes a thousand leagues and comes back”: the day of the Tiger is the one "
              "to leave on.")),
        ("car", "納車", "A new car",
         "天赦日 大安 一粒万倍日 寅の日 友引 甲子の日 母倉日", "仏滅 赤口 不成就日",
         "221616.com, shittoko.com, jpnculture.net, sk-imedia.com",
         Text("寅の日は「無事に帰る」につながります。友引は、正午ごろを除いて吉とする流儀に従います。",
              "The Tiger’s day promises a safe return. Tomobiki counts as lucky but around noon.")),
        (FREE, "日を選んでさがす", "Any lucky day",
         "天赦日 大安 友引 一粒万倍日 寅の日 己巳の日 巳の日 甲子の日", "仏滅 不成就日",
         "koyominote.com, kuji.kippou.co.jp",
         Text("とくに何のためとは決めずに、よく知られた吉日をさがします。",
              "For no purpose in particular: the well-known lucky days.")),
    )
}  # fmt: skip
"""By id, in the order in which they are offered."""
