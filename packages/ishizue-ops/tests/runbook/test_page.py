"""The page for whoever runs the service holds for any service."""

import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from infra.product import PRODUCT
from ishizue_ops.config import ConfigError
from ishizue_ops.runbook.__main__ import OWN, render
from ishizue_ops.variables import VARIABLES

SECTIONS = "### LongQueue\nWait.\n\n### NoNotes \t\nAsk.\n\n## Moving\nHow.\n"
PAGE = Path("docs/operations.md")


def test_it_links_within_itself_and_to_what_every_service_has() -> None:
    text = render(PRODUCT, {OWN: SECTIONS})[PAGE]
    titles = re.findall(r"^#+ (.+?)\s*$", text, re.MULTILINE)
    anchors = {"#" + re.sub(r"[^\w -]", "", title.lower()).replace(" ", "-") for title in titles}
    links = set(re.findall(r"\]\(([^)\s]+)\)", text))
    links = {link for link in links if "://" not in link}
    assert links - anchors == {"../infra/operations.sh", "../infra/product.py"}
    assert re.findall("@[A-Za-z]+@", text) == []


def test_an_alarm_needs_its_heading() -> None:
    for own in ("", "### LongQueue\n\n## NoNotes\n", "### LongQueue\n\n### NoNotesAtAll\n"):
        with pytest.raises(ConfigError, match=r"(LongQueue|NoNotes) needs a section"):
            render(PRODUCT, {OWN: own})


@pytest.mark.external
@pytest.mark.skipif(not shutil.which("jq"), reason="there is no jq here")
def test_a_stack_s_output_sets_the_settings_and_nothing_else(tmp_path: Path) -> None:
    hostile = f"$(touch {tmp_path}/ran)`touch {tmp_path}/ran`'; touch {tmp_path}/ran"
    names = {variable.name for variable in VARIABLES} - {"ENVIRONMENT"}
    others = ("ENVIRONMENT", "PATH", "BASH_ENV", "AWS_PROFILE", "AWS_ENDPOINT_URL", "TASK", "")
    output = dict.fromkeys([*names, *others, hostile, f"TASKS={hostile}"], hostile)
    output["WAF"] = "on\nBASH_ENV=set"
    (tmp_path / "output").write_text(json.dumps(output))
    script = render(PRODUCT, {OWN: SECTIONS})[Path("infra/operations.sh")]
    script += (
        f"output() {{ cat {tmp_path}/output; }}\nset -e; env -0; printf '\\0'; settings; env -0"
    )
    done = subprocess.run(["bash", "-c", script + "\n:"], capture_output=True, check=True)
    before, after = (set(text.split("\0")) for text in done.stdout.decode().split("\0\0"))
    assert after - before == {f"{name}={hostile}" for name in names - {"WAF"}} | {""}
    assert not (tmp_path / "ran").exists()
