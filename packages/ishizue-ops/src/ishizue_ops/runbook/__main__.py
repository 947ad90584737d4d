"""`ishizue-ops runbook`: write docs/operations.md and infra/operations.sh with the service's names.

The service's own sections, in infra/runbook.md, go into the page. A product whose language is
Japanese gets docs/operations.ja.md too, with the sections of infra/runbook.ja.md. Sections on
workers, jobs and large bodies are added for a product that has any. Exit code 2: an alarm of the
product has no section there.
"""

import re
import sys
import textwrap
from collections.abc import Mapping
from pathlib import Path

from ishizue_ops import project
from ishizue_ops.config import ConfigError
from ishizue_ops.deploy.ending import ended
from ishizue_ops.design.database.versions import VERSIONS
from ishizue_ops.product import Product
from ishizue_ops.variables import VARIABLES
from ishizue_ops.words import ALARMS, FIRST

OWN = Path("infra/runbook.md")
"""The product's sections: `### Name` for each of its alarms, then others."""

TRANSLATED = Path("infra/runbook.ja.md")
"""The product's own sections in Japanese, each with the English one's anchor."""

_HERE = Path(__file__).parent


def own_sections(folder: Path = Path()) -> dict[Path, str]:
    """What the service in this folder adds to the pages."""
    paths = (OWN, TRANSLATED)
    return {path: (folder / path).read_text("utf-8") for path in paths if (folder / path).exists()}


def render(product: Product, own: Mapping[Path, str]) -> dict[Path, str]:
    """The files by path. Raises ConfigError if an alarm has no section."""
    names = {
        "@Name@": product.name,
        "@name@": product.name.lower(),
        "@PREFIX@": product.name.upper(),
        "@versions@": "\n".join(
            f"| {major} | {each['support_ends']} |" for major, each in VERSIONS.items()
        ),
    }
    shell = (_HERE / "operations.sh").read_text(encoding="utf-8")
    exported = " ".join(known.name for known in VARIABLES if known.name != "ENVIRONMENT")
    exported = textwrap.fill(exported, 100, subsequent_indent="    ")
    rendered = {Path("infra/operations.sh"): _replaced(shell, names | {"@VARIABLES@": exported})}
    translated = product.words.language == "ja"
    pages = {"operations.md": OWN} | ({"operations.ja.md": TRANSLATED} if translated else {})
    for page, source in pages.items():
        alarms, sections = _parts(own.get(source, ""))
        for alarm in product.alarms:
            if not re.search(rf"^### {re.escape(alarm.name)}[ \t]*$", alarms, re.MULTILINE):
                needs = f"the alarm {alarm.name} needs a section, ### {alarm.name}"
                raise ConfigError(f"{source}: {needs}")
        for kind in ("large_bodies", "jobs", "workers"):
            if getattr(product, kind):
                text = (_HERE / page.replace("operations", kind)).read_text(encoding="utf-8")
                first, last = _parts(text)
                alarms = f"{first}\n\n{alarms}"
                sections = f"{last}\n\n{sections}"
        marks = {
            "@translation@\n": "[日本語](operations.ja.md)\n\n" if translated else "",
            "@alarms@\n": f"{alarms.strip()}\n\n" if alarms.strip() else "",
            "@sections@\n": f"{sections.strip()}\n\n" if sections.strip() else "",
            **{f"@{name}First@": command for name, command in FIRST.items()},
        }
        if page == "operations.ja.md":
            marks |= {f"@{name}@": text for name, text in ALARMS["ja"]["alarms"].items()}
            marks |= {f"@Aurora{name}@": text for name, text in ALARMS["ja"]["aurora"].items()}
        text = (_HERE / page).read_text(encoding="utf-8")
        rendered[Path("docs") / page] = _replaced(text, names | marks)
    return rendered


def _parts(text: str) -> tuple[str, str]:
    """The sections of alarms, and the others."""
    alarms, *others = re.split(r"^(?=## )", text, maxsplit=1, flags=re.MULTILINE)
    return alarms.strip(), "".join(others).strip()


def _replaced(text: str, marks: Mapping[str, str]) -> str:
    for mark, value in marks.items():
        text = text.replace(mark, value)
    return text


def main() -> None:
    """Write the files. Raises ConfigError if an alarm has no section."""
    for path, text in render(project.product(), own_sections()).items():
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
        print(f"{path} written")


if __name__ == "__main__":
    sys.exit(ended("runbook", main))
