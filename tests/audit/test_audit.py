"""`make audit` fails where a fix is to be had, and says where it could not look."""

import json
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from importlib.metadata import distributions
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from tests.audit import packages
from tests.audit.__main__ import main
from tests.audit.osv import Package

ROOT = Path(__file__).parents[2]
BAD = Package("PyPI", "zope-bad", "1.0")
MANY = Package("PyPI", "of-many", "1.0")


class Osv:
    """A server that answers as OSV is documented to, from `known`; it pages by one."""

    def __init__(self) -> None:
        self.known: dict[Package, list[dict[str, Any]]] = {}
        self.asked: set[Package] = set()
        self.instead: tuple[int, bytes] | None = None
        self.url = ""

    def answer(self, path: str, body: bytes) -> dict[str, Any]:
        if path == "/v1/querybatch":
            return {"results": [self._result(query) for query in json.loads(body)["queries"]]}
        [text] = {
            json.dumps(each)
            for texts in self.known.values()
            for each in texts
            if path == f"/v1/vulns/{each['id']}"
        }
        found: dict[str, Any] = json.loads(text)
        return found

    def _result(self, query: dict[str, Any]) -> dict[str, Any]:
        package = Package(**query["package"], version=query["version"])
        self.asked.add(package)
        at = int(query.get("page_token", "0"))
        texts = self.known.get(package, [])
        if not texts:
            return {}
        result: dict[str, Any] = {"vulns": [{"id": texts[at]["id"], "modified": "2026-11-01"}]}
        return result | ({"next_page_token": f"{at + 1}"} if at + 1 < len(texts) else {})


@pytest.fixture(scope="module")
def service() -> Iterator[Osv]:
    osv = Osv()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("content-length", 0)))
            status, answer = osv.instead or (200, json.dumps(osv.answer(self.path, body)).encode())
            self.send_response(status)
            self.end_headers()
            self.wfile.write(answer)

        do_GET = do_POST  # noqa: N815

        def log_message(self, *_: object) -> None:
            """Nothing."""

    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        osv.url = f"http://127.0.0.1:{server.server_port}"
        thread = Thread(target=server.serve_forever, args=(0.02,))
        thread.start()
        yield osv
        server.shutdown()
        thread.join()


@pytest.fixture
def osv(service: Osv, monkeypatch: pytest.MonkeyPatch) -> Osv:
    """OSV, knowing nothing, beside a lock of two packages."""
    service.known, service.asked, service.instead = {}, set(), None
    monkeypatch.setattr(packages, "locked", lambda: [MANY, BAD])
    monkeypatch.delenv("GITHUB_ACTIONS", raising=False)
    return service


def advisory(name: str, package: Package, *fixed: str, **more: Any) -> dict[str, Any]:
    events: list[dict[str, str]] = [{"introduced": "0"}, *({"fixed": each} for each in fixed)]
    affected = {
        "package": {"ecosystem": package.ecosystem, "name": package.name},
        "ranges": [
            {"type": "GIT", "events": [{"fixed": "0123456789abcdef"}]},
            {"type": "ECOSYSTEM", "events": events},
        ],
    }
    return {"id": name, "summary": f"About {name}", "affected": [affected], **more}


