"""`make audit` fails if a fix exists, and reports if it could not ask."""

import json
from functools import partial
from pathlib import Path
from typing import Any

import httpx
import pytest

from ishizue_ops.audit import __main__ as audit
from ishizue_ops.audit.__main__ import Package

BAD = Package("PyPI", "zope-bad", "1.0")
OPENSSL = Package("Debian:13", "openssl", "3.5.1-1")
CVE = {"aliases": ["CVE-2026-1"]}


def advisory(name: str, package: Package, *fixed: str, **more: Any) -> dict[str, Any]:
    """An advisory as OSV's schema has it; the commit that fixes it is no version."""
    commits = {"type": "GIT", "events": [{"fixed": "0123456789abcdef"}]}
    versions = {"type": "ECOSYSTEM", "events": [{"fixed": each} for each in fixed]}
    affected = {"package": package._asdict(), "ranges": [commits, versions]}
    return {"id": name, "affected": [affected], **more}


def asked(monkeypatch: pytest.MonkeyPatch, known: list[dict[str, Any]] | int, *sbom: str) -> int:
    """The exit code, where OSV has these advisories on each package, one a page, or fails so."""

    def osv(request: httpx.Request) -> httpx.Response:
        if isinstance(known, int):
            return httpx.Response(known)
        at = int(json.loads(request.content).get("page_token", 0))
        more = {"next_page_token": f"{at + 1}"} if at + 1 < len(known) else {}
        return httpx.Response(200, json={"vulns": known[at : at + 1], **more})

    monkeypatch.setattr(httpx, "Client", partial(httpx.Client, transport=httpx.MockTransport(osv)))
    monkeypatch.setattr(audit, "locked", lambda: {BAD})
    return audit.main(sbom)


@pytest.mark.parametrize(
    ("known", "code"),
    [
        ([advisory("GHSA-1", BAD)], 0),
        ([advisory("GHSA-1", BAD), advisory("GHSA-2", BAD, "1.1")], 1),
        ([advisory("GHSA-1", BAD, "1.1", withdrawn="2026-11-02T00:00:00Z")], 0),
        ([advisory("GHSA-1", Package("npm", BAD.name, "1.0"), "1.1")], 0),
        (503, 0),
    ],
)
def test_a_vulnerability_with_a_fix_fails(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    known: list[dict[str, Any]] | int,
    code: int,
) -> None:
    assert asked(monkeypatch, known) == code
    said = capsys.readouterr().out
    assert ("NOT CHECKED" in said) == (known == 503)
    assert ("FAILS: GHSA-2 in zope-bad 1.0: fixed in 1.1" in said) == bool(code)


@pytest.mark.parametrize(("until", "code"), [("2999-01-01", 0), ("2001-01-01", 1)])
def test_an_acknowledged_one_does_not_fail_until_its_last_day(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, until: str, code: int
) -> None:
    monkeypatch.setattr(audit, "ACKNOWLEDGED", tmp_path / "acknowledged.toml")
    audit.ACKNOWLEDGED.write_text(f'[CVE-2026-1]\nreason = "unreachable here"\nuntil = {until}\n')
    assert asked(monkeypatch, [advisory("GHSA-1", BAD, "1.1", **CVE)]) == code
    audit.ACKNOWLEDGED.write_text(f'[CVE-2026-1]\nreason = " "\nuntil = {until}\n')
    with pytest.raises(SystemExit, match="needs a reason and a date"):
        asked(monkeypatch, [])
    audit.ACKNOWLEDGED.rename(tmp_path / "accepted_findings.toml")
    with pytest.raises(SystemExit, match="rename it"):
        asked(monkeypatch, [])


def test_an_image_s_packages_are_those_of_its_sbom_by_their_source(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    sbom = tmp_path / "sbom.spdx.json"
    urls = [
        "pkg:deb/debian/libssl3t64@3.5.1-1?arch=amd64&distro=debian-13&upstream=openssl",
        "pkg:deb/debian/libstdc%2B%2B6@14.2-1%2Bb1?distro=debian-13&upstream=gcc-14%4014.2-1",
        "pkg:deb/debian/bash@5.2-1?distro=debian-13",
        "pkg:pypi/starlette@1.0",
    ]
    references = [{"referenceLocator": url} for url in urls]
    sbom.write_text(json.dumps({"packages": [{}, {"externalRefs": references}]}))
    others = {Package("Debian:13", "gcc-14", "14.2-1"), Package("Debian:13", "bash", "5.2-1")}
    assert audit.debian(sbom) == {OPENSSL, *others}
    assert asked(monkeypatch, [advisory("DSA-1", OPENSSL, "3.5.1-1+deb13u1")], str(sbom)) == 1
    with pytest.raises(SystemExit, match="no SBOM"):
        asked(monkeypatch, [], "notes:latest")


def test_everything_locked_is_asked_about() -> None:
    names = {package.name for package in audit.locked() if package.ecosystem == "npm"}
    assert {"aws-cdk", "@cloud-copilot/iam-simulate"} <= names
