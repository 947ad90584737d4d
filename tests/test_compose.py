"""The compose files are what they say, and compose accepts them: no daemon is asked."""

import json
import os
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest
from starlette.requests import Request

from kirosample.settings import ExternalDatabase, Settings, read
from kirosample.web.requests import is_ours

pytestmark = pytest.mark.external

ROOT = Path(__file__).parent.parent
MAIN, DEVELOPMENT = ROOT / "compose.yaml", ROOT / "compose.dev.yaml"
SECRETS = "/run/kirosample"
OURS = ("app", "migrate")
COMPOSE = (
    ("docker", "compose"),
    ("docker-compose",),
    # Where the plugin is without the `docker` that it belongs to: it also runs by itself.
    ("/usr/libexec/docker/cli-plugins/docker-compose",),
)


def find_compose(candidates: Sequence[Sequence[str]] = COMPOSE) -> Sequence[str] | None:
    """The command of a compose that knows these files, which its first version does not."""
    for command in candidates:
        if shutil.which(command[0]):
            asked = [*command, "version", "--short"]
            done = subprocess.run(asked, capture_output=True, text=True, check=False)
            if done.returncode == 0 and not done.stdout.removeprefix("v").startswith("1."):
                return command
    return None


def load(*files: Path, **environment: str) -> dict[str, Any]:
    """The files as compose merges them, with these variables and its defaults filled in."""
    compose = find_compose()
    if compose is None:
        pytest.skip("no docker compose of version 2 or later on this machine")
    named = [part for file in files for part in ("--file", str(file))]
    ours = ("PORT", "KIROSAMPLE_PUBLIC_URL")
    inherited = {name: value for name, value in os.environ.items() if name not in ours}
    done = subprocess.run(
        [*compose, *named, "config", "--format", "json"],
        env=inherited | environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    loaded: dict[str, Any] = json.loads(done.stdout)
    return loaded


@pytest.fixture(scope="module")
def main() -> dict[str, Any]:
    services: dict[str, Any] = load(MAIN)["services"]
    return services


@pytest.fixture(scope="module")
def development() -> dict[str, Any]:
    services: dict[str, Any] = load(MAIN, DEVELOPMENT)["services"]
    return services


def settings_of(service: dict[str, Any], folder: Path) -> Settings:
    """What our own settings make of a service's environment, its secrets being in the folder."""
    environment = service["environment"].items()
    return read({name: value.replace(SECRETS, str(folder)) for name, value in environment})


def make_secrets(service: dict[str, Any], folder: Path) -> None:
    """Run the secrets' own command, in the folder instead."""
    (script,) = service["command"]
    script = script.replace("$$", "$").replace(SECRETS, str(folder))
    subprocess.run([*service["entrypoint"], script], check=True)


def test_each_step_waits_until_the_one_before_is_done(main: dict[str, Any]) -> None:
    waits = {
        name: {on: how["condition"] for on, how in service.get("depends_on", {}).items()}
        for name, service in main.items()
    }
    done, healthy = "service_completed_successfully", "service_healthy"
    assert waits == {
        "secrets": {},
        "database": {"secrets": done},
        "migrate": {"database": healthy},
        "app": {"database": healthy, "migrate": done},
    }
    assert main["database"]["image"] == "postgres:15"
    assert main["migrate"]["command"] == ["migrate"]
    assert main["app"].get("command") is None, "the image's own: serve"


def test_the_database_is_healthy_only_once_it_answers_by_tcp(main: dict[str, Any]) -> None:
    assert main["database"]["healthcheck"]["test"][:2] == ["CMD", "pg_isready"]
    assert "--host=127.0.0.1" in main["database"]["healthcheck"]["test"]


def test_only_the_application_is_reached_from_outside(main: dict[str, Any]) -> None:
    published = {name: [p["target"] for p in s.get("ports", [])] for name, s in main.items()}
    assert published == {"secrets": [], "database": [], "migrate": [], "app": [3000]}


@pytest.mark.parametrize("files", [(MAIN,), (MAIN, DEVELOPMENT)])
@pytest.mark.parametrize(
    ("environment", "origins"),
    [
        ({}, ("http://localhost:3000", "http://127.0.0.1:3000")),
        ({"PORT": "8080"}, ("http://localhost:8080", "http://127.0.0.1:8080")),
        ({"KIROSAMPLE_PUBLIC_URL": "http://192.168.1.5:3000"}, ("http://192.168.1.5:3000",)),
    ],
)
def test_likes_are_taken_from_pages_at_the_published_port(
    files: tuple[Path, ...], environment: dict[str, str], origins: tuple[str, ...]
) -> None:
    app = load(*files, **environment)["services"]["app"]
    setting = app["environment"].get("KIROSAMPLE_PUBLIC_URL")
    public_url = read({"KIROSAMPLE_PUBLIC_URL": setting} if setting else {}).public_url
    for origin in origins:
        # As the container sees it, whose port is always the same.
        scope = {"type": "http", "scheme": "http", "server": ("172.18.0.3", 3000)}
        request = Request({**scope, "headers": [(b"origin", origin.encode())]})
        assert is_ours(request, public_url)


@pytest.mark.parametrize("name", OURS)
def test_ours_runs_without_privilege_on_a_read_only_root(main: dict[str, Any], name: str) -> None:
    service = main[name]
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert "user" not in service, "the image's own"
    assert all(volume["read_only"] for volume in service["volumes"])


def test_the_data_are_kept_in_a_named_volume(main: dict[str, Any]) -> None:
    kept = {v["target"]: (v["type"], v["source"]) for v in main["database"]["volumes"]}
    assert kept["/var/lib/postgresql/data"] == ("volume", "database")


def test_no_file_holds_a_password_or_a_key(main: dict[str, Any]) -> None:
    for service in main.values():
        for name, value in service.get("environment", {}).items():
            if any(word in name for word in ("PASSWORD", "KEY", "SECRET")):
                assert name.endswith("_FILE"), name
                assert value.startswith(f"{SECRETS}/"), name


def test_secrets_are_made_once_differ_everywhere_and_are_what_our_settings_take(
    main: dict[str, Any], tmp_path: Path
) -> None:
    here, elsewhere = tmp_path / "here", tmp_path / "elsewhere"
    found = []
    for folder in (here, elsewhere, here):
        folder.mkdir(exist_ok=True)
        make_secrets(main["secrets"], folder)
        found.append({file.name: file.read_text() for file in folder.iterdir()})
    first, other, again = found
    assert first == again
    assert set(first) == set(other) == {"password", "cookie-keys"}
    assert len({*first.values(), *other.values()}) == 4
    for name in OURS:
        settings = settings_of(main[name], here)
        assert isinstance(settings.database, ExternalDatabase)
        assert settings.database.tls == "off"
        assert f":{first['password']}@database:5432/kirosample" in settings.database.url
        assert settings.cookie_keys == (first["cookie-keys"].encode(),)
    assert main["database"]["environment"]["POSTGRES_PASSWORD_FILE"] == f"{SECRETS}/password"


def test_for_development_postgresql_is_reached_from_this_machine_only(
    development: dict[str, Any],
) -> None:
    (port,) = development["database"]["ports"]
    assert (port["host_ip"], port["published"], port["target"]) == ("127.0.0.1", "5432", 5432)


def test_a_database_without_a_password_is_never_the_one_with_the_data(
    main: dict[str, Any], development: dict[str, Any]
) -> None:
    trusting = development["database"]
    assert trusting["environment"]["POSTGRES_HOST_AUTH_METHOD"] == "trust"
    assert "POSTGRES_HOST_AUTH_METHOD" not in main["database"]["environment"]
    data = {v["source"] for v in trusting["volumes"] if v["target"].endswith("/data")}
    assert data == {"database-dev"}


def test_for_development_the_server_runs_from_this_folder_and_reloads(
    development: dict[str, Any],
) -> None:
    app = development["app"]
    assert app["entrypoint"] == ["python", "-m", "kirosample.reloading"]
    assert app["command"] == ["run"]
    mounted = {v["target"]: v["source"] for v in app["volumes"]}
    assert mounted[app["environment"]["PYTHONPATH"]] == str(ROOT / "src")


def test_the_development_file_is_taken_only_when_it_is_named() -> None:
    # compose.override.yaml would be merged by a plain `docker compose up`.
    found = {
        file.name for pattern in ("compose*", "docker-compose*") for file in ROOT.glob(pattern)
    }
    assert found == {MAIN.name, DEVELOPMENT.name}


V1 = 'test "$*" = "version --short" && echo 1.29.2'
V2 = 'test "$*" = "version --short" && echo v2.40.3'
PLUGIN = 'test "$1 $2" = "compose version" && echo 5.1.3'
NO_PLUGIN = "echo unknown command >&2; exit 1"


def machine(folder: Path, programs: Mapping[str, str]) -> str:
    """A PATH with these shell scripts as its programs, and what `.ci/install` needs of a system."""
    for name in ("bash", "dirname", "env", "id"):
        folder.joinpath(name).symlink_to(str(shutil.which(name)))
    for name, script in programs.items():
        file = folder / name
        file.write_text(f"#!/bin/sh\n{script}\n")
        file.chmod(0o755)
    return str(folder)


@pytest.mark.parametrize(
    ("programs", "found"),
    [
        ({"docker": PLUGIN, "docker-compose": V1}, ("docker", "compose")),
        ({"docker": NO_PLUGIN, "docker-compose": V2}, ("docker-compose",)),
        ({"docker": NO_PLUGIN, "docker-compose": V1}, None),
        ({}, None),
    ],
)
def test_the_first_version_of_compose_is_passed_over(
    programs: Mapping[str, str],
    found: Sequence[str] | None,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("PATH", machine(tmp_path, programs))
    assert find_compose(COMPOSE[:2]) == found


@pytest.mark.parametrize(
    ("programs", "known", "installed"),
    [
        ({"docker": PLUGIN}, "docker-compose", set()),  # GitHub's own machines
        ({"docker-compose": V2}, "docker-compose", set()),
        ({}, "docker-compose", {"docker-compose"}),  # Debian
        ({}, "docker-compose docker-compose-v2", {"docker-compose-v2"}),  # Ubuntu
        ({"docker-compose": V1}, "docker-compose docker-compose-v2", {"docker-compose-v2"}),
    ],
)
def test_ci_installs_the_compose_that_knows_the_files(
    programs: Mapping[str, str], known: str, installed: set[str], tmp_path: Path
) -> None:
    log = tmp_path / "installed"
    system = {
        "sudo": 'exec "$@"',
        "apt-cache": f'case " {known} " in *" $2 "*) ;; *) exit 100 ;; esac',
        "apt-get": f'for last; do :; done; echo "$last" >>{log}',
    }
    done = subprocess.run(
        [ROOT / ".ci" / "install"],
        env={"PATH": machine(tmp_path, {**system, **programs})},
        capture_output=True,
        text=True,
        timeout=20,
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert {name for name in log.read_text().split() if "compose" in name} == installed
