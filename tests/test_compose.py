"""Docker Compose accepts the files, without a daemon, and their settings suit the application."""

import json
import os
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from ishizue.http.csrf import is_own_origin
from ishizue.storage.database_url import DatabaseUrl
from kirosample.settings import read

pytestmark = pytest.mark.external

ROOT = Path(__file__).parent.parent
MAIN, DEVELOPMENT = ROOT / "compose.yaml", ROOT / "compose.dev.yaml"
SECRETS = "/run/kirosample"
OURS = ("app", "migrate")
COMPOSE = (
    ("docker", "compose"),
    ("docker-compose",),
    # The plugin also runs without `docker`.
    ("/usr/libexec/docker/cli-plugins/docker-compose",),
)


def find_compose() -> Sequence[str]:
    """A compose command of version 2 or later; skips the test without one."""
    for command in COMPOSE:
        if shutil.which(command[0]):
            asked = [*command, "version", "--short"]
            done = subprocess.run(asked, capture_output=True, text=True, check=False)
            if done.returncode == 0 and not done.stdout.removeprefix("v").startswith("1."):
                return command
    pytest.skip("no docker compose of version 2 or later on this machine")


def load(*files: Path, **environment: str) -> Any:
    """The files merged by compose, with these variables and the defaults filled in."""
    named = [part for file in files for part in ("--file", str(file))]
    ours = ("PORT", "KIROSAMPLE_PUBLIC_URL")
    inherited = {name: value for name, value in os.environ.items() if name not in ours}
    done = subprocess.run(
        [*find_compose(), *named, "config", "--format", "json"],
        env=inherited | environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    return json.loads(done.stdout)


@pytest.fixture(scope="module")
def main() -> Any:
    return load(MAIN)["services"]


@pytest.fixture(scope="module")
def development() -> Any:
    return load(MAIN, DEVELOPMENT)["services"]


@pytest.mark.parametrize(
    ("environment", "origins"),
    [
        ({}, ("http://localhost:3000", "http://127.0.0.1:3000")),
        ({"PORT": "8080"}, ("http://localhost:8080", "http://127.0.0.1:8080")),
        ({"KIROSAMPLE_PUBLIC_URL": "http://192.168.1.5:3000"}, ("http://192.168.1.5:3000",)),
    ],
)
def test_writes_from_pages_at_the_published_port_are_accepted(
    environment: dict[str, str], origins: tuple[str, ...]
) -> None:
    app = load(MAIN, **environment)["services"]["app"]
    setting = app["environment"].get("KIROSAMPLE_PUBLIC_URL")
    public_url = read({"KIROSAMPLE_PUBLIC_URL": setting} if setting else {}).public_url
    for origin in origins:
        # As seen in the container, whose port never changes.
        scope = {"scheme": "http", "server": ("172.18.0.3", 3000)}
        assert is_own_origin(origin, scope, public_url)


def test_secrets_are_generated_once_and_accepted_by_the_settings(
    main: dict[str, Any], tmp_path: Path
) -> None:
    here, elsewhere = tmp_path / "here", tmp_path / "elsewhere"
    found = []
    for folder in (here, elsewhere, here):
        folder.mkdir(exist_ok=True)
        (script,) = main["secrets"]["command"]
        script = script.replace("$$", "$").replace(SECRETS, str(folder))
        subprocess.run([*main["secrets"]["entrypoint"], script], check=True)
        found.append({file.name: file.read_text() for file in folder.iterdir()})
    first, other, again = found
    assert first == again
    assert set(first) == set(other)
    assert len({*first.values(), *other.values()}) == 2 * len(first)
    for name in OURS:
        environment = main[name]["environment"].items()
        settings = read({key: value.replace(SECRETS, str(here)) for key, value in environment})
        assert isinstance(settings.database, DatabaseUrl)
        assert settings.database.tls == "off"
        assert f":{first['password']}@database:5432/kirosample" in settings.database.url
        assert settings.cookie_keys == (first["cookie-keys"].encode(),)
    assert main["database"]["environment"]["POSTGRES_PASSWORD_FILE"] == f"{SECRETS}/password"


def test_the_database_without_a_password_is_reached_from_this_machine_and_has_its_own_volume(
    main: dict[str, Any], development: dict[str, Any]
) -> None:
    trusting = development["database"]
    assert [port["host_ip"] for port in trusting["ports"]] == ["127.0.0.1"]
    assert trusting["environment"]["POSTGRES_HOST_AUTH_METHOD"] == "trust"
    assert "POSTGRES_HOST_AUTH_METHOD" not in main["database"]["environment"]
    data = {v["source"] for v in trusting["volumes"] if v["target"].endswith("/data")}
    assert data == {"database-dev"}
