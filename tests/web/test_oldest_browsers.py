"""Script and style ask no more of a browser than docs/pages.md says."""

import re
import subprocess
from pathlib import Path

import pytest

from ishizue_ops.node import NODE, installed

pytestmark = pytest.mark.browser  # needs npm

STATIC = Path("src/kirosample/web/static")
NAMED = Path("docs/pages.md").read_text()
SCRIPTS = {"app.js": ("module", "app.js/*.js"), "sw.js": ("script", "sw.js")}
PARSE = "const [, acorn, ecmaVersion, sourceType] = process.argv; require(acorn)" + (
    ".parse(require('fs').readFileSync(0, 'utf8'), {ecmaVersion, sourceType})"
)
NEWER = r"AbortSignal\.(timeout|any)\(|\(\?<[!=]|\.(at|findLast|toSorted)\(|structuredClone\("
"""What those browsers lack although they parse it; lookbehind is an error in Safari before 16.4."""


def source(pattern: str) -> str:
    return "\n".join(part.read_text() for part in sorted(STATIC.glob(pattern)))


def rules() -> str:
    """Return the style without its comments."""
    return re.sub(r"/\*.*?\*/", "", source("style.css/*.css"), flags=re.DOTALL)


def parses(script: str, kind: str, year: int) -> bool:
    acorn = installed(Path("tests/browser")).resolve() / "acorn"
    command = [str(NODE), "-e", PARSE, str(acorn), str(year), kind]
    return not subprocess.run(command, input=script, text=True, capture_output=True).returncode


@pytest.mark.parametrize("name", SCRIPTS)
def test_the_script_is_of_the_year_that_is_named(name: str) -> None:
    named = re.search(r"ECMAScript (\d{4})", NAMED)
    assert named
    kind, pattern = SCRIPTS[name]
    script = source(pattern)
    assert parses(script, kind, int(named[1]))
    assert name == "sw.js" or not parses(script, kind, int(named[1]) - 1), "named too late"
    assert re.search(NEWER, script) is None


def test_a_browser_that_mixes_no_colors_has_plain_ones() -> None:
    """A property with `var()` would take a color-mix that the browser does not know."""
    mixing = r"@supports \(color: color-mix\([^)]*\)\) \{\s*body \{([^}]*)\}\s*\}"
    [mixed] = re.findall(mixing, rules())
    plain = re.sub(mixing, "", rules())
    assert "color-mix" not in plain
    names = re.findall(r"(--[\w-]+): color-mix", mixed)
    assert [name for name in names if f" {name}: " not in plain] == []
    assert len(names) == mixed.count("color-mix") > 0
