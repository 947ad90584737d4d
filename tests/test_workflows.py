"""GitHub's workflows: what is deployed, in which order, for how long, and with which settings.

The linters read the Dockerfiles and the example's workflows too.
"""

import re
import shlex
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest
import yaml

from ishizue.testing.processes import printed
from ishizue_ops.config import DEFAULT_REGION
from ishizue_ops.deploy.release import __main__ as release
from ishizue_ops.emulator.rehearsal import RELEASE as RELEASED
from ishizue_ops.testing.designs import Designs
from ishizue_ops.testing.reading import only
from ishizue_ops.variables import VARIABLES
from tools.new import EXAMPLE

ROOT = Path(__file__).parents[1]
WORKFLOWS = {
    file.stem: yaml.safe_load(file.read_text())["jobs"]
    for file in (ROOT / ".github" / "workflows").glob("*.yml")
}
DEPLOY = WORKFLOWS["deploy"]
SYNTH = WORKFLOWS["release"]["synth"]
RELEASE = WORKFLOWS["release"]["release"]
STEPS = RELEASE["steps"]


def _at(word: str, steps: Sequence[Mapping[str, Any]]) -> int:
    """The index of the one step whose command or action has this word."""
    texts = [f"{step.get('run', '')} {step.get('uses', '')}" for step in steps]
    [place] = [index for index, text in enumerate(texts) if word in text]
    return place


def test_the_longest_release_that_aws_documents_fits_the_job_and_the_role(
    designs: Designs,
) -> None:
    design = designs("rds", "example.com", GITHUB_REPOSITORY="owner/name")
    settings = only(design, "AWS::ECS::Service").properties["DeploymentConfiguration"]
    # CloudFormation's reference: 180 minutes for a rolling deployment that sets none.
    bakes = settings.get("BakeTimeInMinutes", 180)
    others = sum(step.get("timeout-minutes", 10) for step in STEPS if "deploy.release" in str(step))
    assert RELEASE["timeout-minutes"] >= bakes + others
    assert bakes * 60 <= release.VERIFY_ATTEMPTS * 10
    [seconds] = re.findall(r"role-duration-seconds': (\d+)", str(STEPS))
    assert int(seconds) >= RELEASE["timeout-minutes"] * 60
    role = only(design, "AWS::IAM::Role", "Pipeline/Role")
    assert role.properties["MaxSessionDuration"] >= int(seconds)


@pytest.mark.parametrize("root", [ROOT, EXAMPLE], ids=lambda root: root.name)
def test_the_linters_find_nothing(root: Path) -> None:
    programs = Path(sys.executable).parent
    workflows = sorted((root / ".github" / "workflows").glob("*.yml"))
    checked = ("--offline", "--no-progress", "--persona=auditor", root / ".github")
    printed(programs / "zizmor", *checked, cwd=root)
    printed(programs / "actionlint", *workflows, cwd=root)
    printed(programs / "hadolint", root / "Dockerfile")


def test_a_release_has_the_steps_that_are_rehearsed_in_their_order() -> None:
    called = []
    for step in STEPS:
        run = step.get("run", "").replace("$GITHUB_SHA", "c0")
        words = shlex.split(re.sub(r"\$(DIGEST|EXPECTED)", "sha256:" + 64 * "0", run))
        if words[1:3] == ["-m", "ishizue_ops.deploy.release"]:
            arguments = [word for word in words[3:] if not word.startswith(">>")]
            given = release._parser().parse_args(arguments)
            stack = [given.stack] if "stack" in given else []
            called.append([given.step.__name__.removeprefix("_"), *stack])
    assert called == [["push"], *RELEASED, ["invalidate"]]


def test_an_image_is_audited_before_it_is_handed_on_and_no_step_is_left_out() -> None:
    for steps, words in (
        (DEPLOY["build"]["steps"], ("docker build", "make audit", "docker save")),
        (STEPS, ("sha256sum --check", "docker load", "release push", "release invalidate")),
    ):
        places = [_at(word, steps) for word in words]
        assert places == sorted(places)
        assert not any("continue-on-error" in step for step in steps)
        assert not any("if" in step for step in steps[: places[-1]])


def test_every_setting_of_the_design_is_passed() -> None:
    assert SYNTH["environment"]["name"] == RELEASE["environment"], "whose variables these are"
    given = dict(SYNTH["env"])
    assert RELEASE["env"]["ENVIRONMENT"] == given["ENVIRONMENT"]
    assert RELEASE["env"]["REGION"] == f"${{{{ vars.REGION || '{DEFAULT_REGION}' }}}}"
    del given["ENVIRONMENT"]
    # GitHub itself sets the repository's name and number, and lets nobody else set them.
    theirs = ("ENVIRONMENT", "GITHUB_REPOSITORY", "GITHUB_REPOSITORY_ID")
    names = [v.name for v in VARIABLES if v.name not in theirs]
    expected = {name: f"${{{{ vars.{name} }}}}" for name in names}
    # GitHub refuses variables whose names begin with its own.
    immutable = "vars.IMMUTABLE_SUBJECT == 'on' && github.repository_owner_id || ''"
    expected |= {
        "GITHUB_OWNER_ID": f"${{{{ {immutable} }}}}",
        "GITHUB_PROVIDER": "${{ vars.OIDC_PROVIDER }}",
    }
    assert given == expected
