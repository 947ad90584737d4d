"""The Dockerfile keeps its rules. `make image-check` builds and runs it."""

import json
import re
import subprocess
import sys
from fnmatch import fnmatch
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PROGRAMS = Path(sys.executable).parent


@pytest.fixture(scope="module")
def instructions() -> list[tuple[str, str]]:
    """Each instruction and its arguments, with continued lines joined and comments left out."""
    text = re.sub(r"^\s*#.*\n", "", (ROOT / "Dockerfile").read_text(), flags=re.M)
    lines = text.replace("\\\n", " ").splitlines()
    return [(word, " ".join(rest.split())) for word, _, rest in (x.partition(" ") for x in lines)]


@pytest.fixture(scope="module")
def final(instructions: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """The instructions of the last stage, which is what runs."""
    last = max(i for i, (word, _) in enumerate(instructions) if word == "FROM")
    return instructions[last:]


def argument(stage: list[tuple[str, str]], word: str) -> str:
    (found,) = (rest for name, rest in stage if name == word)
    return found


def test_hadolint_has_nothing_to_say() -> None:
    done = subprocess.run(
        [PROGRAMS / "hadolint", ROOT / "Dockerfile"], capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout) == (0, "")


def test_every_stage_starts_from_one_base_that_dependabot_reads(
    instructions: list[tuple[str, str]],
) -> None:
    # Dependabot reads an image and its tag in FROM, and no ARG (dependabot-core #2057).
    base, *others = [rest for word, rest in instructions if word == "FROM"]
    assert re.fullmatch(r"\S+/python:3\.13-slim-\w+(@sha256:\w{64})? AS base", base)
    assert [stage.split()[0] for stage in others] == ["base", "base"]


def test_it_runs_as_a_numbered_user_and_as_pid_1_without_a_shell(
    final: list[tuple[str, str]],
) -> None:
    assert argument(final, "USER") == "10001:10001"
    assert json.loads(argument(final, "ENTRYPOINT")) == ["kirosample"]
    assert json.loads(argument(final, "CMD")) == ["serve"]
    options, _, command = argument(final, "HEALTHCHECK").partition("CMD ")
    assert json.loads(command) == ["kirosample", "healthcheck"]
    assert "--interval=10s" in options


def test_everything_from_a_registry_is_locked_with_hashes(
    instructions: list[tuple[str, str]],
) -> None:
    steps = [step for word, rest in instructions if word == "RUN" for step in rest.split("&&")]
    installs = [step for step in steps if re.search(r"\bpip\b.* install ", step)]
    assert len(installs) == 3
    for step in installs:
        assert ("--require-hashes" in step) != ("--no-index /build/wheel/" in step)
        assert "--no-deps" in step


def test_the_final_stage_takes_only_the_environment_from_the_build(
    final: list[tuple[str, str]],
) -> None:
    assert [rest for word, rest in final if word in ("COPY", "ADD")] == ["--from=build /app /app"]


def test_the_embedded_server_is_not_asked_for(instructions: list[tuple[str, str]]) -> None:
    assert not [rest for _, rest in instructions if "run.txt" in rest or "dev.txt" in rest]
    assert "pixeltable" not in (ROOT / "requirements/serve.txt").read_text()


def test_the_build_is_sent_what_it_copies_and_nothing_else(
    instructions: list[tuple[str, str]],
) -> None:
    first, *others = (
        line for line in (ROOT / ".dockerignore").read_text().splitlines() if line[:1] not in "#"
    )
    assert first == "*"
    sent = {line.removeprefix("!") for line in others if line.startswith("!")}
    assert all((ROOT / path).exists() for path in sent)
    copied = {
        source
        for word, rest in instructions
        if word == "COPY" and "--from" not in rest
        for source in rest.split()[:-1]
    }
    assert all(any(path == c or path.startswith(f"{c}/") for c in copied) for path in sent)
    assert all(any(path == c or path.startswith(f"{c}/") for path in sent) for c in copied)
    secrets = (".env", ".git", ".venv", "build")
    assert not any(fnmatch(name, path) for name in secrets for path in sent)
