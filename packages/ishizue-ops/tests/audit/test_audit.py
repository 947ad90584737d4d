"""`make audit` fails if a fix exists, and reports if it could not check."""

import json
import os
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import httpx
import pytest

import ishizue_ops
from ishizue_ops.audit import packages
from ishizue_ops.audit.__main__ import main
from ishizue_ops.audit.osv import Package

BAD = Package("PyPI", "zope-bad", "1.0")
MANY = Package("PyPI", "of-many", "1.0")


class Osv:
    """Responds as OSV documents, from `known`, with pages of one; or with something `instead`."""

    def __init__(self) -> None:
        self.known: dict[Package, list[dict[str, Any]]] = {}
        self.queried: set[Package] = set()
        self.instead: httpx.Response | Exception | None = None

    def __call__(self, request: httpx.Request) -> httpx.Response:
        if isinstance(self.instead, Exception):
            raise self.instead
        if self.instead:
            return self.instead
        if request.url.path == "/v1/querybatch":
            queries = json.loads(request.content)["queries"]
            return httpx.Response(200, json={"results": [self._result(query) for query in queries]})
        name = request.url.path.removeprefix("/v1/vulns/")
        texts = [text for known in self.known.values() for text in known if text["id"] == name]
        return httpx.Response(200, json=texts[0])

    def _result(self, query: dict[str, Any]) -> dict[str, Any]:
        package = Package(**query["package"], version=query["version"])
        self.queried.add(package)
        at = int(query.get("page_token", "0"))
        texts = self.known.get(package, [])
        result = {"vulns": [{"id": text["id"]} for text in texts[at : at + 1]]} if texts else {}
        return result | ({"next_page_token": f"{at + 1}"} if at + 1 < len(texts) else {})


@pytest.fixture
def osv(monkeypatch: pytest.MonkeyPatch) -> Osv:
    """OSV without advisories, for a lock of two packages."""
    service = Osv()
    mocked = partial(httpx.Client, transport=httpx.MockTransport(service))
    monkeypatch.setattr(httpx, "Client", mocked)
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


Audit = Callable[..., tuple[int, str]]


