"""npm packages are installed once per lock file, atomically, without node on the machine."""

import json
import shutil
import socket
import ssl
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from http.server import HTTPServer, SimpleHTTPRequestHandler
from pathlib import Path
from threading import Thread

import pytest
import trustme

from infra.deploy import npm
from infra.deploy.cdk import cli

LOCKS = sorted(
    found
    for part in ("infra", "tests", "tools")
    for found in (Path(__file__).parents[3] / part).rglob("package-lock.json")
)


@pytest.fixture
def tool(tmp_path: Path) -> Path:
    """A folder with the CDK's lock file."""
    folder = tmp_path / "tool"
    folder.mkdir()
    for name in ("package.json", npm.LOCK):
        shutil.copy(cli.HERE / name, folder)
    return folder


@pytest.mark.external
def test_each_lock_file_is_installed_once(
    tool: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    cache = tmp_path / "npm"
    first = npm.installed(tool, cache)
    assert (first / "aws-cdk" / "bin" / "cdk").exists()
    (first / "mark").touch()
    assert npm.installed(tool, cache) == first
    assert (first / "mark").exists()
    (tool / npm.LOCK).write_text((tool / npm.LOCK).read_text() + "\n")
    other = npm.installed(tool, cache)
    assert other != first
    assert not (other / "mark").exists()


def test_a_failed_installation_is_one_line_and_leaves_nothing(tool: Path, tmp_path: Path) -> None:
    (tool / npm.LOCK).write_text("{}")
    cache = tmp_path / "npm"
    with pytest.raises(npm.NpmError, match=r"^npm could not install tool: [A-Z_]+: .+$") as failed:
        npm.installed(tool, cache)
    assert "\n" not in str(failed.value)
    assert list(cache.iterdir()) == []


@contextmanager
def untrusted_registry() -> Iterator[str]:
    """The address of an HTTPS server with a certificate of an unknown authority."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    trustme.CA().issue_cert("127.0.0.1").configure_cert(context)
    with HTTPServer(("127.0.0.1", 0), SimpleHTTPRequestHandler) as server:
        server.socket = context.wrap_socket(server.socket, server_side=True)
        thread = Thread(target=server.serve_forever, args=(0.05,))
        thread.start()
        yield f"https://127.0.0.1:{server.server_port}/"
        server.shutdown()
        thread.join()


@contextmanager
def unreachable_registry() -> Iterator[str]:
    """An address that is bound but does not listen."""
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        yield f"http://127.0.0.1:{bound.getsockname()[1]}/"


@pytest.mark.parametrize(
    ("registry", "cause"),
    [
        (
            untrusted_registry,
            r"(UNABLE_TO_VERIFY_LEAF_SIGNATURE|SELF_SIGNED_CERT_IN_CHAIN): .*certificate",
        ),
        (unreachable_registry, "ECONNREFUSED: .*connect ECONNREFUSED 127.0.0.1"),
    ],
    ids=["certificate", "connection"],
)
def test_the_error_is_npms_reason(
    tool: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    registry: Callable[[], AbstractContextManager[str]],
    cause: str,
) -> None:
    monkeypatch.setenv("npm_config_cache", str(tmp_path / "npm-cache"))
    monkeypatch.setenv("npm_config_fetch_retries", "0")
    with registry() as address:
        monkeypatch.setenv("npm_config_registry", address)
        with pytest.raises(npm.NpmError, match=rf"^npm could not install tool: {cause}") as failed:
            npm.installed(tool, tmp_path / "npm")
    assert address in str(failed.value)
    assert "complete log" not in str(failed.value)
    assert "\n" not in str(failed.value)


@pytest.mark.parametrize("lock", LOCKS, ids=lambda lock: str(lock.parent.name))
def test_a_lock_file_pins_every_package_by_its_hash_and_names_no_registry(lock: Path) -> None:
    packages = [p for name, p in json.loads(lock.read_text())["packages"].items() if name]
    assert packages
    assert all(package["integrity"].startswith("sha512-") for package in packages)
    assert '"resolved"' not in lock.read_text()
