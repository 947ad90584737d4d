"""The 47 prefectural capitals, for which the Sun and the Moon rise and set.

Tokyo is the origin of Japan's geodetic coordinates in Azabudai, where the old observatory stood and
for which 暦要項 gives its times. The others are their prefectural offices, to the nearest minute of
arc: a minute is at most 5 s of rising and setting.
"""

from collections.abc import Mapping
from typing import Final

from kirosample.almanac.model import Place

TOKYO: Final = "tokyo"

_TABLE: Final = """
sapporo 札幌 43:04 141:21
aomori 青森 40:49 140:44
morioka 盛岡 39:42 141:09
sendai 仙台 38:16 140:52
akita 秋田 39:43 140:06
yamagata 山形 38:14 140:22
fukushima 福島 37:45 140:28
mito 水戸 36:21 140:27
utsunomiya 宇都宮 36:34 139:53
maebashi 前橋 36:23 139:04
saitama さいたま 35:51 139:39
chiba 千葉 35:36 140:07
tokyo 東京 35:39:29.1572 139:44:28.8869
yokohama 横浜 35:27 139:39
niigata 新潟 37:54 139:01
toyama 富山 36:42 137:13
kanazawa 金沢 36:36 136:38
fukui 福井 36:04 136:13
kofu 甲府 35:40 138:34
nagano 長野 36:39 138:11
gifu 岐阜 35:23 136:43
shizuoka 静岡 34:59 138:23
nagoya 名古屋 35:11 136:54
tsu 津 34:44 136:30
otsu 大津 35:00 135:52
kyoto 京都 35:01 135:45
osaka 大阪 34:41 135:31
kobe 神戸 34:41 135:11
nara 奈良 34:41 135:50
wakayama 和歌山 34:14 135:10
tottori 鳥取 35:30 134:14
matsue 松江 35:28 133:03
okayama 岡山 34:40 133:56
hiroshima 広島 34:24 132:28
yamaguchi 山口 34:11 131:28
tokushima 徳島 34:04 134:34
takamatsu 高松 34:20 134:03
matsuyama 松山 33:51 132:46
kochi 高知 33:34 133:32
fukuoka 福岡 33:36 130:25
saga 佐賀 33:15 130:18
nagasaki 長崎 32:45 129:52
kumamoto 熊本 32:47 130:45
oita 大分 33:14 131:37
miyazaki 宮崎 31:55 131:25
kagoshima 鹿児島 31:34 130:33
naha 那覇 26:13 127:41
"""
"""From north to south: id, name, latitude (north) and longitude (east)."""

_ROWS: Final = [line.split() for line in _TABLE.strip().splitlines()]
_COORDINATES: Final = {id_: (north, east) for id_, _, north, east in _ROWS}

PLACES: Final[Mapping[str, Place]] = {id_: Place(id_, name) for id_, name, _, _ in _ROWS}
"""By id, the romanized name."""


def coordinates(place: str) -> tuple[str, str]:
    """Latitude and longitude of a place, in sexagesimal degrees. Raises KeyError."""
    return _COORDINATES[place]
