"""The registry's scan of an image: waited for, and obeyed.

A finding that is CRITICAL or HIGH stops the release, unless `accepted_findings.toml` names it with
a reason and a last day.
"""

import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from infra.release import ReleaseError

ACCEPTED = Path(__file__).with_name("accepted_findings.toml")

_BLOCKING = ("CRITICAL", "HIGH")
_DONE = ("COMPLETE", "ACTIVE")
"""Of ECR's basic scan, and of Inspector's, which goes on scanning."""

_UNDER_WAY = ("IN_PROGRESS", "PENDING")


@dataclass(frozen=True, slots=True)
class Finding:
    """A vulnerability, by its own id (`CVE-…`), in a package of the image."""

    id: str
    severity: str
    package: str

    def __str__(self) -> str:
        return f"{self.id} {self.severity} in {self.package}"


def accepted(today: date, file: Path = ACCEPTED) -> set[str]:
    """The ids accepted on this day. Raises ReleaseError for an entry without reason or last day."""
    try:
        entries = tomllib.loads(file.read_text(encoding="utf-8"))
    except tomllib.TOMLDecodeError as error:
        raise ReleaseError(f"scan: {file.name} is no TOML: {error}") from None
    for name, entry in entries.items():
        fields = entry if isinstance(entry, Mapping) else {}
        reason, until = fields.get("reason"), fields.get("until")
        # A datetime is a date too, and not what is meant.
        if not (isinstance(reason, str) and reason.strip() and type(until) is date):
            raise ReleaseError(f"scan: {name} in {file.name} needs a reason and a date `until`")
    return {name for name, entry in entries.items() if entry["until"] >= today}


def check(
    ecr: Any, *, repository: str, digest: str, accepted: set[str], attempts: Iterable[object]
) -> list[Finding]:
    """Wait for the scan; the findings that would stop a release but are accepted.

    Raises ReleaseError for one that is not, for a scan that failed, and for one that did not end.
    """
    _wait(ecr, repository, digest, attempts)
    serious = [f for f in _findings(ecr, repository, digest) if f.severity in _BLOCKING]
    blocking = [finding for finding in serious if finding.id not in accepted]
    if blocking:
        raise ReleaseError(
            f"scan: {'; '.join(map(str, blocking))}: "
            f"mend them, or accept them with a reason in {ACCEPTED.name}"
        )
    return serious


def _wait(ecr: Any, repository: str, digest: str, attempts: Iterable[object]) -> None:
    status = "not begun"
    for _ in attempts:
        try:
            answer = ecr.describe_image_scan_findings(**_image(repository, digest), maxResults=1)
        except ecr.exceptions.ScanNotFoundException:
            continue  # it begins some seconds after the push
        status = answer["imageScanStatus"]["status"]
        if status in _DONE:
            return
        if status not in _UNDER_WAY:
            why = answer["imageScanStatus"].get("description", "no reason given")
            raise ReleaseError(f"scan: {status} for {digest}: {why}")
    raise ReleaseError(f"scan: not done in time for {digest}: {status}")


def _findings(ecr: Any, repository: str, digest: str) -> Iterator[Finding]:
    pages = ecr.get_paginator("describe_image_scan_findings")
    for page in pages.paginate(**_image(repository, digest)):
        for found in page["imageScanFindings"].get("findings", ()):
            attributes = {a["key"]: a.get("value", "") for a in found.get("attributes", ())}
            package = attributes.get("package_name", "an unnamed package")
            version = attributes.get("package_version", "")
            yield Finding(found["name"], found["severity"], f"{package} {version}".strip())
        for found in page["imageScanFindings"].get("enhancedFindings", ()):
            details = found.get("packageVulnerabilityDetails", {})
            packages = [p["name"] for p in details.get("vulnerablePackages", ())]
            name = details.get("vulnerabilityId") or found["findingArn"]
            yield Finding(name, found["severity"], ", ".join(packages) or "an unnamed package")


def _image(repository: str, digest: str) -> dict[str, Any]:
    return {"repositoryName": repository, "imageId": {"imageDigest": digest}}
