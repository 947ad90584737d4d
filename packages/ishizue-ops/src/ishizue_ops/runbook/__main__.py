"""`ishizue-ops runbook`: write docs/operations.md and infra/operations.sh with the service's names.

The service's own sections, in infra/runbook.md, go into the page. Exit code 2: an alarm of the
product has no section there.
"""

import re
import sys
from pathlib import Path

from ishizue_ops import project
from ishizue_ops.config import ConfigError
from ishizue_ops.product import Product

OWN = Path("infra/runbook.md")
"""`### Name`, for each alarm of the product, then sections of other things."""

_HERE = Path(__file__).parent
_FILES = {"operations.md": Path("docs"), "operations.sh": Path("infra")}


def render(product: Product, own: str) -> dict[Path, str]:
    """The files by path. Raises ConfigError if an alarm has no section."""
    alarms, *others = re.split(r"^(?=## )", own, maxsplit=1, flags=re.MULTILINE)
    for alarm in product.alarms:
        if not re.search(rf"^### {re.escape(alarm.name)}[ \t]*$", alarms, re.MULTILINE):
            raise ConfigError(f"{OWN}: the alarm {alarm.name} needs a section, ### {alarm.name}")
    replaced = {
        "@Name@": product.name,
        "@name@": product.name.lower(),
        "@PREFIX@": product.name.upper(),
        "@alarms@\n": f"{alarms.strip()}\n\n" if alarms.strip() else "",
        "@sections@\n": f"{others[0].strip()}\n\n" if others else "",
    }
    rendered = {}
    for name, folder in _FILES.items():
        text = (_HERE / name).read_text(encoding="utf-8")
        for mark, value in replaced.items():
            text = text.replace(mark, value)
        rendered[folder / name] = text
    return rendered


def main() -> int:
    """Run the command and return its exit code."""
    try:
        own = OWN.read_text(encoding="utf-8") if OWN.exists() else ""
        for path, text in render(project.product(), own).items():
            path.parent.mkdir(exist_ok=True)
            path.write_text(text, encoding="utf-8")
            print(f"{path} written")
    except ConfigError as error:
        print(f"runbook: {error}", file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
