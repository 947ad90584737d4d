"""The settings are the ones agreed, and docs/settings.md says so."""

from pathlib import Path

from kirosample.settings import OPTIONS
from kirosample.settings_reference import render

DOCUMENT = Path(__file__).parent.parent / "docs" / "settings.md"

# Others build on these names and defaults: a change here is a change for them.
AGREED = {
    "PORT": "3000",
    "DATABASE_URL": "the embedded server",
    "KIROSAMPLE_DB_HOST": "",
    "KIROSAMPLE_DB_PORT": "5432",
    "KIROSAMPLE_DB_NAME": "",
    "KIROSAMPLE_DB_USER": "",
    "KIROSAMPLE_DB_PASSWORD": "",
    "KIROSAMPLE_DB_TLS": "`verify-full` with the parts, what the URL says otherwise",
    "KIROSAMPLE_DATA_DIR": "the user's data folder",
    "KIROSAMPLE_COOKIE_KEYS": "made once in the data folder; required where there is none",
    "KIROSAMPLE_TRUSTED_PROXIES": "none",
    "KIROSAMPLE_PUBLIC_URL": "the address served",
    "KIROSAMPLE_WRITES_PER_MINUTE": "120",
    "KIROSAMPLE_NEW_VISITORS_PER_MINUTE": "30",
    "KIROSAMPLE_DRAIN_SECONDS": "0 (5 in the task)",
    "KIROSAMPLE_METRICS": "off (on in the task)",
}


def test_the_settings_are_the_agreed_ones() -> None:
    assert {option.name: option.default for option in OPTIONS} == AGREED


def test_every_default_that_is_a_value_is_one_that_the_setting_accepts() -> None:
    for option in OPTIONS:
        if option.default.isdigit():
            assert option.parse(option.default) == int(option.default)


def test_what_a_secret_manager_hands_over_is_marked_secret() -> None:
    secret = {option.name for option in OPTIONS if option.secret}
    assert secret == {
        "DATABASE_URL",
        "KIROSAMPLE_DB_USER",
        "KIROSAMPLE_DB_PASSWORD",
        "KIROSAMPLE_COOKIE_KEYS",
    }


def test_the_document_is_the_generated_one() -> None:
    assert DOCUMENT.read_text(encoding="utf-8") == render(), (
        "run `python -m kirosample.settings_reference > docs/settings.md`"
    )
