"""`make edit-check`: edit a clone of this repository as docs/editing.ja.md says, and run its tests.

`edits.toml` has edits for each row of the page's table. The exit code is 1 if it lacks a row, or at
the first command in the clone that fails, whose output stands above the message.
"""

import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

from babel.messages.pofile import read_po
from PIL import Image, ImageOps

from ishizue.testing.postgres import folder
from tools.messages import PO, SOURCES, po

ROOT = Path(__file__).parents[1]
PAGE = (ROOT / "docs" / "editing.ja.md").read_text("utf-8")
EDITS: dict[str, list[dict[str, Any]]] = tomllib.loads(
    Path(__file__).with_name("edits.toml").read_text("utf-8")
)
_SETTINGS = {"連絡先を出す"}
"""Rows that say a setting, and no file."""

_MAKE = ("make", f"VENV={sys.prefix}", f"--assume-old={sys.prefix}/dev.installed")
"""Installs nothing: the packages are those that are installed here."""

_DEAL = (sys.executable, "-m", "tools.horoscope.write_tables", "deals")


def main() -> int:
    """Run the command."""
    table = PAGE.partition("|---|---|---|\n")[2].partition("\n\n")[0]
    rows = set(re.findall(r"^\| ([^|]+) \|", table, re.MULTILINE)) - _SETTINGS
    with folder() as parent:
        clone = parent / "clone"
        sources = clone / SOURCES.relative_to(ROOT)
        try:
            assert rows == EDITS.keys(), f"edits.toml and the page differ: {rows ^ EDITS.keys()}"
            subprocess.run(["git", "clone", "--quiet", ROOT, clone], check=True)
            for edit in (edit for edits in EDITS.values() for edit in edits):
                apply(edit, sources / edit["file"])
            for icon in (sources / "web" / "static").glob("icon-*.png"):
                ImageOps.mirror(Image.open(icon)).save(icon)
            run(clone, *_MAKE, "messages", check=False)  # it adds what is to be translated
            translate(clone / PO.relative_to(ROOT))
            for command in (_DEAL, (*_MAKE, "generate"), (*_MAKE, "test")):
                run(clone, *command)
        except (AssertionError, subprocess.CalledProcessError) as error:
            print(f"fails: {error}")
            return 1
    print("all of it holds")
    return 0


def apply(edit: dict[str, Any], file: Path) -> None:
    """Make one edit. Raises AssertionError where the file has nothing of what it replaces."""
    new = edit.get("new", "")
    if "example" in edit:
        new = "\n" + re.findall(r"^```toml\n(.+?)^```", PAGE, re.M | re.S)[edit["example"]]
        for part, other in edit["instead"].items():
            new = new.replace(part, other)
    text, replaced = re.subn(edit["old"], lambda _: new, file.read_text("utf-8"), count=1)
    assert replaced, f"{edit['file']} has no {edit['old']}"
    file.write_text(text, "utf-8")


def translate(file: Path) -> None:
    """Write some English wherever the catalogue lacks it."""
    catalogue = read_po(file.open("rb"), locale="en")
    for message in catalogue:
        if message.id and (message.fuzzy or not message.string):
            message.flags.discard("fuzzy")
            message.string = "This page"
    file.write_bytes(po(catalogue))


def run(clone: Path, *command: str, check: bool = True) -> None:
    """Run a command in the clone, with its modules. Raises CalledProcessError."""
    paths = ("src", "packages/ishizue/src", "packages/ishizue-ops/src")
    environ = {**os.environ, "PYTHONPATH": os.pathsep.join(str(clone / path) for path in paths)}
    print(f"== {' '.join(command)}", flush=True)
    subprocess.run(command, cwd=clone, env=environ, check=check)


if __name__ == "__main__":
    sys.exit(main())
