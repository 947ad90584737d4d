"""The registry's scan of the image."""

from datetime import date
from pathlib import Path
from typing import Any
from unittest.mock import Mock

import pytest
from tests.deploy.aws import DIGEST, Account

from ishizue_ops.deploy import release
from ishizue_ops.deploy.release import ReleaseError, scan

TODAY = date(2026, 11, 24)
IMAGE = {"repositoryName": "notes", "imageId": {"imageDigest": DIGEST}}
DESCRIBE = "describe_image_scan_findings"


def _status(account: Account, status: str, description: str = "") -> None:
    response = {"imageScanStatus": {"status": status, "description": description}}
    account.responds("ecr", DESCRIBE, response, {**IMAGE, "maxResults": 1})


def _page(
    account: Account, token: str | None = None, following: str | None = None, **kinds: Any
) -> None:
    response: dict[str, Any] = {"imageScanFindings": kinds}
    response |= {"nextToken": following} if following else {}
    account.responds("ecr", DESCRIBE, response, IMAGE | ({"nextToken": token} if token else {}))


def _check(account: Account, *accepted: str, attempts: int = 3) -> list[str]:
    findings = scan.check(
        account.client("ecr"),
        repository="notes",
        digest=DIGEST,
        accepted=set(accepted),
        attempts=range(attempts),
    )
    return [finding.id for finding in findings]


def test_attempts_are_so_many_and_spaced(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("time.sleep", slept := Mock())
    assert len(list(release.every(5, times=3))) == 3
    assert [call.args for call in slept.mock_calls] == [(5,), (5,)]


def test_it_waits_until_the_scan_has_started_and_ended_and_reports(account: Account) -> None:
    account.refuses("ecr", DESCRIBE, "ScanNotFoundException")
    _status(account, "IN_PROGRESS")
    _status(account, "COMPLETE")
    names = {"CVE-2026-1": "MEDIUM", "CVE-2026-2": "CRITICAL"}
    _page(account, findings=[{"name": name, "severity": names[name]} for name in names])
    assert _check(account) == ["CVE-2026-2"], "the basic scan does not say what has a fix"


def _enhanced(name: str, severity: str, fix: str, **fixed: str) -> dict[str, Any]:
    """A finding as the ECR API reference documents `EnhancedImageScanFinding`."""
    details = {"vulnerabilityId": name, "vulnerablePackages": [{"name": "zlib", **fixed}]}
    return {"severity": severity, "fixAvailable": fix, "packageVulnerabilityDetails": details}


@pytest.mark.parametrize(("severity", "fix"), [("CRITICAL", "YES"), ("HIGH", "PARTIAL")])
def test_a_serious_finding_with_a_fix_stops_the_release_on_a_later_page_too(
    account: Account, severity: str, fix: str
) -> None:
    findings = [_enhanced("CVE-2026-5", severity, fix, fixedInVersion="1.4")]
    _status(account, "ACTIVE")
    _page(account, following="more", enhancedFindings=[])
    _page(account, token="more", enhancedFindings=findings)
    with pytest.raises(
        ReleaseError, match=rf"^[^\n]*CVE-2026-5 {severity} in zlib, fixed in 1.4[^\n]*$"
    ):
        _check(account)


def test_without_a_fix_or_less_serious_it_does_not(account: Account) -> None:
    findings = [("CVE-2026-5", "CRITICAL", "NO"), ("CVE-2026-6", "MEDIUM", "YES")]
    _status(account, "ACTIVE")
    _page(account, enhancedFindings=[_enhanced(*each) for each in findings])
    assert _check(account) == ["CVE-2026-5"]


def test_an_accepted_finding_passes_and_another_does_not(account: Account) -> None:
    findings = [_enhanced(name, "HIGH", "YES") for name in ("CVE-2026-6", "CVE-2026-7")]
    for _ in range(2):
        _status(account, "ACTIVE")
        _page(account, enhancedFindings=findings)
    assert _check(account, "CVE-2026-6", "CVE-2026-7") == ["CVE-2026-6", "CVE-2026-7"]
    with pytest.raises(ReleaseError, match=r"^scan: CVE-2026-7"):
        _check(account, "CVE-2026-6")


def test_an_image_that_is_not_scanned_is_told_apart_and_a_scan_that_does_not_end_stops_it(
    account: Account,
) -> None:
    _status(account, "UNSUPPORTED_IMAGE", "the operating system is not known")
    with pytest.raises(scan.NotScanned, match="UNSUPPORTED_IMAGE: the operating system"):
        _check(account)
    account.refuses("ecr", DESCRIBE, "ScanNotFoundException")
    with pytest.raises(scan.NotScanned, match="no scan"):
        _check(account, attempts=1)
    _status(account, "IN_PROGRESS")
    with pytest.raises(ReleaseError, match=r"timed out .*: IN_PROGRESS$"):
        _check(account, attempts=1)


def _file(folder: Path, text: str) -> Path:
    file = folder / "accepted_findings.toml"
    file.write_text(text, encoding="utf-8")
    return file


def test_a_finding_is_accepted_through_its_expiry_date(tmp_path: Path) -> None:
    days = {"CVE-2026-8": TODAY, "CVE-2026-9": "2026-11-23"}
    entries = (f'[{name}]\nreason = "no perl"\nuntil = {day}\n' for name, day in days.items())
    assert scan.accepted(TODAY, _file(tmp_path, "".join(entries))) == {"CVE-2026-8"}


@pytest.mark.parametrize(
    "entry",
    [
        'reason = " "\nuntil = 2027-01-01',
        'reason = "no perl is run"',
        'reason = "no perl is run"\nuntil = 2027-01-01T00:00:00',
    ],
)
def test_an_entry_needs_a_reason_and_an_expiry_date(tmp_path: Path, entry: str) -> None:
    with pytest.raises(ReleaseError, match=r"CVE-2026-8 in .* needs a reason and a date"):
        scan.accepted(TODAY, _file(tmp_path, f"[CVE-2026-8]\n{entry}\n"))
