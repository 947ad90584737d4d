"""Why a reading says what it says: each fact of the sky as a sentence.

The sentences are messages: Japanese here, English in `locale/`.
"""

from typing import Final

from kirosample.horoscope import (
    SIGNS,
    Aspect,
    Fact,
    InHouse,
    MoonPhase,
    Retrograde,
    Season,
    ToSign,
)
from kirosample.web.messages import Messages
from kirosample.web.pictures import BODIES

HOUSES: Final = (
    "第1室（自分自身）",
    "第2室（お金と持ち物）",
    "第3室（学びと便り）",
    "第4室（家と家族）",
    "第5室（恋と楽しみ）",
    "第6室（毎日の仕事と習慣）",
    "第7室（人との関係）",
    "第8室（分かち合い）",
    "第9室（旅と広い世界）",
    "第10室（仕事と役割）",
    "第11室（友人と希望）",
    "第12室（休息と心の内）",
)
"""Each house with what it is about, the first house first."""

_IN_HOUSE: Final = "{body}は{sign}にあり、あなたの{house}を通っています。"
_TO_SIGN: Final = {
    60: "{body}は{sign}にあり、あなたの星座と60度で助け合っています。",
    90: "{body}は{sign}にあり、あなたの星座と90度で張り合っています。",
    120: "{body}は{sign}にあり、あなたの星座と120度で調和しています。",
    180: "{body}は{sign}にあり、あなたの星座と180度で向かい合っています。",
}
_ASPECT: Final = {
    0: "{faster}と{slower}がほぼ0度で重なっています。",
    60: "{faster}と{slower}がほぼ60度で助け合っています。",
    90: "{faster}と{slower}がほぼ90度で張り合っています。",
    120: "{faster}と{slower}がほぼ120度で調和しています。",
    180: "{faster}と{slower}がほぼ180度で向かい合っています。",
}
_RETROGRADE: Final = "{body}は逆行中です。"
_MOON_PHASE: Final = (
    "月の満ち欠けは、新月のころです。",
    "月の満ち欠けは、三日月のころです。",
    "月の満ち欠けは、上弦のころです。",
    "月の満ち欠けは、満月に向かうころです。",
    "月の満ち欠けは、満月のころです。",
    "月の満ち欠けは、満月を過ぎたころです。",
    "月の満ち欠けは、下弦のころです。",
    "月の満ち欠けは、新月に向かうころです。",
)
_SEASON: Final = "太陽は{sign}を進んでいます。"

SENTENCES: Final = (
    _IN_HOUSE,
    *_TO_SIGN.values(),
    *_ASPECT.values(),
    _RETROGRADE,
    *_MOON_PHASE,
    _SEASON,
)
BODY: Final = "body in a sentence"
"""The kind of word that a body's name is here: English has an article before two of them."""

_SIGN_NAMES: Final = {sign.id: sign.name for sign in SIGNS}


def reason(fact: Fact, messages: Messages) -> str:
    """The sentence that tells a fact, in the language of the messages."""
    said = _said(fact, messages)
    # It may begin with a name as it stands within; what is Japanese has no capitals.
    return said[0].upper() + said[1:]


def _said(fact: Fact, messages: Messages) -> str:
    def body(id_: str) -> str:
        _, name = BODIES[id_]
        return messages.word(BODY, name)

    def sign(id_: str) -> str:
        return messages.word("sign", _SIGN_NAMES[id_])

    match fact:
        case InHouse():
            house = messages.word("house", HOUSES[fact.house - 1])
            return messages.say(_IN_HOUSE, body=body(fact.body), sign=sign(fact.sign), house=house)
        case ToSign():
            form = _TO_SIGN[fact.angle]
            return messages.say(form, body=body(fact.body), sign=sign(fact.sign))
        case Aspect():
            form = _ASPECT[fact.angle]
            return messages.say(form, faster=body(fact.faster), slower=body(fact.slower))
        case Retrograde():
            return messages.say(_RETROGRADE, body=body(fact.body))
        case MoonPhase():
            return messages.say(_MOON_PHASE[fact.eighth])
        case Season():
            return messages.say(_SEASON, sign=sign(fact.sign))
