"""Settings are read strictly, and an error names the setting."""

from dataclasses import replace
from ipaddress import ip_network
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.notes_settings import NOTES, OPTIONS, PARTS, URL, Settings, read

from ishizue import settings
from ishizue.settings import Migration, SettingsError, default_data_dir
from ishizue.storage.database_url import DatabaseUrl


def test_every_setting_is_read() -> None:
    settings = read(
        {
            "PORT": "65535",
            "DATABASE_URL": "postgresql://db/notes",
            "NOTES_DB_TLS": "require",
            "NOTES_DATA_DIR": "/srv/notes",
            "NOTES_TRUSTED_PROXIES": "10.0.1.0/24, 2001:db8::/32",
            "NOTES_PUBLIC_URL": "https://Example.com/",
            "NOTES_WRITES_PER_MINUTE": "60",
            "NOTES_DRAIN_SECONDS": "20",
        }
    )
    assert settings.port == 65535
    assert settings.database == DatabaseUrl("postgresql://db/notes", "require")
    assert settings.data_dir == Path("/srv/notes")
    assert settings.trusted_proxies == (ip_network("10.0.1.0/24"), ip_network("2001:db8::/32"))
    assert settings.public_url == "https://example.com"
    assert settings.writes_per_minute == 60
    assert settings.drain_seconds == 20
    assert read({"DATABASE_URL": "none"}).database is None


def test_the_database_in_parts_is_reached_with_verified_tls() -> None:
    assert read(PARTS).database == DatabaseUrl(
        "postgresql://app:p%40ss%2Fw%C3%B6rd@db.example:5432/notes", "verify-full"
    )
    of_ipv6 = read({**PARTS, "NOTES_DB_HOST": "2001:db8::1"}).database
    assert isinstance(of_ipv6, DatabaseUrl)
    assert "@[2001:db8::1]:5432/" in of_ipv6.url


OWNER = {
    "NOTES_MIGRATION_DB_USER": "owner",
    "NOTES_MIGRATION_DB_PASSWORD": "o@",
    **PARTS,
    "NOTES_DB_PASSWORD": "p@",
}


def test_the_owner_of_the_schema_is_at_the_same_database() -> None:
    migration = read({**OWNER, "NOTES_DB_TLS": "require"}).migration
    owner = DatabaseUrl("postgresql://owner:o%40@db.example:5432/notes", "require")
    assert migration == Migration(owner, "app", "p@")
    assert "p@" not in repr(migration)
    assert read(PARTS).migration is None


@pytest.mark.parametrize(
    ("environ", "named"),
    [
        ({"PORT": "0"}, "PORT"),
        ({"PORT": "65536"}, "PORT"),
        ({"PORT": "３０００"}, "PORT"),
        ({"PORT": ""}, "PORT is empty"),
        ({"DATABASE_URL": "mysql://db/x"}, "DATABASE_URL"),
        ({"DATABASE_URL": "postgresql://db/x", **PARTS}, "DATABASE_URL and NOTES_DB_"),
        ({"NOTES_DB_HOST": "db.example"}, "NOTES_DB_NAME"),
        ({"NOTES_MIGRATION_DB_USER": "owner"}, "set NOTES_MIGRATION_DB_PASSWORD too"),
        (
            {name: value for name, value in OWNER.items() if "MIGRATION" in name},
            "set the database in parts too",
        ),
        ({**OWNER, "NOTES_DB_USER": "owner"}, "NOTES_MIGRATION_DB_USER is"),
        ({**OWNER, "NOTES_DB_PASSWORD": "wörd"}, "NOTES_DB_PASSWORD is not ASCII"),
        ({"NOTES_DB_TLS": "on"}, "NOTES_DB_TLS"),
        ({"NOTES_DATA_DIR": "/srv/\udcff"}, "NOTES_DATA_DIR is not UTF-8"),
        ({"PORT": "3\n"}, "PORT"),
        ({**PARTS, "NOTES_DB_HOST": "db:5432"}, "NOTES_DB_HOST"),
        ({**PARTS, "NOTES_DB_USER": "a\0b"}, "NOTES_DB_USER has a NUL"),
        ({"NOTES_DB_USER_FILE": "/nowhere/at/all"}, "NOTES_DB_USER_FILE"),
        ({"NOTES_TRUSTED_PROXIES": "10.0.1.1/24"}, "NOTES_TRUSTED_PROXIES"),
        ({"NOTES_TRUSTED_PROXIES": "balancer"}, "NOTES_TRUSTED_PROXIES"),
        *(
            ({"NOTES_TRUSTED_PROXIES": every}, "NOTES_TRUSTED_PROXIES trusts every address")
            for every in ("0.0.0.0/0", "::/0", "10.0.0.0/8, ::/0", "0.0.0.0/1,128.0.0.0/1")
        ),
        ({"NOTES_PUBLIC_URL": "example.com"}, "NOTES_PUBLIC_URL"),
        ({"NOTES_PUBLIC_URL": "https://example.com/path"}, "NOTES_PUBLIC_URL"),
        ({"NOTES_PUBLIC_URL": "https://u:p@example.com"}, "NOTES_PUBLIC_URL"),
        ({"NOTES_PUBLIC_URL": "https://example.com:"}, "NOTES_PUBLIC_URL"),
        ({"NOTES_PUBLIC_URL": "https://exa mple.com"}, "NOTES_PUBLIC_URL"),
        ({"NOTES_PUBLIC_URL": "https://例え.jp"}, "NOTES_PUBLIC_URL"),
        ({"NOTES_WRITES_PER_MINUTE": "0"}, "NOTES_WRITES_PER_MINUTE"),
        ({"NOTES_DRAIN_SECONDS": "-1"}, "NOTES_DRAIN_SECONDS"),
        ({"NOTES_DRAIN_SECONDS": "21"}, "NOTES_DRAIN_SECONDS"),
        ({"NOTES_COLOR": "red"}, "NOTES_COLOR"),
        ({"NOTES_PUBLIC_URL_FILE": "/etc/hostname"}, "NOTES_PUBLIC_URL_FILE"),
    ],
)
def test_a_malformed_value_is_named(environ: dict[str, str], named: str) -> None:
    with pytest.raises(SettingsError, match=named) as caught:
        read(environ)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("content", "beside", "words"),
    [
        ("", {}, "names an empty file"),
        (" \n", {}, "names an empty file"),
        (URL[1:], {}, "is neither"),
        (URL, {"DATABASE_URL": URL}, ""),  # a secret cannot be set twice
    ],
)
def test_a_secret_may_be_in_a_file_that_has_all_of_it_and_is_the_only_one(
    tmp_path: Path, content: str, beside: dict[str, str], words: str
) -> None:
    file = tmp_path / "url"
    file.write_text(f"{URL}\n")
    assert read({"DATABASE_URL_FILE": str(file)}).database == DatabaseUrl(URL)
    file.write_text(content)
    with pytest.raises(SettingsError, match=f"DATABASE_URL_FILE.*{words}"):
        read({"DATABASE_URL_FILE": str(file), **beside})


