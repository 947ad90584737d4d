"""Known vulnerabilities of packages from OSV, which has PyPI's, npm's and Debian's advisories.

pip-audit covers only PyPI, and with an index without advisories it skips all packages and succeeds.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import httpx

SERVICE = "https://api.osv.dev"

_BATCH = 1000
"""The most packages in one query to OSV."""


class Unavailable(Exception):
    """OSV cannot be reached or does not respond as documented."""


class Refused(Exception):
    """OSV calls the query invalid, so a retry would not help."""


@dataclass(frozen=True, order=True)
class Package:
    """A package as OSV names it; the ecosystem is for example `PyPI`, `npm` or `Debian:13`."""

    ecosystem: str
    name: str
    version: str


@dataclass(frozen=True)
class Finding:
    """A vulnerability of a package: all its ids, and the versions that fix it."""

    package: Package
    ids: frozenset[str]
    fixed: tuple[str, ...]
    summary: str

    def __str__(self) -> str:
        name = min(self.ids, key=lambda each: (not each.startswith("CVE-"), each))
        fix = f"fixed in {', '.join(self.fixed)}" if self.fixed else "no fix yet"
        text = f"{name} in {self.package.name} {self.package.version}: {fix}"
        return f"{text} ({self.summary})" if self.summary else text


def findings(packages: Sequence[Package]) -> list[Finding]:
    """The vulnerabilities of these packages. Raises Unavailable, Refused."""
    merged: list[Finding] = []
    try:
        with httpx.Client(base_url=SERVICE, timeout=10) as client:
            named = list(_named(client, packages))
            texts = {name: _json(client.get(f"/v1/vulns/{name}")) for _, name in named}
        for package, name in named:
            if not texts[name].get("withdrawn"):
                _add(merged, _finding(package, texts[name]))
    except (httpx.HTTPError, AttributeError, LookupError, TypeError, ValueError) as error:
        reason = f"{type(error).__name__}: {error}"
        raise Unavailable(" ".join(reason.split())) from None
    return merged


def _named(client: httpx.Client, packages: Sequence[Package]) -> Iterator[tuple[Package, str]]:
    """Each package with the id of each of its vulnerabilities."""
    waiting = [(package, "") for package in packages]
    while waiting:
        batch = waiting[:_BATCH]
        waiting = waiting[_BATCH:]
        queries = [
            {
                "package": {"ecosystem": package.ecosystem, "name": package.name},
                "version": package.version,
                **({"page_token": token} if token else {}),
            }
            for package, token in batch
        ]
        results = _json(client.post("/v1/querybatch", json={"queries": queries}))["results"]
        for (package, _), result in zip(batch, results, strict=True):
            for vulnerability in result.get("vulns", ()):
                yield package, vulnerability["id"]
            if token := result.get("next_page_token"):
                waiting.append((package, token))


def _json(response: httpx.Response) -> Any:
    if response.status_code == 400:
        raise Refused(" ".join(response.text.split())[:200])
    return response.raise_for_status().json()


def _finding(package: Package, text: dict[str, Any]) -> Finding:
    fixed = {
        event["fixed"]: None
        for affected in text.get("affected", ())
        if _same(affected.get("package", {}), package)
        for versions in affected.get("ranges", ())
        if versions["type"] != "GIT"
        for event in versions["events"]
        if "fixed" in event
    }
    # A distribution's advisory on several vulnerabilities is not the same as any of them.
    upstream = text.get("upstream", ())
    ids = frozenset(
        (text["id"], *text.get("aliases", ()), *(upstream if len(upstream) == 1 else ()))
    )
    return Finding(package, ids, tuple(fixed), " ".join(text.get("summary", "").split()))


def _same(named: dict[str, str], package: Package) -> bool:
    names = (named.get("name", ""), package.name)
    ours, theirs = (re.sub(r"[-_.]+", "-", name).lower() for name in names)
    return ours == theirs and named.get("ecosystem") == package.ecosystem


def _add(merged: list[Finding], new: Finding) -> None:
    """Merge the advisories of several databases on the same vulnerability."""
    for at, old in enumerate(merged):
        if old.package == new.package and old.ids & new.ids:
            fixed = tuple(dict.fromkeys((*old.fixed, *new.fixed)))
            merged[at] = Finding(old.package, old.ids | new.ids, fixed, old.summary or new.summary)
            return
    merged.append(new)
