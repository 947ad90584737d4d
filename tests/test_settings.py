"""Settings are read strictly, and an error names the setting."""

from ipaddress import ip_network
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kirosample.settings import (
    OPTIONS,
    EmbeddedDatabase,
    Migration,
    SettingsError,
    default_data_dir,
    read,
)
from kirosample.storage.database_url import DatabaseUrl

PARTS = {
    "KIROSAMPLE_DB_HOST": "db.example",
    "KIROSAMPLE_DB_NAME": "kirosample",
    "KIROSAMPLE_DB_USER": "app",
    "KIROSAMPLE_DB_PASSWORD": "p@ss/wörd",
}
URL = "postgresql://app:secret@db/kirosample"
# portal
KEY, OTHER = "0123456789abcdef" * 2, "fedcba9876543210" * 2
# /portal


def test_an_empty_environment_gives_the_defaults() -> None:
    settings = read({})
    assert settings.port == 3000
    assert settings.database == EmbeddedDatabase()
    assert settings.writes_per_minute == 120
    # portal
    assert settings.new_visitors_per_minute == 30
    # /portal
    assert settings.drain_seconds == 0
    assert settings.trusted_proxies == ()
    assert settings.public_url is None
    assert read({"DATABASE_URL": "none"}).database is None


def test_every_setting_is_read() -> None:
    settings = read(
        {
            "PORT": "65535",
            "DATABASE_URL": "postgresql://db/kirosample",
            "KIROSAMPLE_DB_TLS": "require",
            "KIROSAMPLE_DATA_DIR": "/srv/kirosample",
            # portal
            "KIROSAMPLE_COOKIE_KEYS": f"{KEY}, {OTHER}",
            "KIROSAMPLE_NEW_VISITORS_PER_MINUTE": "15",
            # /portal
            "KIROSAMPLE_TRUSTED_PROXIES": "10.0.1.0/24, 2001:db8::/32",
            "KIROSAMPLE_PUBLIC_URL": "https://Example.com/",
            "KIROSAMPLE_WRITES_PER_MINUTE": "60",
            "KIROSAMPLE_DRAIN_SECONDS": "20",
        }
    )
    assert settings.port == 65535
    assert settings.database == DatabaseUrl("postgresql://db/kirosample", "require")
    assert settings.data_dir == Path("/srv/kirosample")
    # portal
    assert settings.cookie_keys == (KEY.encode(), OTHER.encode())
    assert settings.new_visitors_per_minute == 15
    # /portal
    assert settings.trusted_proxies == (ip_network("10.0.1.0/24"), ip_network("2001:db8::/32"))
    assert settings.public_url == "https://example.com"
    assert settings.writes_per_minute == 60
    assert settings.drain_seconds == 20


def test_the_database_in_parts_is_reached_with_verified_tls() -> None:
    assert read(PARTS).database == DatabaseUrl(
        "postgresql://app:p%40ss%2Fw%C3%B6rd@db.example:5432/kirosample", "verify-full"
    )
    of_ipv6 = read({**PARTS, "KIROSAMPLE_DB_HOST": "2001:db8::1"}).database
    assert isinstance(of_ipv6, DatabaseUrl)
    assert "@[2001:db8::1]:5432/" in of_ipv6.url


OWNER = {
    "KIROSAMPLE_MIGRATION_DB_USER": "owner",
    "KIROSAMPLE_MIGRATION_DB_PASSWORD": "o@",
    **PARTS,
    "KIROSAMPLE_DB_PASSWORD": "p@",
}