@pytest.fixture
def audit(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Audit:
    """The command's exit code and output; `accepted` is the content of that file."""

    def run(*arguments: str, accepted: str = "") -> tuple[int, str]:
        file = tmp_path / "accepted.toml"
        file.write_text(accepted)
        code = main(arguments, accepted=file)
        printed = capsys.readouterr()
        return code, printed.out + printed.err

    return run


CVE = {"aliases": ["CVE-2026-1"]}


@pytest.mark.parametrize(
    ("advisories", "code", "line"),
    [
        ([], 0, "0 vulnerabilities to fix, 0 others, in 2 of PyPI."),
        (
            [advisory("GHSA-1", BAD, "1.1", **CVE)],
            1,
            "FAILS: CVE-2026-1 in zope-bad 1.0: fixed in 1.1 (About GHSA-1)",
        ),
        ([advisory("GHSA-1", BAD)], 0, "known: GHSA-1 in zope-bad 1.0: no fix yet"),
        # On the second page.
        ([advisory("GHSA-1", BAD), advisory("GHSA-2", BAD, "1.1")], 1, "FAILS: GHSA-2"),
        ([advisory("GHSA-1", Package("npm", BAD.name, "1.0"), "1.1")], 0, "0 vulnerabilities"),
        ([advisory("GHSA-1", BAD, "1.1", withdrawn="2026-11-02T00:00:00Z")], 0, ", 0 others"),
        (
            [advisory("PYSEC-1", BAD, **CVE), advisory("GHSA-1", BAD, "1.1", **CVE)],
            1,
            "1 vulnerabilities to fix, 0 others",
        ),
    ],
)
def test_only_a_vulnerability_with_a_fix_fails(
    osv: Osv, audit: Audit, advisories: list[dict[str, Any]], code: int, line: str
) -> None:
    osv.known[BAD] = advisories
    exited, printed = audit()
    assert exited == code
    assert line in printed
    assert osv.queried == {BAD, MANY}


@pytest.mark.parametrize(
    ("ids", "until", "code"),
    [
        (CVE, "2999-01-01", 0),
        (CVE, "2001-01-01", 1),
        ({"upstream": ["CVE-2026-1"]}, "2999-01-01", 0),
        ({"upstream": ["CVE-2026-1", "CVE-2026-2"]}, "2999-01-01", 1),
    ],
)
def test_an_accepted_vulnerability_does_not_fail_until_its_last_day(
    osv: Osv, audit: Audit, ids: dict[str, list[str]], until: str, code: int
) -> None:
    osv.known[BAD] = [advisory("DSA-1", BAD, "1.1", **ids)]
    accepted = f'["CVE-2026-1"]\nreason = "unreachable here"\nuntil = {until}\n'
    exited, printed = audit(accepted=accepted)
    assert (exited, "accepted: CVE-2026-1" in printed) == (code, not code)


@pytest.mark.parametrize(
    ("instead", "why"),
    [
        (httpx.ConnectError("no route"), "ConnectError: no route"),
        (httpx.Response(503), "HTTPStatusError: Server error '503"),
        (httpx.Response(200, text="<html>"), "JSONDecodeError"),
        (httpx.Response(200, json=[]), "TypeError"),
        (httpx.Response(200, json={"results": [{}]}), "ValueError"),
        (httpx.Response(200, json={"results": [None, None]}), "AttributeError"),
    ],
)
def test_what_could_not_be_checked_is_reported_and_does_not_fail(
    osv: Osv,
    audit: Audit,
    monkeypatch: pytest.MonkeyPatch,
    instead: httpx.Response | Exception,
    why: str,
) -> None:
    osv.instead = instead
    code, printed = audit()
    assert code == 0
    assert "NOT CHECKED for known vulnerabilities: 2 of PyPI." in printed
    assert f"https://api.osv.dev is unreachable: {why}" in printed
    assert "to fix" not in printed
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    assert audit()[1].startswith("::warning::NOT CHECKED")


def test_an_invalid_query_fails(osv: Osv, audit: Audit) -> None:
    osv.instead = httpx.Response(400, json={"code": 3, "message": "Invalid ecosystem."})
    code, printed = audit()
    assert code == 1
    assert "Invalid ecosystem" in printed


def test_every_package_lock_is_read_with_scopes_and_nested_packages() -> None:
    locks = set(packages.package_locks())
    here = Path(ishizue_ops.__file__).parent
    assert {here / part / "package-lock.json" for part in ("deploy/cdk", "iam")} <= locks
    locked = {package.name for package in packages.locked() if package.ecosystem == "npm"}
    assert "aws-cdk" in locked
    assert any(name.startswith("@") for name in locked)
    assert not any("node_modules" in name for name in locked)


Docker = Callable[[str], None]


@pytest.fixture
def docker(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Docker:
    """Makes a `docker` that runs a shell script instead."""

    def make(script: str) -> None:
        (tmp_path / "docker").write_text(f"#!/bin/sh\n{script}\n")
        (tmp_path / "docker").chmod(0o755)

    monkeypatch.setenv("PATH", str(tmp_path), prepend=os.pathsep)
    return make


def test_packages_of_an_image_are_queried_by_debians_source_names(
    osv: Osv, audit: Audit, docker: Docker
) -> None:
    openssl = Package("Debian:13", "openssl", "3.5.1-1")
    osv.known[openssl] = [advisory("DEBIAN-CVE-2026-9", openssl, "3.5.1-1+deb13u1")]
    printed = "release debian 13\\ndebian openssl 3.5.1-1\\npython starlette 1.10.0"
    printed += "\\npython notes 1\\npython ishizue 1\\n"
    docker(f'test "$1 $7" = "run notes" && printf "{printed}"')
    code, printed = audit("notes")
    assert code == 1
    assert "FAILS: DEBIAN-CVE-2026-9 in openssl 3.5.1-1: fixed in 3.5.1-1+deb13u1" in printed
    assert osv.queried == {BAD, MANY, openssl, Package("PyPI", "starlette", "1.10.0")}
