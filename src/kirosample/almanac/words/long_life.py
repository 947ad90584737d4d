"""年祝い: the ages that are celebrated, by 数え年, as shrines announce them.

From 古希 on, many celebrate by 満年齢, a year later; 還暦 is always in the sixtieth year after that
of birth, which has its 干支 again.
"""

from collections.abc import Mapping

from kirosample.almanac.words.word import Word
from kirosample.text import Text

LONG_LIFE: Mapping[int, Word] = {
    counted: Word(Text(name, romaji), Text(kana, romaji), Text(ja, en))
    for counted, name, kana, romaji, ja, en in (
        (61, "還暦", "かんれき", "Kanreki", "生まれた年の干支に還る",
         "The sexagenary cycle returns to the year of birth"),
        (70, "古希", "こき", "Koki", "杜甫の詩「人生七十古来稀なり」から",
         "From Du Fu: “few have ever reached seventy”"),
        (77, "喜寿", "きじゅ", "Kiju", "「喜」の草書が七十七に見える",
         "喜, joy, in cursive looks like seventy-seven"),
        (80, "傘寿", "さんじゅ", "Sanju", "「傘」の略字が八十に見える",
         "傘, umbrella, in short looks like eighty"),
        (88, "米寿", "べいじゅ", "Beiju", "「米」を分けると八十八",
         "米, rice, is made of eighty-eight"),
        (90, "卒寿", "そつじゅ", "Sotsuju", "「卒」の略字「卆」が九十に見える",
         "卒 in short, 卆, looks like ninety"),
        (99, "白寿", "はくじゅ", "Hakuju", "「百」から一を取ると「白」",
         "百, a hundred, less one stroke is 白, white"),
        (100, "百寿", "ひゃくじゅ", "Hyakuju", "百歳の祝い", "A hundred years"),
        (108, "茶寿", "ちゃじゅ", "Chaju", "「茶」を分けると十・十・八十八",
         "茶, tea, is made of ten, ten and eighty-eight"),
        (111, "皇寿", "こうじゅ", "Kōju", "「皇」を分けると白（九十九）・一・十・一",
         "皇 is made of 白 (ninety-nine), one, ten and one"),
    )
}  # fmt: skip