def test_the_owner_of_the_schema_is_at_the_same_database() -> None:
    migration = read({**OWNER, "KIROSAMPLE_DB_TLS": "require"}).migration
    owner = DatabaseUrl("postgresql://owner:o%40@db.example:5432/kirosample", "require")
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
        ({"DATABASE_URL": "postgresql://db/x", **PARTS}, "DATABASE_URL and KIROSAMPLE_DB_"),
        ({"KIROSAMPLE_DB_HOST": "db.example"}, "KIROSAMPLE_DB_NAME"),
        ({"KIROSAMPLE_MIGRATION_DB_USER": "owner"}, "set KIROSAMPLE_MIGRATION_DB_PASSWORD too"),
        (
            {name: value for name, value in OWNER.items() if "MIGRATION" in name},
            "set the database in parts too",
        ),
        ({**OWNER, "KIROSAMPLE_DB_USER": "owner"}, "KIROSAMPLE_MIGRATION_DB_USER is"),
        ({**OWNER, "KIROSAMPLE_DB_PASSWORD": "wörd"}, "KIROSAMPLE_DB_PASSWORD is not ASCII"),
        ({"KIROSAMPLE_DB_TLS": "on"}, "KIROSAMPLE_DB_TLS"),
        # portal
        ({"KIROSAMPLE_COOKIE_KEYS": f"{KEY},"}, "KIROSAMPLE_COOKIE_KEYS"),
        ({"KIROSAMPLE_COOKIE_KEYS": KEY[1:]}, "KIROSAMPLE_COOKIE_KEYS has a key under 32 bytes"),
        ({"KIROSAMPLE_COOKIE_KEYS": f"{KEY},{OTHER[1:]}"}, "KIROSAMPLE_COOKIE_KEYS"),
        ({"KIROSAMPLE_NEW_VISITORS_PER_MINUTE": "0"}, "KIROSAMPLE_NEW_VISITORS_PER_MINUTE"),
        # /portal
        ({"KIROSAMPLE_DATA_DIR": "/srv/\udcff"}, "KIROSAMPLE_DATA_DIR is not UTF-8"),
        ({"PORT": "3\n"}, "PORT"),
        ({**PARTS, "KIROSAMPLE_DB_HOST": "db:5432"}, "KIROSAMPLE_DB_HOST"),
        ({**PARTS, "KIROSAMPLE_DB_USER": "a\0b"}, "KIROSAMPLE_DB_USER has a NUL"),
        ({"KIROSAMPLE_DB_USER_FILE": "/nowhere/at/all"}, "KIROSAMPLE_DB_USER_FILE"),
        ({"KIROSAMPLE_TRUSTED_PROXIES": "10.0.1.1/24"}, "KIROSAMPLE_TRUSTED_PROXIES"),
        ({"KIROSAMPLE_TRUSTED_PROXIES": "balancer"}, "KIROSAMPLE_TRUSTED_PROXIES"),
        ({"KIROSAMPLE_PUBLIC_URL": "example.com"}, "KIROSAMPLE_PUBLIC_URL"),
        ({"KIROSAMPLE_PUBLIC_URL": "https://example.com/path"}, "KIROSAMPLE_PUBLIC_URL"),
        ({"KIROSAMPLE_PUBLIC_URL": "https://u:p@example.com"}, "KIROSAMPLE_PUBLIC_URL"),
        ({"KIROSAMPLE_PUBLIC_URL": "https://example.com:"}, "KIROSAMPLE_PUBLIC_URL"),
        ({"KIROSAMPLE_PUBLIC_URL": "https://exa mple.com"}, "KIROSAMPLE_PUBLIC_URL"),
        ({"KIROSAMPLE_PUBLIC_URL": "https://例え.jp"}, "KIROSAMPLE_PUBLIC_URL"),
        ({"KIROSAMPLE_WRITES_PER_MINUTE": "0"}, "KIROSAMPLE_WRITES_PER_MINUTE"),
        ({"KIROSAMPLE_DRAIN_SECONDS": "-1"}, "KIROSAMPLE_DRAIN_SECONDS"),
        ({"KIROSAMPLE_DRAIN_SECONDS": "21"}, "KIROSAMPLE_DRAIN_SECONDS"),
        ({"KIROSAMPLE_COLOR": "red"}, "KIROSAMPLE_COLOR"),
        ({"KIROSAMPLE_PUBLIC_URL_FILE": "/etc/hostname"}, "KIROSAMPLE_PUBLIC_URL_FILE"),
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


def test_the_data_folder_follows_the_users_home(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("os.geteuid", lambda: 1000)
    monkeypatch.setattr("sys.platform", "linux")
    home = Path("/home/a/.local/share/kirosample")
    assert default_data_dir({"HOME": "/home/a"}) == home
    assert default_data_dir({"HOME": "/home/a", "XDG_DATA_HOME": "d"}) == home, "not absolute"
    assert default_data_dir({"HOME": "/home/a", "XDG_DATA_HOME": "/d"}) == Path("/d/kirosample")
    monkeypatch.setattr("sys.platform", "darwin")
    expected = Path("/Users/a/Library/Application Support/kirosample")
    assert default_data_dir({"HOME": "/Users/a"}) == expected
    monkeypatch.setattr("os.geteuid", lambda: 0)
    assert default_data_dir({"HOME": "/root"}) == Path("/var/lib/kirosample")
