"""Docker Compose accepts the files, and their settings suit the application."""

import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from ishizue.http.write_guard import is_own_origin
from ishizue.storage.database_url import DatabaseUrl
from ishizue.testing.processes import printed
from kirosample.settings import read

ROOT = Path(__file__).parent.parent
MAIN = yaml.safe_load((ROOT / "compose.yaml").read_text("utf-8"))["services"]
SECRETS = "/run/kirosample"


@pytest.mark.external
def test_compose_accepts_the_files() -> None:
    """This needs no daemon; the plugin also runs without `docker`."""
    plugin = "/usr/libexec/docker/cli-plugins/docker-compose"
    script = f"""
    for each in 'docker compose' docker-compose {plugin}; do
        $each --file compose.yaml --file compose.dev.yaml config --quiet && exit
    done
    exit 1"""
    assert printed("sh", "-c", script, cwd=ROOT) == ""


def expanded(text: str, **environment: str) -> str:
    """A value with these variables filled in, for which compose has the shell's syntax."""
    return printed("sh", "-c", f'printf %s "{text}"', env=environment)


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
    setting = MAIN["app"]["environment"]["KIROSAMPLE_PUBLIC_URL"]
    public_url = read({"KIROSAMPLE_PUBLIC_URL": expanded(setting, **environment)}).public_url
    for origin in origins:
        # As seen in the container, whose port never changes.
        scope = {"scheme": "http", "server": ("172.18.0.3", 3000)}
        assert is_own_origin(origin, scope, public_url)


def generated(folder: Path) -> dict[str, str]:
    """The secrets in a folder, after a start of the service that generates them."""
    folder.mkdir(exist_ok=True)
    service: Any = MAIN["secrets"]
    [script] = service["command"]
    script = script.replace("$$", "$").replace(SECRETS, str(folder))
    subprocess.run([*service["entrypoint"], script], check=True)
    return {file.name: file.read_text() for file in folder.iterdir()}


def test_secrets_are_generated_once_and_accepted_by_the_settings(tmp_path: Path) -> None:
    here = tmp_path / "here"
    first = generated(here)
    other = generated(tmp_path / "elsewhere")
    assert generated(here) == first
    assert set(first) == set(other)
    assert len({*first.values(), *other.values()}) == 2 * len(first)
    for name in ("app", "migrate"):
        environment = MAIN[name]["environment"].items()
        settings = read(
            {key: expanded(text).replace(SECRETS, str(here)) for key, text in environment}
        )
        assert isinstance(settings.database, DatabaseUrl)
        assert settings.database.tls == "off"
        assert f":{first['password']}@database:5432/kirosample" in settings.database.url
        assert settings.cookie_keys == (first["cookie-keys"].encode(),)
    assert MAIN["database"]["environment"]["POSTGRES_PASSWORD_FILE"] == f"{SECRETS}/password"