@pytest.fixture
def audit(
    osv: Osv, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> Callable[..., tuple[int, str]]:
    """The command's exit code and what it prints; `accepted` is the text of that file."""

    def run(*arguments: str, accepted: str = "", url: str | None = None) -> tuple[int, str]:
        file = tmp_path / "accepted.toml"
        file.write_text(accepted)
        code = main(["--service", url or osv.url, *arguments], accepted=file)
        printed = capsys.readouterr()
        return code, printed.out + printed.err

    return run


Audit = Callable[..., tuple[int, str]]


def test_without_a_known_vulnerability_it_succeeds(osv: Osv, audit: Audit) -> None:
    code, printed = audit()
    assert code == 0
    assert "0 vulnerabilities to fix, 0 others, in 2 of PyPI." in printed
    assert osv.asked == {BAD, MANY}


def test_a_vulnerability_with_a_fix_fails_and_is_named_with_the_fix(osv: Osv, audit: Audit) -> None:
    osv.known[BAD] = [advisory("GHSA-1", BAD, "1.1", aliases=["CVE-2026-1"])]
    code, printed = audit()
    assert code == 1
    assert "FAILS: CVE-2026-1 in zope-bad 1.0: fixed in 1.1 (About GHSA-1)" in printed


def test_a_vulnerability_without_a_fix_is_shown_and_does_not_fail(osv: Osv, audit: Audit) -> None:
    osv.known[BAD] = [advisory("GHSA-1", BAD)]
    code, printed = audit()
    assert code == 0
    assert "known: GHSA-1 in zope-bad 1.0: no fix yet" in printed
    assert "0 vulnerabilities to fix, 1 others" in printed


def test_a_fix_of_another_package_is_no_fix_of_this_one(osv: Osv, audit: Audit) -> None:
    other = advisory("GHSA-1", Package("npm", BAD.name, "1.0"), "1.1")
    osv.known[BAD] = [other]
    assert audit()[0] == 0


def test_every_page_is_read(osv: Osv, audit: Audit) -> None:
    osv.known[MANY] = [advisory(f"GHSA-{n}", MANY) for n in range(3)]
    osv.known[MANY].append(advisory("GHSA-3", MANY, "2.0"))
    code, printed = audit()
    assert code == 1
    assert "FAILS: GHSA-3" in printed
    assert "1 vulnerabilities to fix, 3 others" in printed


def test_two_databases_on_one_vulnerability_are_one_finding(osv: Osv, audit: Audit) -> None:
    osv.known[BAD] = [
        advisory("PYSEC-1", BAD, aliases=["CVE-2026-1"]),
        advisory("GHSA-1", BAD, "1.1", aliases=["CVE-2026-1"]),
    ]
    code, printed = audit()
    assert code == 1
    assert "1 vulnerabilities to fix, 0 others" in printed


def test_a_withdrawn_advisory_does_not_count(osv: Osv, audit: Audit) -> None:
    osv.known[BAD] = [advisory("GHSA-1", BAD, "1.1", withdrawn="2026-11-02T00:00:00Z")]
    assert audit()[0] == 0


def test_what_is_accepted_with_a_reason_does_not_fail_until_its_last_day(
    osv: Osv, audit: Audit
) -> None:
    osv.known[BAD] = [advisory("GHSA-1", BAD, "1.1", aliases=["CVE-2026-1"])]
    accepted = '["CVE-2026-1"]\nreason = "unreachable here"\nuntil = {}\n'
    code, printed = audit(accepted=accepted.format("2999-01-01"))
    assert code == 0
    assert "accepted: CVE-2026-1" in printed
    assert audit(accepted=accepted.format("2001-01-01"))[0] == 1


def test_an_advisory_on_several_is_not_accepted_with_one_of_them(osv: Osv, audit: Audit) -> None:
    osv.known[BAD] = [advisory("DSA-1", BAD, "1.1", upstream=["CVE-2026-1", "CVE-2026-2"])]
    accepted = '["CVE-2026-1"]\nreason = "unreachable here"\nuntil = 2999-01-01\n'
    assert audit(accepted=accepted)[0] == 1


def test_a_service_that_cannot_be_reached_is_said_plainly_and_does_not_fail(
    audit: Audit, monkeypatch: pytest.MonkeyPatch
) -> None:
    code, printed = audit(url="http://127.0.0.1:1")
    assert code == 0
    assert "NOT CHECKED for known vulnerabilities: 2 of PyPI." in printed
    assert "http://127.0.0.1:1 cannot be asked: ConnectError" in printed
    assert "to fix" not in printed
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    assert audit(url="http://127.0.0.1:1")[1].startswith("::warning::NOT CHECKED")


@pytest.mark.parametrize(
    "instead",
    [(503, b""), (403, b"blocked"), (200, b"<html>"), (200, b"{}"), (200, b'{"results": [{}]}')],
    ids=lambda instead: f"{instead[0]} {instead[1].decode()}",
)
def test_an_answer_that_is_not_osvs_is_not_taken_for_no_vulnerability(
    osv: Osv, audit: Audit, instead: tuple[int, bytes]
) -> None:
    osv.instead = instead
    code, printed = audit()
    assert (code, "NOT CHECKED" in printed, "to fix" in printed) == (0, True, False)


def test_a_query_that_osv_calls_invalid_fails_since_no_later_one_would_succeed(
    osv: Osv, audit: Audit
) -> None:
    osv.instead = (400, b'{"code": 3, "message": "Invalid ecosystem."}')
    code, printed = audit()
    assert code == 1
    assert "Invalid ecosystem" in printed


def test_everything_that_is_installed_here_is_among_the_locked_packages() -> None:
    names = {package.name.replace("_", "-").lower() for package in packages.locked()}
    here = {each.name.replace("_", "-").replace(".", "-").lower() for each in distributions()}
    assert len(here) > 50
    assert here - names <= {"kirosample", "pip", "setuptools", "wheel"}  # venv's own, and ours


def test_every_package_lock_of_npm_is_read_with_scopes_and_nested_packages() -> None:
    tracked = {path.parent for part in ("infra", "tests") for path in _locks(ROOT / part)}
    assert {ROOT / folder for folder in packages.NPM_FOLDERS} == tracked
    locked = {package.name for package in packages.locked() if package.ecosystem == "npm"}
    assert {"aws-cdk", "axe-core", "lighthouse"} <= locked
    assert any(name.startswith("@") for name in locked)
    assert not any("node_modules" in name for name in locked)


def _locks(folder: Path) -> Iterator[Path]:
    return folder.rglob("package-lock.json")


@contextmanager
def docker(folder: Path, script: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A `docker` that runs a shell script instead."""
    program = folder / "docker"
    program.write_text(f"#!/bin/sh\n{script}\n")
    program.chmod(0o755)
    with monkeypatch.context() as patch:
        patch.setenv("PATH", str(folder), prepend=os.pathsep)
        yield


def test_the_packages_of_an_image_are_asked_about_by_debians_source_names(
    osv: Osv, audit: Audit, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    openssl = Package("Debian:13", "openssl", "3.5.1-1")
    osv.known[openssl] = [advisory("DEBIAN-CVE-2026-9", openssl, "3.5.1-1+deb13u1")]
    printed = "release debian 13\\ndebian openssl 3.5.1-1\\npython starlette 1.10.0"
    script = f'test "$1 $7" = "run kirosample" && printf "{printed}\\npython kirosample 1\\n"'
    with docker(tmp_path, script, monkeypatch):
        code, said = audit("kirosample")
    assert code == 1
    assert "FAILS: DEBIAN-CVE-2026-9 in openssl 3.5.1-1: fixed in 3.5.1-1+deb13u1" in said
    assert osv.asked == {BAD, MANY, openssl, Package("PyPI", "starlette", "1.10.0")}


@pytest.mark.parametrize(
    ("script", "why"),
    [
        ("echo 'No such image: kirosample' >&2; exit 125", "No such image"),
        ("echo release alpine 3.22", "alpine, not debian"),
    ],
)
def test_an_image_that_cannot_be_read_is_an_error_of_one_line(
    audit: Audit, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, script: str, why: str
) -> None:
    with docker(tmp_path, script, monkeypatch):
        code, printed = audit("kirosample")
    assert code == 2
    assert why in printed
    assert printed.count("\n") == 1
