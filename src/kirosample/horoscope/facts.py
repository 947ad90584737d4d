"""The facts of the day's sky in plain Japanese, as `because` tells them to a reader."""

from typing import Final

from kirosample.horoscope.signs import POSITION, SIGNS, house
from kirosample.horoscope.sky import Aspect, Placement

BODY_NAMES: Final = {
    "moon": "月",
    "mercury": "水星",
    "venus": "金星",
    "sun": "太陽",
    "mars": "火星",
    "jupiter": "木星",
    "saturn": "土星",
    "uranus": "天王星",
    "neptune": "海王星",
    "pluto": "冥王星",
}
HOUSE_NAMES: Final = (
    "自分自身",
    "お金と持ち物",
    "学びと便り",
    "家と家族",
    "恋と楽しみ",
    "毎日の仕事と習慣",
    "人との関係",
    "分かち合い",
    "旅と広い世界",
    "仕事と役割",
    "友人と希望",
    "休息と心の内",
)
"""What each house is about, the first house first."""

PHASE_NAMES: Final = (
    "新月のころ",
    "三日月のころ",
    "上弦のころ",
    "満月に向かうころ",
    "満月のころ",
    "満月を過ぎたころ",
    "下弦のころ",
    "新月に向かうころ",
)
_ASPECTS: Final = {
    0: "ほぼ0度で重なっています",
    60: "ほぼ60度で助け合っています",
    90: "ほぼ90度で張り合っています",
    120: "ほぼ120度で調和しています",
    180: "ほぼ180度で向かい合っています",
}
_TO_SIGN: Final = {
    True: {
        3: "60度で助け合って",
        5: "120度で調和して",
        9: "120度で調和して",
        11: "60度で助け合って",
    },
    False: {4: "90度で張り合って", 7: "180度で向かい合って", 10: "90度で張り合って"},
}


def in_house(placed: Placement, sign: str) -> str:
    """In which sign a body stands, and through which house of `sign` that takes it."""
    number = house(placed.sign, sign)
    return (
        f"{BODY_NAMES[placed.body]}は{_name(placed.sign)}にあり、"
        f"あなたの第{number}室（{HOUSE_NAMES[number - 1]}）を通っています。"
    )


def to_sign(placed: Placement, sign: str, *, kindly: bool) -> str:
    """The whole-sign aspect of a body to `sign`, or its house where none is of that kind."""
    number = house(placed.sign, sign)
    if number not in _TO_SIGN[kindly]:
        return in_house(placed, sign)
    angle = _TO_SIGN[kindly][number]
    return f"{BODY_NAMES[placed.body]}は{_name(placed.sign)}にあり、あなたの星座と{angle}います。"


def between(aspect: Aspect) -> str:
    """Which two bodies stand at which angle."""
    pair = f"{BODY_NAMES[aspect.faster]}と{BODY_NAMES[aspect.slower]}"
    return f"{pair}が{_ASPECTS[aspect.angle]}。"


def retrograde(body: str) -> str:
    """That a body moves backwards."""
    return f"{BODY_NAMES[body]}は逆行中です。"


def phase_index(phase: float) -> int:
    """The eighth of the month, 0 to 7, centred on new moon, 45°, first quarter and so on."""
    return int((phase + 22.5) // 45) % 8


def moon_phase(phase: float) -> str:
    """Which eighth of the month it is."""
    return f"月の満ち欠けは、{PHASE_NAMES[phase_index(phase)]}です。"


def season(sun: Placement) -> str:
    """Through which sign the Sun passes."""
    return f"太陽は{_name(sun.sign)}を進んでいます。"


def _name(sign: str) -> str:
    return SIGNS[POSITION[sign]].name
