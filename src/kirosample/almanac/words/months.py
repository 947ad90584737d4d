"""月の名: the old names of the months, given to the months of the Gregorian calendar by custom.

Their origins are disputed; each meaning is the explanation that is usually given.
"""

from kirosample.almanac.words.word import Word
from kirosample.text import Text

MONTHS = tuple(
    Word(Text(name, romaji), Text(kana, romaji), Text(ja, en))
    for name, kana, romaji, ja, en in (
        ("睦月", "むつき", "Mutsuki", "親しい人が集い、睦みあう月", "The month of friendship"),
        ("如月", "きさらぎ", "Kisaragi", "衣をさらに重ねて着る月",
         "The month of wearing more layers"),
        ("弥生", "やよい", "Yayoi", "草木がいよいよ生い茂る月", "The month of new growth"),
        ("卯月", "うづき", "Uzuki", "卯の花の咲く月", "The month of deutzia flowers"),
        ("皐月", "さつき", "Satsuki", "早苗を植える月", "The month of rice planting"),
        ("水無月", "みなづき", "Minazuki", "田に水を引く、「水の月」", "The month of water"),
        ("文月", "ふみづき", "Fumizuki", "書を開いて星にささげる月",
         "The month of opening books to the stars"),
        ("葉月", "はづき", "Hazuki", "木の葉の落ちはじめる月",
         "The month when leaves begin to fall"),
        ("長月", "ながつき", "Nagatsuki", "夜の長い月", "The month of long nights"),
        ("神無月", "かんなづき", "Kannazuki", "神々が出雲に集うという月",
         "The month when the gods gather at Izumo"),
        ("霜月", "しもつき", "Shimotsuki", "霜のおりる月", "The month of frost"),
        ("師走", "しわす", "Shiwasu", "師も走るほど、せわしい月",
         "The month so busy that even priests run"),
    )
)  # fmt: skip
"""From the first month to the twelfth."""
