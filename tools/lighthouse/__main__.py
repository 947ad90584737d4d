"""`make lighthouse`: audit every page three times; exit 1 unless every median is 100.

    python -m tools.lighthouse [PATH…]

With Lighthouse's defaults: mobile, simulated slow 4G. The server has favorites and is reached over
loopback.
"""

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from statistics import median_low

from infra.deploy.npm import NODE, installed
from kirosample.clock import system_clock
from tools.browser import programs
from tools.browser.lived_in import lived_in
from tools.browser.pages import addresses
from tools.postgres import embedded_server

RUNS = 3
CATEGORIES = ("performance", "accessibility", "best-practices", "seo")
PERFECT = 100
_RUN_SECONDS = 120
_CHROME = "--headless=new --no-sandbox --disable-gpu --disable-dev-shm-usage"


def audit(url: str, browser: str) -> tuple[dict[str, int], list[str]]:
    """The median scores of a page, and the audits that cost points. Raises RuntimeError."""
    reports = [_run(url, browser) for _ in range(RUNS)]
    scores = {
        category: median_low(_points(report["categories"][category]) for report in reports)
        for category in CATEGORIES
    }
    return scores, sorted({line for report in reports for line in _losses(report, scores)})


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
            reason = next(iter(done.stderr.strip().splitlines()), "no reason given")
            raise RuntimeError(f"Lighthouse could not audit {url}: {reason}")
        found: dict[str, dict[str, dict[str, object]]] = json.loads(report.read_text())
        return found


def _points(part: dict[str, object]) -> int:
    """A score as Lighthouse shows it; 0 if it could not be computed."""
    score = part["score"]
    return round(score * 100) if isinstance(score, int | float) else 0


def _losses(report: dict[str, dict[str, dict[str, object]]], scores: dict[str, int]) -> list[str]:
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
        width = max(map(len, pages))
        print(f"{'':{width}}  {'  '.join(CATEGORIES)}", flush=True)
        for page in pages:
            try:
                scores, losses = audit(server.url + page, browser)
            except (RuntimeError, subprocess.TimeoutExpired) as error:
                print(f"{page:{width}}  {error}", flush=True)
                failed += 1
                continue
            cells = (f"{scores[name]:{len(name)}}" for name in CATEGORIES)
            print(f"{page:{width}}  {'  '.join(cells)}", flush=True)
            for line in losses:
                print(f"{'':{width}}    {line}", flush=True)
            failed += set(scores.values()) != {PERFECT}
    what = f"{len(pages)} pages, the median of {RUNS} runs"
    print(f"below 100: {failed} of {what}" if failed else f"100 in every category: {what}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
