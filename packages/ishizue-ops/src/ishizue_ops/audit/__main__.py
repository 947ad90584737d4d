"""`make audit`: known vulnerabilities of everything locked, and of Debian's packages in an image.

    ishizue-ops audit [SBOM]

OSV is asked, which has PyPI's, npm's and Debian's advisories. SBOM is the image's list in SPDX's
JSON. Exit codes: 1 if there is a fix that `acknowledged_findings.toml` does not put off until a
date, or a file is invalid; otherwise 0, also if OSV is unreachable, which is printed.
"""

import json
import os
import re
import sys
import tomllib
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import unquote

import httpx

import ishizue_ops

SERVICE = "https://api.osv.dev"
ACKNOWLEDGED = Path("infra/acknowledged_findings.toml")


class Package(NamedTuple):
    """A package as OSV names it; the ecosystem is for example `PyPI`, `npm` or `Debian:13`."""

    ecosystem: str
    name: str
    version: str


def locked() -> set[Package]:
    """Everything in requirements/, and in each package-lock.json outside node_modules/."""
    packages = set()
    for file in Path("requirements").glob("*.txt"):
        for name, version in re.findall(r"^([\w.-]+)==([^\s;]+)", file.read_text(), re.M):
            packages.add(Package("PyPI", name, version))
    for folder in (Path(ishizue_ops.__file__).parent, Path("tests"), Path("tools")):
        for file in folder.rglob("package-lock.json"):
            lock = {} if "node_modules" in file.parts else json.loads(file.read_text())
            for path, entry in lock.get("packages", {}).items():
                name = entry.get("name") or path.rpartition("node_modules/")[2]
                if path:
                    packages.add(Package("npm", name, entry["version"]))
    return packages


def debian(sbom: Path) -> set[Package]:
    """Debian's source packages in an SBOM, of which syft writes each binary package as a URL.

    Such as `pkg:deb/debian/libssl3@3.5.1-1?distro=debian-13&upstream=openssl`; `upstream` has a
    version where the source's is another (anchore/syft, `debian/package.go`).
    """
    packages = set()
    for listed in json.loads(sbom.read_text(encoding="utf-8"))["packages"]:
        for reference in listed.get("externalRefs", ()):
            _, _, url = reference["referenceLocator"].partition("pkg:deb/debian/")
            if url:
                binary, _, query = url.partition("?")
                given = dict(each.split("=", 1) for each in query.split("&"))
                name, _, version = unquote(given.get("upstream", binary)).partition("@")
                ecosystem = f"Debian:{given['distro'].removeprefix('debian-')}"
                installed = unquote(binary).partition("@")[2]
                packages.add(Package(ecosystem, name, version or installed))
    return packages


def acknowledged(file: Path, today: date) -> set[str]:
    """The ids that are acknowledged today. Exits with 1 for one without a reason or a date."""
    if (old := file.with_name("accepted_findings.toml")).exists():
        sys.exit(f"audit: {old} is now {file}: rename it")
    entries = tomllib.loads(file.read_text(encoding="utf-8")) if file.exists() else {}
    for name, entry in entries.items():
        # A datetime is an instance of date.
        if not str(entry.get("reason", "")).strip() or type(entry.get("until")) is not date:
            sys.exit(f"audit: {name} in {file} needs a reason and a date `until`")
    return {name for name, entry in entries.items() if entry["until"] >= today}


def known(client: httpx.Client, package: Package) -> Iterator[dict[str, Any]]:
    """OSV's advisories on a package. Exits with 1 if it refuses the query."""
    query = {
        "package": {"ecosystem": package.ecosystem, "name": package.name},
        "version": package.version,
    }
    more = True
    while more:
        response = client.post("/v1/query", json=query)
        if response.status_code == httpx.codes.BAD_REQUEST:
            sys.exit(f"audit: {SERVICE} refuses {package}: {response.text}")
        page = response.raise_for_status().json()
        yield from (each for each in page.get("vulns", ()) if not each.get("withdrawn"))
        query["page_token"] = more = page.get("next_page_token")


def fixes(package: Package, advisory: dict[str, Any]) -> str:
    """The versions of the package that fix it."""
    fixed = []
    for affected in advisory.get("affected", ()):
        named = affected.get("package", {})
        same = named.get("name", "").lower() == package.name.lower()
        for versions in affected.get("ranges", ()):
            if same and named["ecosystem"] == package.ecosystem and versions["type"] != "GIT":
                fixed += [event["fixed"] for event in versions["events"] if "fixed" in event]
    return ", ".join(fixed)


def main(arguments: Sequence[str]) -> int:
    """Ask OSV, and print what it knows; exit codes as above."""
    allowed = acknowledged(ACKNOWLEDGED, datetime.now(UTC).date())
    packages = locked()
    for sbom in map(Path, arguments):
        in_image = debian(sbom) if sbom.is_file() else ()
        if not in_image:
            sys.exit(f"audit: {sbom} is no SBOM of an image that is Debian's")
        packages.update(in_image)
    counts = Counter(package.ecosystem for package in packages)
    what = ", ".join(f"{count} of {ecosystem}" for ecosystem, count in sorted(counts.items()))
    try:
        with httpx.Client(base_url=SERVICE, timeout=10) as client:
            found = [(each, text) for each in sorted(packages) for text in known(client, each)]
    except (httpx.HTTPError, AttributeError, LookupError, TypeError, ValueError) as error:
        # GitHub shows such a line on the page of the run.
        mark = "::warning::" if os.environ.get("GITHUB_ACTIONS") else ""
        print(f"{mark}NOT CHECKED for known vulnerabilities: {what}.")
        print(f"{SERVICE} is unreachable: {type(error).__name__}: {error}")
        return 0
    failing = 0
    for package, advisory in found:
        # A distribution's advisory on several vulnerabilities is not the same as any of them.
        upstream = advisory.get("upstream", ())
        ids = {advisory["id"], *advisory.get("aliases", ()), *upstream[: len(upstream) == 1]}
        fixed = fixes(package, advisory)
        verdict = "acknowledged" if ids & allowed else "FAILS" if fixed else "known"
        failing += verdict == "FAILS"
        fix = f"fixed in {fixed}" if fixed else "no fix yet"
        print(f"{verdict}: {', '.join(sorted(ids))} in {package.name} {package.version}: {fix}")
    print(f"{failing} to fix, {len(found) - failing} others, in {what}.")
    return 1 if failing else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
