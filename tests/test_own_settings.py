"""The portal's own settings. Those of every service are tested in `ishizue`."""

import pytest

from ishizue.settings import SettingsError
from kirosample.settings import read

KEY, OTHER = "0123456789abcdef" * 2, "fedcba9876543210" * 2
KEYS = "KIROSAMPLE_COOKIE_KEYS"
CONTACT = "KIROSAMPLE_CONTACT"
CONTROL = [chr(code) for code in (*range(0x20), *range(0x7F, 0xA0), 0x2028, 0x2029)]
NEW = "KIROSAMPLE_NEW_VISITORS_PER_MINUTE"


def test_they_have_defaults_and_are_read() -> None:
    assert (read({}).cookie_keys, read({}).new_visitors_per_minute) == ((), 30)
    settings = read({KEYS: f"{KEY}, {OTHER}", NEW: "15"})
    assert settings.cookie_keys == (KEY.encode(), OTHER.encode())
    assert settings.new_visitors_per_minute == 15


@pytest.mark.parametrize(
    ("environ", "named"),
    [
        ({KEYS: f"{KEY},"}, KEYS),
        ({KEYS: KEY[1:]}, f"{KEYS} has a key under 32 bytes"),
        ({KEYS: f"{KEY},{OTHER[1:]}"}, KEYS),
        ({KEYS: f"{KEY}, {'a' * 64}"}, f"{KEYS} has a key of one repeated character"),
        ({NEW: "0"}, NEW),
        ({CONTACT: "http://example.com"}, f"{CONTACT} is neither an e-mail address nor"),
        ({CONTACT: "owner@example.com?subject=x"}, CONTACT),
        ({CONTACT: "https://example.com/ x"}, CONTACT),
        ({"KIROSAMPLE_LOGS": "balancer:30,diary:9"}, "KIROSAMPLE_LOGS names a log other than"),
        ({"KIROSAMPLE_LOGS": "balancer"}, "KIROSAMPLE_LOGS is not a whole number"),
        ({f"{CONTACT}_NAME": "山田"}, f"set {CONTACT} too"),
        ({"KIROSAMPLE_COLOR": "red"}, "KIROSAMPLE_COLOR is not a setting of KiroSample"),
    ],
)
def test_a_malformed_value_is_named_and_no_key_is_shown(
    environ: dict[str, str], named: str
) -> None:
    with pytest.raises(SettingsError, match=named) as caught:
        read(environ)
    assert KEY[1:] not in str(caught.value)
    assert KEY not in repr(read({KEYS: KEY}))


@pytest.mark.parametrize("character", CONTROL)
def test_a_contact_has_no_control_character(character: str) -> None:
    for value in (f"own{character}er@example.com", f"https://example.com/{character}"):
        with pytest.raises(SettingsError, match=CONTACT):
            read({CONTACT: value})
    with pytest.raises(SettingsError, match=f"{CONTACT}_NAME"):
        read({CONTACT: "owner@example.com", f"{CONTACT}_NAME": f"山田{character}太郎"})
    assert read({CONTACT: "owner@example.com", f"{CONTACT}_NAME": "山田\u3000太郎"}).contact_name
