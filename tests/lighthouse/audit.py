"""One page audited by Lighthouse: mobile, on a simulated slow 4G, which are its own defaults."""

import json
import os
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path
from statistics import median_low

from infra.npm import NODE, installed

CATEGORIES = ("performance", "accessibility", "best-practices", "seo")
WHOLE = 100
_RUN_SECONDS = 120
_CHROME = "--headless=new --no-sandbox --disable-gpu --disable-dev-shm-usage"


@dataclass(frozen=True, slots=True)
class Scores:
    """The scores of a page, 0 to 100, the median of its runs, and what cost points."""

    by_category: dict[str, int]
    wanting: tuple[str, ...]

    @property
    def whole(self) -> bool:
        return all(score == WHOLE for score in self.by_category.values())


def audit(url: str, browser: str, runs: int) -> Scores:
    """Audit the page `runs` times. Raises RuntimeError where Lighthouse cannot."""
    reports = [_run(url, browser) for _ in range(runs)]
    scores = {
        category: median_low(_points(report["categories"][category]) for report in reports)
        for category in CATEGORIES
    }
    wanting = {line for report in reports for line in _wanting(report, scores)}
    return Scores(scores, tuple(sorted(wanting)))


def _run(url: str, browser: str) -> dict[str, dict[str, dict[str, object]]]:
    program = installed(Path(__file__).parent) / "lighthouse" / "cli" / "index.js"
    with tempfile.TemporaryDirectory(prefix="kirosample-") as folder:
        report = Path(folder) / "report.json"
        command: list[str | Path] = [NODE, program, url, "--quiet", "--no-enable-error-reporting"]
        command += ["--output=json", f"--output-path={report}", f"--chrome-flags={_CHROME}"]
        command += [f"--only-categories={','.join(CATEGORIES)}"]
        done = subprocess.run(
            command,
            env={**os.environ, "CHROME_PATH": browser},
            capture_output=True,
            text=True,
            timeout=_RUN_SECONDS,
        )
        if done.returncode or not report.exists():
            said = next(iter(done.stderr.strip().splitlines()), "no reason given")
            raise RuntimeError(f"Lighthouse could not audit {url}: {said}")
        found: dict[str, dict[str, dict[str, object]]] = json.loads(report.read_text())
        return found


def _points(part: dict[str, object]) -> int:
    """A score as Lighthouse shows it. One that could not be computed is none."""
    score = part["score"]
    return round(score * 100) if isinstance(score, int | float) else 0


def _wanting(report: dict[str, dict[str, dict[str, object]]], scores: dict[str, int]) -> list[str]:
    """The audits that cost points in the categories that are not whole."""
    lines = []
    for category, score in scores.items():
        if score == WHOLE:
            continue
        references = report["categories"][category]["auditRefs"]
        assert isinstance(references, list)
        for reference in references:
            part = report["audits"][reference["id"]]
            if reference["weight"] and part["score"] is not None and _points(part) < WHOLE:
                shown = part.get("displayValue", "")
                lines.append(f"{category}: {part['title']} {shown} ({_points(part)})".strip())
    return lines
