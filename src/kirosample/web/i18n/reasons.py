"""The reasons of a reading: a sentence for each fact of the sky.

The sentences are messages: Japanese here, English in `locale/`.
"""

from typing import Final

from kirosample.horoscope import BODY_NAMES, SIGNS_BY_ID
from kirosample.horoscope.sky import Aspect, Fact, InHouse, MoonPhase, Retrograde, Season
from kirosample.web.i18n.languages import Messages

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
"""Each house with its matters, the first house first."""

_IN_HOUSE: Final = "{body}は{sign}にあり、あなたの{house}を通っています。"
_ASPECT: Final = {
    0: "{faster}と{slower}がほぼ0度で重なっています。",
    60: "{faster}と{slower}がほぼ60度で助け合っています。",
    90: "{faster}と{slower}がほぼ90度で張り合っています。",
    120: "{faster}と{slower}がほぼ120度で調和しています。",
    180: "{faster}と{slower}がほぼ180度で向かい合っています。",
}
_RETROGRADE: Final = "{body}は逆行中です。"
_NEW_MOON: Final = "新月の日です。"
_FULL_MOON: Final = "満月の日です。"
_SEASON: Final = "太陽は{sign}を進んでいます。"

SENTENCES: Final = (
    _IN_HOUSE,
    *_ASPECT.values(),
    _RETROGRADE,
    _NEW_MOON,
    _FULL_MOON,
    _SEASON,
)
BODY: Final = "body in a sentence"
"""The gettext context of a body's name here: in English two of them have an article."""


def reason(fact: Fact, messages: Messages) -> str:
    """The sentence of a fact."""
    sentence = _sentence(fact, messages)
    # An English sentence may begin with a name in lower case, such as "the Sun".
    return sentence[0].upper() + sentence[1:]


def _sentence(fact: Fact, messages: Messages) -> str:
    def body(id_: str) -> str:
        return messages.word(BODY, BODY_NAMES[id_])

    def sign(id_: str) -> str:
        return messages.text(SIGNS_BY_ID[id_].name)

    match fact:
        case InHouse():
            house = messages.word("house", HOUSES[fact.house - 1])
            return messages.say(_IN_HOUSE, body=body(fact.body), sign=sign(fact.sign), house=house)
        case Aspect():
            message = _ASPECT[fact.angle]
            return messages.say(message, faster=body(fact.faster), slower=body(fact.slower))
        case Retrograde():
            return messages.say(_RETROGRADE, body=body(fact.body))
        case MoonPhase():
            return messages.say(_FULL_MOON if fact.full else _NEW_MOON)
        case Season():
            return messages.say(_SEASON, sign=sign(fact.sign))
