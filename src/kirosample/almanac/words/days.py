"""What the 雑節, the 選日 and other 暦注 mean."""

from collections.abc import Mapping

from kirosample.almanac.words.word import Word
from kirosample.text import Text

ZASSETSU: Mapping[str, Text] = {
    "節分": Text(
        "季節を分ける日。立春の前夜に豆をまき、鬼を払う",
        "The eve of spring: people scatter beans to drive out demons",
    ),
    "彼岸入り": Text(
        "春分・秋分をはさむ七日間、彼岸のはじまり。墓参りの時",
        "Higan begins: seven days around the equinox, when families visit graves",
    ),
    "彼岸の中日": Text(
        "彼岸の七日間の真ん中。日が真西に沈み、西の浄土をしのぶ",
        "Middle of Higan: the Sun sets due west, where the Pure Land lies, Amida Buddha’s paradise",
    ),
    "彼岸明け": Text(
        "彼岸の七日間の終わりの日",
        "Last of the seven days of Higan, the equinox week",
    ),
    "社日": Text(
        "土地の神をまつる日。春は豊作を祈り、秋は実りに感謝する",
        "A day for the god of the land: a prayer for the crop in spring, thanks for it in autumn",
    ),
    "土用入り": Text(
        "土用のはじまり。立春・立夏・立秋・立冬の前の、約十八日間",
        "Doyō begins: the eighteen days or so before each new season",
    ),
    "土用明け": Text(
        "土用の終わりの日。あすから、暦の上の新しい季節",
        "Doyō, the turn of the seasons, ends; tomorrow a new season begins in the almanac",
    ),
    "八十八夜": Text(
        "立春から数えて八十八日目。霜の心配が去り、新茶を摘む",
        "The 88th day of spring: the last frost is past, and new tea is picked",
    ),
    "入梅": Text(
        "暦の上の、梅雨入りの目安",
        "By the almanac, the rainy season begins",
    ),
    "半夏生": Text(
        "夏至から十一日目ごろ。田植えを終える目安とされた",
        "Hangeshō, about eleven days after the solstice: rice was to be planted by now",
    ),
    "二百十日": Text(
        "立春から数えて二百十日目。台風に備える日とされた",
        "The 210th day of spring, when farmers fear typhoons",
    ),
    "二百二十日": Text(
        "立春から数えて二百二十日目。二百十日とならぶ、台風の警戒日",
        "The 220th day of spring: typhoons threaten the rice, as on the 210th",
    ),
}
"""By name. Their English names are messages of the pages."""

NEW_YEAR = Text(
    "一年のはじまりの日。初日の出を拝み、年神さまを迎える",
    "The first day of the year: people watch it dawn and welcome its deity",
)
"""What 元日 means."""

SENJITSU: Mapping[str, Word] = {
    "天赦日": Word(
        Text("天赦日", "Heaven’s Pardon"),
        Text("てんしゃにち", "Tenshanichi"),
        Text(
            "天がすべての罪を赦すとされる、暦で最上の吉日",
            "Heaven is said to forgive everything: the luckiest day of the almanac",
        ),
    ),
    "一粒万倍日": Word(
        Text("一粒万倍日", "Ten-Thousandfold Day"),
        Text("いちりゅうまんばいび", "Ichiryū-manbai-bi"),
        Text(
            "一粒の籾が万倍に実るとされ、始めごとに良い日。借りるのは控える",
            "One grain grows ten thousandfold: a day to begin something, but not to borrow",
        ),
    ),
    "甲子の日": Word(
        Text("甲子の日", "Day of the Wood Rat"),
        Text("きのえねのひ", "Kinoe-ne no hi"),
        Text(
            "六十干支の最初の日。大黒天の縁日で、始めごとに良いとされる",
            "First of sixty days, sacred to Daikokuten, god of wealth; good for beginnings",
        ),
    ),
    "己巳の日": Word(
        Text("己巳の日", "Day of the Earth Snake"),
        Text("つちのとみのひ", "Tsuchinoto-mi no hi"),
        Text(
            "六十日に一度の巳の日。弁財天の縁日で、金運の日とされる",
            "Once in sixty days, sacred to Benzaiten, goddess of fortune; said to favor money",
        ),
    ),
    "巳の日": Word(
        Text("巳の日", "Day of the Snake"),
        Text("みのひ", "Mi no hi"),
        Text(
            "弁財天の使い、蛇の日。金運と芸事に良いとされる",
            "The snake serves Benzaiten, goddess of music: said to favor money and the arts",
        ),
    ),
    "寅の日": Word(
        Text("寅の日", "Day of the Tiger"),
        Text("とらのひ", "Tora no hi"),
        Text(
            "虎は千里行って千里帰る。旅立ちに良く、使ったお金も戻るとされる",
            "A tiger roams a thousand leagues and comes home: so do travelers and money",
        ),
    ),
    "不成就日": Word(
        Text("不成就日", "Day of No Success"),
        Text("ふじょうじゅび", "Fujōju-bi"),
        Text(
            "何ごとも成就しないとされ、始めごとを控える日",
            "Whatever is begun today is said to fail; plans are left for another day",
        ),
    ),
}
"""By name, in the order in which a day gives them."""

REKICHU: Mapping[str, Word] = {
    "鬼宿日": Word(
        Text("鬼宿日", "Ghost Mansion Day"),
        Text("きしゅくにち", "Kishuku-nichi"),
        Text(
            "鬼が宿にいて、じゃまをしないとされる吉日。婚礼だけは避ける",
            "The ghosts stay in their mansion and hinder nobody: lucky for all but weddings",
        ),
    ),
    "母倉日": Word(
        Text("母倉日", "Mother’s Storehouse"),
        Text("ぼそうにち", "Bosō-nichi"),
        Text(
            "母が子を育てるように、天が人をいつくしむとされる日。とくに婚礼に良い",
            "Heaven is said to care for people as a mother does: good for weddings above all",
        ),
    ),
    "三隣亡": Word(
        Text("三隣亡", "Ruin of Three Neighbors"),
        Text("さんりんぼう", "Sanrinbō"),
        Text(
            "建てれば三軒隣まで亡ぼすとされ、棟上げや引っ越しを控える日",
            "Who builds today is said to ruin three neighbors: no day to build or to move",
        ),
    ),
}
"""By name, in the order in which a day gives them."""

EHO: Mapping[str, Text] = {
    "東北東": Text("東北東", "East-northeast"),
    "西南西": Text("西南西", "West-southwest"),
    "南南東": Text("南南東", "South-southeast"),
    "北北西": Text("北北西", "North-northwest"),
}
"""The four directions of 恵方."""

EHO_DEGREES: Mapping[str, int] = {"東北東": 75, "西南西": 255, "南南東": 165, "北北西": 345}
"""From north, by the compass of 24 points: 甲, 庚, 丙 and 壬."""

TIDES: Mapping[str, Text] = {
    "大潮": Text("大潮", "Spring tide"),
    "中潮": Text("中潮", "Middle tide"),
    "小潮": Text("小潮", "Neap tide"),
    "長潮": Text("長潮", "Long tide"),
    "若潮": Text("若潮", "Young tide"),
}
"""By name."""
