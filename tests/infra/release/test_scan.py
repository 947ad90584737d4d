"""The scan of the image: waited for, and obeyed."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from tests.infra.release.aws import DIGEST, stubbed

from infra.release import ReleaseError, scan

TODAY = date(2026, 11, 24)
IMAGE = {"repositoryName": "kirosample", "imageId": {"imageDigest": DIGEST}}


def _finding(name: str, severity: str, package: str = "openssl") -> dict[str, Any]:
    attributes = [
        {"key": "package_name", "value": package},
        {"key": "package_version", "value": "3.5"},
    ]
    return {"name": name, "severity": severity, "attributes": attributes}


def _status(stubber: Any, status: str, description: str = "") -> None:
    stubber.add_response(
        "describe_image_scan_findings",
        {"imageScanStatus": {"status": status, "description": description}},
        {**IMAGE, "maxResults": 1},
    )


def _page(
    stubber: Any, token: str | None = None, following: str | None = None, **kinds: Any
) -> None:
    answer: dict[str, Any] = {"imageScanFindings": kinds}
    stubber.add_response(
        "describe_image_scan_findings",
        answer | ({"nextToken": following} if following else {}),
        IMAGE | ({"nextToken": token} if token else {}),
    )


def _check(ecr: Any, accepted: set[str] | None = None, attempts: int = 3) -> list[scan.Finding]:
    return scan.check(
        ecr,
        repository="kirosample",
        digest=DIGEST,
        accepted=accepted or set(),
        attempts=range(attempts),
    )


def test_a_scan_that_has_not_begun_is_waited_for_until_it_is_done() -> None:
    with stubbed("ecr") as (ecr, stubber):
        stubber.add_client_error("describe_image_scan_findings", "ScanNotFoundException")
        _status(stubber, "IN_PROGRESS")
        _status(stubber, "COMPLETE")
        _page(stubber, findings=[_finding("CVE-2026-1", "MEDIUM"), _finding("CVE-2026-2", "LOW")])
        assert _check(ecr) == []


@pytest.mark.parametrize("severity", ["CRITICAL", "HIGH"])
def test_a_serious_finding_stops_the_release_by_its_name(severity: str) -> None:
    with stubbed("ecr") as (ecr, stubber):
        _status(stubber, "COMPLETE")
        _page(stubber, findings=[_finding("CVE-2026-3", severity)])
        with pytest.raises(ReleaseError) as caught:
            _check(ecr)
    assert f"CVE-2026-3 {severity} in openssl 3.5" in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_serious_finding_on_a_later_page_is_found() -> None:
    with stubbed("ecr") as (ecr, stubber):
        _status(stubber, "COMPLETE")
        _page(stubber, following="more", findings=[_finding("CVE-2026-1", "LOW")])
        _page(stubber, token="more", findings=[_finding("CVE-2026-4", "HIGH")])
        with pytest.raises(ReleaseError, match=r"CVE-2026-4 HIGH"):
            _check(ecr)


def test_inspector_s_findings_count_as_well() -> None:
    found = {
        "findingArn": "arn:aws:inspector2:ap-northeast-1:123456789012:finding/1",
        "severity": "CRITICAL",
        "packageVulnerabilityDetails": {
            "vulnerabilityId": "CVE-2026-5",
            "vulnerablePackages": [{"name": "zlib"}],
        },
    }
    with stubbed("ecr") as (ecr, stubber):
        _status(stubber, "ACTIVE")
        _page(stubber, enhancedFindings=[found])
        with pytest.raises(ReleaseError, match=r"CVE-2026-5 CRITICAL in zlib"):
            _check(ecr)


def test_an_accepted_finding_does_not_stop_the_release_and_another_beside_it_does() -> None:
    findings = [_finding("CVE-2026-6", "HIGH"), _finding("CVE-2026-7", "CRITICAL", "perl")]
    with stubbed("ecr") as (ecr, stubber):
        _status(stubber, "COMPLETE")
        _page(stubber, findings=findings)
        accepted = _check(ecr, {"CVE-2026-6", "CVE-2026-7"})
        assert [finding.id for finding in accepted] == ["CVE-2026-6", "CVE-2026-7"]
    with stubbed("ecr") as (ecr, stubber):
        _status(stubber, "COMPLETE")
        _page(stubber, findings=findings)
        with pytest.raises(ReleaseError) as caught:
            _check(ecr, {"CVE-2026-6"})
    assert "CVE-2026-7" in str(caught.value)
    assert "CVE-2026-6" not in str(caught.value)


@pytest.mark.parametrize("status", ["FAILED", "UNSUPPORTED_IMAGE", "FINDINGS_UNAVAILABLE"])
def test_a_scan_that_says_nothing_stops_the_release_with_its_reason(status: str) -> None:
    with stubbed("ecr") as (ecr, stubber):
        _status(stubber, status, "the operating system is not known")
        with pytest.raises(ReleaseError, match=rf"{status} for {DIGEST}: the operating system"):
            _check(ecr)


def test_a_scan_that_does_not_end_stops_the_release() -> None:
    with stubbed("ecr") as (ecr, stubber):
        _status(stubber, "IN_PROGRESS")
        _status(stubber, "IN_PROGRESS")
        with pytest.raises(ReleaseError, match=r"not done in time .*: IN_PROGRESS$"):
            _check(ecr, attempts=2)


def test_a_scan_that_does_not_begin_stops_the_release() -> None:
    with stubbed("ecr") as (ecr, stubber):
        stubber.add_client_error("describe_image_scan_findings", "ScanNotFoundException")
        with pytest.raises(ReleaseError, match=r"not begun$"):
            _check(ecr, attempts=1)


def _file(folder: Path, text: str) -> Path:
    file = folder / "accepted_findings.toml"
    file.write_text(text, encoding="utf-8")
    return file


def test_a_finding_is_accepted_until_its_last_day(tmp_path: Path) -> None:
    file = _file(
        tmp_path,
        '[CVE-2026-8]\nreason = "no perl is run"\nuntil = 2026-11-24\n'
        '[CVE-2026-9]\nreason = "no perl is run"\nuntil = 2026-11-23\n',
    )
    assert scan.accepted(TODAY, file) == {"CVE-2026-8"}


@pytest.mark.parametrize(
    "entry",
    [
        "until = 2027-01-01",
        'reason = " "\nuntil = 2027-01-01',
        'reason = "no perl is run"',
        'reason = "no perl is run"\nuntil = "2027-01-01"',
        'reason = "no perl is run"\nuntil = 2027-01-01T00:00:00',
    ],
)
def test_nothing_is_accepted_without_a_reason_and_a_last_day(tmp_path: Path, entry: str) -> None:
    with pytest.raises(ReleaseError, match=r"CVE-2026-8 in .* needs a reason and a date"):
        scan.accepted(TODAY, _file(tmp_path, f"[CVE-2026-8]\n{entry}\n"))


def test_a_broken_list_accepts_nothing(tmp_path: Path) -> None:
    with pytest.raises(ReleaseError, match=r"is no TOML"):
        scan.accepted(TODAY, _file(tmp_path, "[CVE"))
    with pytest.raises(ReleaseError, match=r"CVE in .* needs a reason"):
        scan.accepted(TODAY, _file(tmp_path, 'CVE = "fine"'))


def test_the_list_that_is_kept_here_can_be_read() -> None:
    scan.accepted(TODAY)
