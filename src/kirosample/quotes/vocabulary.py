"""The fixed words of the catalogue: topics, statuses, languages, authors without dates."""

TOPICS = (
    "人生", "時間", "自然", "季節", "学び", "仕事", "友情", "愛", "勇気", "希望", "幸福", "知恵",
    "言葉", "美", "芸術", "自分", "世間", "孤独", "旅", "自由", "日常", "習慣", "心", "読書",
)  # fmt: skip

VERIFIED = "verified"  # read in the published text or a scholarly edition, named in `seen`
COPIED = "copied"  # read in a copy that others made, without an edition; named in `seen`
CITED = "cited"  # the source is named, but its text was not at hand
STATUSES = (VERIFIED, COPIED, CITED)

LANGUAGES = {
    "ang": "古英語", "ar": "アラビア語", "bn": "ベンガル語", "cs": "チェコ語",
    "da": "デンマーク語", "de": "ドイツ語", "en": "英語", "es": "スペイン語",
    "fa": "ペルシア語", "fr": "フランス語", "grc": "古代ギリシア語", "it": "イタリア語",
    "ja": "日本語", "la": "ラテン語", "nl": "オランダ語", "no": "ノルウェー語", "pi": "パーリ語",
    "pl": "ポーランド語", "pt": "ポルトガル語", "ru": "ロシア語", "sa": "サンスクリット",
    "sv": "スウェーデン語", "zh": "漢文・中国語",
}  # fmt: skip
"""Languages an original may be in (BCP 47 tags) and their Japanese names."""

UNDATED = frozenset({"作者不詳", "和泉式部", "太上隠者", "小野小町", "洪自誠", "老子", "額田王"})
"""Authors of old works without known years; all others need a year of death."""
