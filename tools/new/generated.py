"""The new repository's files that its own commands write: price, picture and settings."""

import os
import subprocess
import sys
from pathlib import Path

from tools.new.tree import TemplateError

COMMANDS = {
    "infra.cost": ("--write",),  # docs/cost.md
    "infra.drawing": (),  # docs/aws-architecture.svg and .drawio
    "tools.settings_reference": (),
}

SETTINGS = "docs/settings.md"
"""What the last command prints."""

_OURS = ("PATH", "HOME", "TMPDIR", "LANG", "LC_ALL")


def write(dest: Path) -> None:
    """Run the commands side by side, with this repository's packages and the new modules.

    Raises TemplateError.
    """
    kept = {name: os.environ[name] for name in _OURS if name in os.environ}
    environ = {
        **kept,
        "PYTHONPATH": os.pathsep.join(map(str, (dest, dest / "src"))),
        "PYTHONDONTWRITEBYTECODE": "1",
    }
    running = {
        name: subprocess.Popen(
            [sys.executable, "-m", name, *arguments],
            cwd=dest,
            env=environ,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for name, arguments in COMMANDS.items()
    }
    failed = []
    for name, process in running.items():
        printed, said = process.communicate()
        if process.returncode:
            failed.append(f"python -m {name}: {said.strip() or 'failed'}")
        elif name == "tools.settings_reference":
            (dest / SETTINGS).write_text(printed, encoding="utf-8")
    if failed:
        raise TemplateError("; ".join(failed))
