"""What the 二十四節気 mean, on the day itself and on the days until the next one.

雨水 to 大雪 follow 暦便覧 (1787) in substance: 芒種 is the time to plant grain with awns, which in
Japan is rice; wheat is harvested then.
"""

from collections.abc import Mapping
from typing import NamedTuple

from kirosample.text import Text


class TermWords(NamedTuple):
    """`day` is said on the day of the term, `after` on those that follow."""

    day: Text
    after: Text


TERMS: Mapping[str, TermWords] = {
    "立春": TermWords(
        Text("暦の上の春のはじまり。八十八夜も二百十日も、この日から数える",
             "Spring begins in the almanac; other days of the year are counted from this one"),
        Text("暦の上では春。寒さのなかに、光が少しずつ明るくなるころ",
             "Spring by the almanac: still cold, but the light grows brighter"),
    ),
    "雨水": TermWords(
        Text("雪が雨に変わり、氷が水になる、雪どけの節目",
             "Snow turns to rain and ice to water: the thaw begins"),
        Text("雪どけの水が流れ、土がうるおっていくころ",
             "Meltwater runs, and the soil drinks it in"),
    ),
    "啓蟄": TermWords(
        Text("冬ごもりの虫が、土から出てくるとされる日",
             "Creatures that slept underground are said to come out today"),
        Text("虫も草木も、目を覚ましていくころ",
             "Insects and plants wake, one after another"),
    ),
    "春分": TermWords(
        Text("昼と夜の長さがほぼ同じになる、春の真ん中",
             "Day and night are nearly equal: the middle of spring"),
        Text("昼が夜より長くなり、花の便りがとどくころ",
             "Days are now longer than nights, and blossoms are reported from the south"),
    ),
    "清明": TermWords(
        Text("「清浄明潔」。すべてのものが、清らかに明るく見える日",
             "“Pure, clear, bright and clean”: everything looks fresh"),
        Text("花が咲き、空も草木も明るいころ",
             "Flowers bloom, and sky and leaves are bright"),
    ),
    "穀雨": TermWords(
        Text("百穀をうるおす春の雨の節目。種まきの時",
             "Spring rain for a hundred kinds of grain: time to sow"),
        Text("やわらかな雨が、田畑を育てるころ",
             "Soft rains feed the fields"),
    ),
    "立夏": TermWords(
        Text("暦の上の夏のはじまり",
             "Summer begins in the almanac"),
        Text("暦の上では夏。新緑の、さわやかなころ",
             "Summer by the almanac: fresh green leaves and pleasant days"),
    ),
    "小満": TermWords(
        Text("草木が伸び、あたりに命が満ちはじめる節目",
             "Growing things begin to fill the land"),
        Text("麦が色づき、草も木も茂っていくころ",
             "Barley ripens, and everything green grows thick"),
    ),
    "芒種": TermWords(
        Text("芒（のぎ）のある穀物、とくに稲を植える時の節目",
             "Time to plant grain with awns, the bristles of its ears: in Japan, rice"),
        Text("田植えが進み、梅雨に入っていくころ",
             "Rice is planted out, and the rainy season comes on"),
    ),
    "夏至": TermWords(
        Text("一年で昼がいちばん長い日",
             "The longest day of the year"),
        Text("昼は少しずつ短くなるが、暑さはこれから",
             "Each day is a little shorter, but the greatest heat is still to come"),
    ),
    "小暑": TermWords(
        Text("梅雨明けが近く、暑さが本格的になる節目",
             "The rains near their end, and the heat sets in"),
        Text("夏の日ざしと、夕立のころ。暑中見舞いを出す",
             "Strong sun and sudden showers; people send summer greetings"),
    ),
    "大暑": TermWords(
        Text("一年でいちばん暑いとされる節目",
             "By the almanac, the greatest heat of the year"),
        Text("暑さのきわまるころ。土用のうなぎの季節",
             "The height of summer, the season for eel"),
    ),
    "立秋": TermWords(
        Text("暦の上の秋のはじまり。あいさつは、この日から残暑見舞い",
             "Autumn begins in the almanac; from today greetings speak of the lingering heat"),
        Text("暦の上では秋。残暑のなかに、風の変わるころ",
             "Autumn by the almanac: the heat lingers, but the wind changes"),
    ),
    "処暑": TermWords(
        Text("「処」は、とどまること。暑さがおさまる節目",
             "The heat comes to rest"),
        Text("朝夕がしのぎやすくなり、虫の音が聞こえるころ",
             "Mornings and evenings ease, and insects begin to sing"),
    ),
    "白露": TermWords(
        Text("草に白い露が宿りはじめるとされる日",
             "White dew is said to settle on the grass from today"),
        Text("夜が冷え、朝の草に露がおりるころ",
             "Nights cool, leaving dew on the morning grass"),
    ),
    "秋分": TermWords(
        Text("昼と夜の長さがほぼ同じになる、秋の真ん中",
             "Day and night are nearly equal: the middle of autumn"),
        Text("夜が昼より長くなり、秋の深まるころ",
             "Nights are now longer than days, and autumn deepens"),
    ),
    "寒露": TermWords(
        Text("露が、つめたく感じられる節目",
             "The dew turns cold"),
        Text("空が澄み、菊の咲くころ",
             "Skies are clear, and chrysanthemums bloom"),
    ),
    "霜降": TermWords(
        Text("露が霜に変わりはじめるとされる日",
             "Dew is said to turn to frost from today"),
        Text("北国や山里に霜がおり、もみじの色づくころ",
             "Frost whitens the north and the hills, and maples turn red"),
    ),
    "立冬": TermWords(
        Text("暦の上の冬のはじまり",
             "Winter begins in the almanac"),
        Text("暦の上では冬。木枯らしの吹くころ",
             "Winter by the almanac: cold winds strip the trees"),
    ),
    "小雪": TermWords(
        Text("雪の降りはじめる節目。まだ、わずかな雪",
             "The first, light snow"),
        Text("北や山に雪の便り。里は小春日和もあるころ",
             "Snow in the north and the mountains; mild days still come elsewhere"),
    ),
    "大雪": TermWords(
        Text("雪が本格的に降りはじめる節目",
             "Snow begins to fall in earnest"),
        Text("山が雪におおわれ、年の瀬に向かうころ",
             "Mountains lie under snow, and the year draws to its end"),
    ),
    "冬至": TermWords(
        Text("一年で夜がいちばん長い日。ゆず湯に入り、かぼちゃを食べる",
             "The longest night of the year: people take baths with yuzu and eat squash"),
        Text("昼がわずかずつ伸びるが、寒さはこれから",
             "Each day is a little longer, but the deepest cold is still to come"),
    ),
    "小寒": TermWords(
        Text("寒の入り。節分までの「寒の内」がはじまる日",
             "The cold season begins; it lasts until Setsubun"),
        Text("寒の内。寒さが日ごとに増していくころ",
             "Within the cold season: each day is colder than the last"),
    ),
    "大寒": TermWords(
        Text("一年でいちばん寒いとされる節目",
             "By the almanac, the greatest cold of the year"),
        Text("寒さのきわまるころ。味噌や酒を仕込む季節",
             "The depth of winter, when miso and sake are set to ferment"),
    ),
}  # fmt: skip
