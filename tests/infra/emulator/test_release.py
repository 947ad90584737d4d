"""The rehearsed release is the pipeline's."""

import re
from pathlib import Path

from ishizue_ops.emulator.rehearsal import RELEASE

WORKFLOWS = Path(__file__).parents[3] / ".github" / "workflows"


def test_the_rehearsal_has_the_workflow_s_steps_in_its_order() -> None:
    text = "".join(file.read_text() for file in sorted(WORKFLOWS.glob("*.yml")))
    steps = re.findall(r"-m ishizue_ops\.deploy\.release ((?:[a-z]+ )+)", text)
    assert [step.split() for step in steps] == [["push"], *RELEASE]
