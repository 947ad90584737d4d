"""Waits for the registry's scan of an image, and fails on serious findings that have a fix.

ECR's basic scan does not say whether a fix exists, and every Debian image has findings without one:
they are only reported, and `make audit` is the gate before the push. Inspector's (enhanced) scan
says it: a CRITICAL or HIGH finding with a fix stops the release, unless `accepted_findings.toml`
accepts it with a reason and an expiry date.
"""

import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from ishizue_ops.deploy.release import ReleaseError
from ishizue_ops.words import Text

ACCEPTED = Path("infra/accepted_findings.toml")
"""The findings that the service accepts; the file may be missing."""

_BLOCKING = ("CRITICAL", "HIGH")
_DONE = ("COMPLETE", "ACTIVE")
"""The last status of ECR's basic scan, and of Inspector's continuous one."""

_UNDER_WAY = ("IN_PROGRESS", "PENDING")


class NotScanned(Exception):
    """The registry has no findings of this image, and will have none; the message says why."""


@dataclass(frozen=True, slots=True)
class Finding:
    """A vulnerability (`CVE-…`) in packages of the image, and what version fixes it, if known."""

    id: str
    severity: str
    package: str
    fix: str | None = None

    def __str__(self) -> str:
        return f"{self.id} {self.severity} in {self.package}" + (
            f", fixed in {self.fix}" if self.fix else ""
        )


def accepted(today: date, file: Path = ACCEPTED) -> set[str]:
    """The ids accepted today. Raises ReleaseError for an entry without a reason or expiry date."""
    try:
        entries = tomllib.loads(file.read_text(encoding="utf-8")) if file.exists() else {}
    except tomllib.TOMLDecodeError as error:
        raise ReleaseError(Text("not-toml", file=file.name, error=error)) from None
    for name, entry in entries.items():
        fields = entry if isinstance(entry, Mapping) else {}
        reason = fields.get("reason")
        until = fields.get("until")
        # A datetime is an instance of date.
        if not (isinstance(reason, str) and reason.strip() and type(until) is date):
            raise ReleaseError(Text("unreasoned", name=name, file=file.name))
    return {name for name, entry in entries.items() if entry["until"] >= today}


def check(
    ecr: Any, *, repository: str, digest: str, accepted: set[str], attempts: Iterable[object]
) -> list[Finding]:
    """Wait for the scan, and return the serious findings: accepted, or without a known fix.

    Raises ReleaseError for another one, or on a timeout; NotScanned.
    """
    _wait(ecr, repository, digest, attempts)
    serious = [f for f in _findings(ecr, repository, digest) if f.severity in _BLOCKING]
    blocking = [finding for finding in serious if finding.fix and finding.id not in accepted]
    if blocking:
        listed = "; ".join(map(str, blocking))
        raise ReleaseError(Text("vulnerable", findings=listed, file=ACCEPTED.name))
    return serious


def _wait(ecr: Any, repository: str, digest: str, attempts: Iterable[object]) -> None:
    status = ""
    for _ in attempts:
        try:
            answer = ecr.describe_image_scan_findings(**_image(repository, digest), maxResults=1)
        except ecr.exceptions.ScanNotFoundException:
            continue  # a scan starts some seconds after the push
        status = answer["imageScanStatus"]["status"]
        if status in _DONE:
            return
        if status not in _UNDER_WAY:
            why = answer["imageScanStatus"].get("description", Text("no-reason"))
            raise NotScanned(Text("because", what=status, why=why))
    if not status:
        raise NotScanned(Text("no-scan"))
    raise ReleaseError(Text("scan-slow", digest=digest, status=status))


def _findings(ecr: Any, repository: str, digest: str) -> Iterator[Finding]:
    pages = ecr.get_paginator("describe_image_scan_findings")
    for page in pages.paginate(**_image(repository, digest)):
        for basic in page["imageScanFindings"].get("findings", ()):
            attributes = {a["key"]: a.get("value", "") for a in basic.get("attributes", ())}
            package = attributes.get("package_name", "an unnamed package")
            yield Finding(basic["name"], basic["severity"], package)
        for enhanced in page["imageScanFindings"].get("enhancedFindings", ()):
            details = enhanced.get("packageVulnerabilityDetails", {})
            packages = details.get("vulnerablePackages", ())
            named = ", ".join(package["name"] for package in packages)
            fix = None
            # PARTIAL means that some of the packages have a fix.
            if enhanced.get("fixAvailable") in ("YES", "PARTIAL"):
                versions = dict.fromkeys(p.get("fixedInVersion", "") for p in packages)
                fix = ", ".join(filter(None, versions)) or "a later version"
            name = details.get("vulnerabilityId") or enhanced["findingArn"]
            yield Finding(name, enhanced["severity"], named or "an unnamed package", fix)


def _image(repository: str, digest: str) -> dict[str, Any]:
    return {"repositoryName": repository, "imageId": {"imageDigest": digest}}