@given(st.sampled_from([option for option in OPTIONS if option.secret]), st.text(min_size=1))
def test_a_secret_is_never_shown(option: object, text: str) -> None:
    name = option.name  # type: ignore[attr-defined]
    secret = f"s3cret{text}"
    try:
        shown = repr(read({**PARTS, name: secret}))
    except SettingsError as error:
        shown = str(error)
    assert "s3cret" not in shown


def data_dir(**environ: str) -> Path:
    return default_data_dir(environ, "notes")


def test_the_data_folder_follows_the_users_home(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("os.geteuid", lambda: 1000)
    monkeypatch.setattr("sys.platform", "linux")
    home = Path("/home/a/.local/share/notes")
    assert data_dir(HOME="/home/a") == home
    assert data_dir(HOME="/home/a", XDG_DATA_HOME="d") == home, "not absolute"
    assert data_dir(HOME="/home/a", XDG_DATA_HOME="/d") == Path("/d/notes")
    monkeypatch.setattr("sys.platform", "darwin")
    expected = Path("/Users/a/Library/Application Support/notes")
    assert data_dir(HOME="/Users/a") == expected
    monkeypatch.setattr("os.geteuid", lambda: 0)
    assert data_dir(HOME="/root") == Path("/var/lib/notes")


@pytest.mark.parametrize(
    ("setting", "ours"),
    [
        ("https://Example.com/", "https://example.com"),
        ("https://example.com:443", "https://example.com"),
        ("http://example.com:80", "http://example.com"),
        ("https://example.com:8443", "https://example.com:8443"),
        ("http://[2001:DB8::1]:3000", "http://[2001:db8::1]:3000"),
        ("http://127.0.0.1:80/", "http://127.0.0.1"),
    ],
)
def test_a_public_url_is_read_as_an_origin(setting: str, ours: str) -> None:
    assert read({"NOTES_PUBLIC_URL": setting, "DATABASE_URL": "none"}).public_url == ours


@pytest.mark.parametrize("environ", [{"PORT": "high"}, {"NOTES_COLOR": "red"}])
def test_a_service_says_what_is_wrong_in_its_own_language(environ: dict[str, str]) -> None:
    class Japanese(Settings):
        product = replace(NOTES, language="ja")

    with pytest.raises(SettingsError) as english:
        read(environ)
    with pytest.raises(SettingsError) as japanese:
        settings.read(environ, Japanese, OPTIONS)
    assert str(english.value).isascii()
    assert str(japanese.value).startswith(f"{english.value} / ")
    assert not str(japanese.value).isascii()
