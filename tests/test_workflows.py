"""GitHub's workflows: what they may do, in which order, and that what they call is there."""

import re
import shlex
import subprocess
import sys
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml

from infra.config import REGION
from infra.pipeline import ENVIRONMENT
from infra.release import __main__ as release
from infra.variables import VARIABLES

ROOT = Path(__file__).parents[1]
GITHUB = ROOT / ".github"
FILES = sorted((GITHUB / "workflows").glob("*.yml"))

Step = Mapping[str, Any]


def _workflow(name: str) -> dict[str, Any]:
    workflow = dict(yaml.safe_load((GITHUB / "workflows" / f"{name}.yml").read_text()))
    workflow["on"] = workflow.pop(True)  # which is how YAML reads the word
    return workflow


def _jobs() -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Every job of every workflow, named `file.job`."""
    for file in FILES:
        for name, job in yaml.safe_load(file.read_text())["jobs"].items():
            yield f"{file.stem}.{name}", job


def _steps() -> Iterator[tuple[str, Step]]:
    for name, job in _jobs():
        for step in job.get("steps", ()):
            yield name, step


def _deploying() -> list[Step]:
    return list(_workflow("deploy")["jobs"]["deploy"]["steps"])


def _at(word: str) -> int:
    """Where the one step of the deployment stands whose command or action has this word."""
    steps = _deploying()
    [found] = [i for i, s in enumerate(steps) if word in f"{s.get('run', '')} {s.get('uses', '')}"]
    return found


@pytest.mark.parametrize(
    "command",
    [["zizmor", "--offline", "--no-progress", str(GITHUB)], ["actionlint", *map(str, FILES)]],
    ids=lambda command: command[0],
)
def test_the_linters_find_nothing(command: list[str]) -> None:
    program = Path(sys.executable).with_name(command[0])
    done = subprocess.run(
        [str(program), *command[1:]], cwd=ROOT, capture_output=True, text=True, timeout=60
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_every_action_is_pinned_to_a_commit_with_its_version_beside_it() -> None:
    pinned: dict[str, set[str]] = {}
    for file in FILES:
        for line in file.read_text().splitlines():
            if not (found := re.match(r"\s*(?:- )?uses: *(.*)", line)):
                continue
            if found[1].startswith("$/"):  # this repository, at this commit
                assert (ROOT / found[1].removeprefix("$/")).is_file()
                continue
            action = re.fullmatch(r"([\w./-]+)@([0-9a-f]{40}) # v\d+\.\d+\.\d+", found[1])
            assert action, f"{file.name}: {line.strip()}"
            pinned.setdefault(action[1], set()).add(action[2])
    assert len(pinned) == 3
    assert all(len(commits) == 1 for commits in pinned.values())


def test_nothing_is_allowed_but_to_read_the_code_and_to_say_who_deploys() -> None:
    for file in FILES:
        assert yaml.safe_load(file.read_text())["permissions"] == {}, file.name
    for name, job in _jobs():
        more = {"id-token": "write"} if name == "deploy.deploy" else {}
        assert job["permissions"] == {"contents": "read", **more}, name


def test_no_secret_is_stored() -> None:
    for file in FILES:
        assert "secrets." not in file.read_text(), file.name


def test_no_job_keeps_the_token_that_it_was_checked_out_with() -> None:
    for name, step in _steps():
        if "actions/checkout@" in step.get("uses", ""):
            assert step["with"] == {"persist-credentials": False}, name


def test_no_job_runs_for_ever() -> None:
    for name, job in _jobs():
        assert "uses" in job or 0 < job["timeout-minutes"] <= 100, name


def test_a_newer_push_ends_the_checks_of_an_older_one_but_never_a_deployment() -> None:
    checks = _workflow("ci")["concurrency"]
    assert "github.ref" in checks["group"]
    assert checks["cancel-in-progress"] == "${{ github.event_name == 'pull_request' }}"
    deployment = _workflow("deploy")["concurrency"]
    assert deployment == {"group": "deploy-production", "cancel-in-progress": False}


def test_the_pythons_are_the_oldest_supported_and_the_image_s() -> None:
    oldest = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["requires-python"]
    image = re.search(r"python:(\d+\.\d+)-slim", (ROOT / "Dockerfile").read_text())
    assert image
    jobs = dict(_jobs())
    versions = jobs["ci.test"]["strategy"]["matrix"]["python"]
    assert versions == [oldest.removeprefix(">="), image[1]]
    for name, step in _steps():
        if "actions/setup-python@" in step.get("uses", "") and name != "ci.test":
            assert step["with"]["python-version"] == image[1], name


def test_every_database_is_synthesized_with_a_domain_and_without_one() -> None:
    matrix = dict(_jobs())["ci.synth"]["strategy"]["matrix"]
    assert matrix == {"database": ["rds", "aurora", "none"], "domain": ["", "example.com"]}


def test_every_make_target_and_every_step_of_a_release_is_there() -> None:
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    called = set()
    for _, step in _steps():
        words = shlex.split(step.get("run", "").replace("$DIGEST", "sha256:" + 64 * "0"))
        if words[:1] == ["make"] and "${{" not in words:
            assert set(words[1:]) <= targets
        if words[1:3] == ["-m", "infra.release"]:
            assert words[0] == ".venv/bin/python"
            arguments = [word for word in words[3:] if not word.startswith(">>")]
            given = release._parser().parse_args(
                [w.replace("$GITHUB_SHA", "c0") for w in arguments]
            )
            called.add(given.step.__name__)
    assert called == {"_push", "_scan", "_deploy", "_migrate", "_verify"}


def test_a_deployment_goes_in_its_order() -> None:
    order = [
        "docker build",
        "make synth",
        "configure-aws-credentials",
        "infra.release push",
        "infra.release scan",
        "infra.release deploy state",
        "infra.release migrate",
        "infra.release deploy service",
        "infra.release verify",
    ]
    places = [_at(word) for word in order]
    assert places == sorted(places)
    assert places[-1] == len(_deploying()) - 1
    assert not any("if" in step or "continue-on-error" in step for step in _deploying())


def test_one_digest_goes_through_the_whole_deployment() -> None:
    push = _deploying()[_at("infra.release push")]
    assert push["id"] == "push"
    # The tag is the commit, and never one that moves: a commit is built and pushed once.
    assert push["run"].endswith('"kirosample:$GITHUB_SHA" --tag "$GITHUB_SHA" >>"$GITHUB_OUTPUT"')
    for word in ("scan", "deploy state", "migrate", "deploy service", "verify"):
        step = _deploying()[_at(f"infra.release {word}")]
        assert step["run"].endswith('--digest "$DIGEST"')
        assert step["env"] == {"DIGEST": "${{ steps.push.outputs.digest }}"}


def test_only_what_is_on_main_and_passed_its_checks_is_deployed() -> None:
    workflow = _workflow("deploy")
    deploy = workflow["jobs"]["deploy"]
    assert deploy["needs"] == "ci"
    assert workflow["jobs"]["ci"]["uses"] == "$/.github/workflows/ci.yml"
    assert "workflow_call" in _workflow("ci")["on"]
    assert deploy["if"] == "github.ref == 'refs/heads/main' && vars.DEPLOY_ROLE_ARN != ''"
    assert workflow["on"] == {"push": {"branches": ["main"]}, "workflow_dispatch": None}


def test_the_role_is_the_one_that_the_design_makes() -> None:
    deploy = _workflow("deploy")["jobs"]["deploy"]
    assert deploy["environment"] == ENVIRONMENT
    [step] = [s for s in deploy["steps"] if "configure-aws-credentials" in s.get("uses", "")]
    assert step["with"] == {
        "aws-region": REGION,
        "role-to-assume": "${{ vars.DEPLOY_ROLE_ARN }}",
        "role-duration-seconds": 7200,
    }


def test_every_setting_of_the_design_can_be_set() -> None:
    given = _deploying()[_at("make synth")]["env"]
    # GitHub itself sets the name of the repository, and lets nobody else set it.
    names = [v.name for v in VARIABLES if v.name != "GITHUB_REPOSITORY"]
    assert given == {name: f"${{{{ vars.{name} }}}}" for name in names}


def _updates() -> list[dict[str, Any]]:
    """What Dependabot watches: one entry for each folder."""
    text = yaml.safe_load((GITHUB / "dependabot.yml").read_text())
    assert text["version"] == 2
    return [
        {**entry, "folder": folder}
        for entry in text["updates"]
        for folder in entry.get("directories") or [entry["directory"]]
    ]


def _manifests() -> Iterator[tuple[str, str]]:
    """The ecosystem and the folder of every file here that pins versions."""
    for path in ROOT.rglob("*"):
        inside = path.relative_to(ROOT)
        folder = f"/{inside.parent}".removesuffix("/.")
        if not path.is_file() or re.match(r"\.(?!github/)|build/|.*node_modules/", str(inside)):
            continue
        if path.name == "package-lock.json":
            yield "npm", folder
        elif path.name == "Dockerfile":
            yield "docker", folder or "/"
        elif path.suffix == ".txt" and "--hash=sha256:" in path.read_text():
            yield "pip", folder
        elif path.suffix == ".yml" and "uses: " in path.read_text():
            assert folder == "/.github/workflows"
            yield "github-actions", "/"


def test_everything_that_pins_versions_is_kept_current_and_nothing_else_is_named() -> None:
    watched = [(entry["package-ecosystem"], entry["folder"]) for entry in _updates()]
    assert sorted(watched) == sorted(set(_manifests()))
    assert {ecosystem for ecosystem, _ in watched} == {"github-actions", "docker", "pip", "npm"}


def test_updates_come_once_a_week_in_one_pull_request_for_each_ecosystem() -> None:
    for entry in _updates():
        assert entry["schedule"] == {"interval": "weekly"}
        assert [group["patterns"] for group in entry["groups"].values()] == [["*"]]
        # A release that turns out to be bad is usually withdrawn within days.
        assert entry["cooldown"]["default-days"] >= 7


def test_known_vulnerabilities_are_looked_for_here_in_the_image_and_each_week() -> None:
    assert "check audit" in dict(_jobs())["ci.test"]["strategy"]["matrix"]["targets"]
    steps = dict(_jobs())["ci.image"]["steps"]
    build, audit = ([s for s in steps if word in s.get("run", "")] for word in ("build", "audit"))
    assert audit[0]["env"]["IMAGE"] == re.findall(r"--tag (\S+)", build[0]["run"])[0]
    assert steps.index(build[0]) < steps.index(audit[0])
    assert len(_workflow("ci")["on"]["schedule"]) == 1
