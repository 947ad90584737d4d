"""`make lighthouse`: audit every page, on a phone and a desktop; exit 1 unless every median is 100.

    python -m tools.lighthouse [PATH…]

The median is that of three runs: the third is left out where the first two have only hundreds. The
network is simulated: slow 4G for the phone, a cable for the desktop. The server has favorites and
is reached over loopback.
"""

import json
import os
import subprocess
import sys
import tempfile
from itertools import product
from pathlib import Path
from statistics import median_low

from ishizue.clock import system_clock
from ishizue.testing.postgres import embedded_server
from ishizue_ops.node import NODE, installed
from tools.browser import programs
from tools.browser.lived_in import lived_in
from tools.browser.pages import addresses

RUNS = 3
DEVICES = {
    "phone": ("--screenEmulation.width=360", "--screenEmulation.height=740"),
    "desktop": ("--preset=desktop",),
}
CATEGORIES = ("performance", "accessibility", "best-practices", "seo")
PERFECT = 100
Report = dict[str, dict[str, dict[str, object]]]
"""Lighthouse's JSON: `categories` and `audits` by their ids."""

_RUN_SECONDS = 120
_CHROME = "--headless=new --no-sandbox --disable-gpu --disable-dev-shm-usage"


def audit(url: str, browser: str, device: str) -> tuple[dict[str, int], list[str]]:
    """The median scores of a page, and the audits that cost points. Raises RuntimeError."""
    reports: list[Report] = []
    while len(reports) < RUNS and sum(map(_is_perfect, reports)) <= RUNS // 2:
        reports.append(_run(url, browser, DEVICES[device]))
    scores = {
        category: median_low(_points(report["categories"][category]) for report in reports)
        for category in CATEGORIES
    }
    return scores, sorted({line for report in reports for line in _losses(report, scores)})


def _is_perfect(report: Report) -> bool:
    return all(_points(report["categories"][category]) == PERFECT for category in CATEGORIES)


def _run(url: str, browser: str, device: tuple[str, ...]) -> Report:
    program = installed(Path(__file__).parent) / "lighthouse" / "cli" / "index.js"
    with tempfile.TemporaryDirectory(prefix="kirosample-") as folder:
        report = Path(folder) / "report.json"
        command: list[str | Path] = [NODE, program, url, "--quiet", "--no-enable-error-reporting"]
        command += [*device, "--output=json", f"--output-path={report}"]
        command += [f"--chrome-flags={_CHROME}", f"--only-categories={','.join(CATEGORIES)}"]
        done = subprocess.run(
            command,
            env={**os.environ, "CHROME_PATH": browser},
            capture_output=True,
            text=True,
            timeout=_RUN_SECONDS,
        )
        if done.returncode or not report.exists():
            reason = next(iter(done.stderr.strip().splitlines()), "no reason given")
            raise RuntimeError(f"Lighthouse could not audit {url}: {reason}")
        found: Report = json.loads(report.read_text())
        return found


def _points(part: dict[str, object]) -> int:
    """A score as Lighthouse shows it; 0 if it could not be computed."""
    score = part["score"]
    return round(score * 100) if isinstance(score, int | float) else 0


def _losses(report: Report, scores: dict[str, int]) -> list[str]:
    lines = []
    for category, score in scores.items():
        if score == PERFECT:
            continue
        references = report["categories"][category]["auditRefs"]
        assert isinstance(references, list)
        for reference in references:
            part = report["audits"][reference["id"]]
            if reference["weight"] and part["score"] is not None and _points(part) < PERFECT:
                shown = part.get("displayValue", "")
                lines.append(f"{category}: {part['title']} {shown} ({_points(part)})".strip())
    return lines


def main(named: list[str]) -> int:
    browser = programs.chromium()
    if browser is None:
        print(f"lighthouse needs a Chromium: one of {', '.join(programs.NAMES)}", file=sys.stderr)
        return 2
    failed = 0
    with embedded_server() as database, lived_in(database, clock=system_clock) as server:
        pages = named or addresses(server)
        width = max(map(len, pages)) + max(map(len, DEVICES)) + 2
        print(f"{'':{width}}  {'  '.join(CATEGORIES)}", flush=True)
        for page, device in product(pages, DEVICES):
            name = f"{page}, {device}"
            try:
                scores, losses = audit(server.url + page, browser, device)
            except (RuntimeError, subprocess.TimeoutExpired) as error:
                print(f"{name:{width}}  {error}", flush=True)
                failed += 1
                continue
            cells = (f"{scores[category]:{len(category)}}" for category in CATEGORIES)
            print(f"{name:{width}}  {'  '.join(cells)}", flush=True)
            for line in losses:
                print(f"{'':{width}}    {line}", flush=True)
            failed += set(scores.values()) != {PERFECT}
    what = f"{len(pages) * len(DEVICES)} medians ({len(pages)} pages, {' and '.join(DEVICES)})"
    print(f"below 100: {failed} of {what}" if failed else f"100 in every category: {what}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
