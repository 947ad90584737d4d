"""What two lines of one reading must not do to each other: repeat, contradict, run backwards."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

_MOTIFS: Final = re.compile(
    "茶|コーヒー|散歩|歩|本|ページ|手帳|ノート|メモ|音楽|曲|歌|電話|"
    "返事|便り|手紙|窓|花|呼吸|写真|鏡|靴|鞄|財布|机|引き出し|棚|台所|"
    "料理|汁|スープ|お湯|湯船|布団|眠|早起き|空|星|雲|風|雨|道|駅|電車|"
    "店|パン|おやつ|お菓子|甘|飲みもの|昼|朝|夜|夕|予定|約束|笑|"
    "ありがとう|お礼|ひとこと|話|聞|声|相談|質問|名前|連絡|友|家族|"
    "仲間|同僚|片づけ|掃除|拭|洗|捨|整|買|レシート|贈|おすそ分け|"
    "いただきもの|分け|地図|旅|遠|新しい|急|ゆっくり|休|服|色|香り|"
    "湯気|温か|小さな|少し|一つ|一行|十分|五分|三つ|半分|紙|書|席|"
    "椅子|月|光|夢|種|芽|植物"
)
_TIMES: Final = (("朝", "目が覚め", "起き"), ("昼", "午後"), ("夕", "夜", "帰り", "寝る", "眠る"))
_OPPOSITES: Final = (
    (("一人", "ひとり", "静か"), ("みんな", "大勢", "集まり", "にぎや", "誘")),
    (("家で", "部屋", "家に"), ("遠出", "旅", "寄り道", "出かけ")),
    (("休", "のんびり", "ゆっくり"), ("勢い", "さっと", "すぐ", "早めに", "思いきって")),
    (("聞き役", "耳を傾け", "黙"), ("あなたから話", "声をかけ", "口に出")),
    (("新しい", "はじめて", "初めて"), ("いつもの", "見慣れた", "慣れた")),
)
_ENDING: Final = 4
_OPENING: Final = 3


@dataclass(frozen=True, slots=True)
class Line:
    """A text with what is compared: how it begins and ends, its motifs, the sides it takes (bits)
    and its times of day."""

    text: str
    opening: str
    ending: str
    motifs: frozenset[str]
    sides: int
    opposed: int
    earliest: int
    latest: int


@lru_cache(maxsize=2048)
def line(text: str) -> Line:
    """The line of a text; texts are the few hundred of `sentences`."""
    sides = opposed = 0
    for bit, pair in enumerate(_OPPOSITES):
        for side in (0, 1):
            if any(word in text for word in pair[side]):
                sides |= 1 << (2 * bit + side)
                opposed |= 1 << (2 * bit + 1 - side)
    times = [time for time, words in enumerate(_TIMES) if any(word in text for word in words)]
    motifs = frozenset(_MOTIFS.findall(text))
    return Line(
        text,
        opening=text[:_OPENING],
        ending=text[-_ENDING:],
        motifs=motifs,
        sides=sides,
        opposed=opposed,
        earliest=min(times, default=0),
        latest=max(times, default=-1),
    )


def friction(new: Line, before: Sequence[Line]) -> int:
    """How badly a line follows those before it in a reading; 0 is smoothly."""
    found = 0
    for old in before:
        found += 12 * len(new.motifs & old.motifs)
        found += 40 * (new.sides & old.opposed).bit_count()
        if new.latest >= 0 and new.earliest < old.latest:
            found += 30
        if new.opening == old.opening:
            found += 40
        if new.ending == old.ending:
            found += 25 if old is before[-1] else 6
    return found
