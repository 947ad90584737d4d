"""Docker Compose accepts the files, and their settings suit the application."""

import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

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


def expanded(text: str) -> str:
    """A value with its defaults filled in, for which compose has the shell's syntax."""
    return printed("sh", "-c", f'printf %s "{text}"', env={})


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
