"""The Dockerfile's rules. `make image-check` builds the image and runs it."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent


@pytest.fixture(scope="module")
def instructions() -> list[tuple[str, str]]:
    """Each instruction and its arguments, with continued lines joined and without comments."""
    text = re.sub(r"^\s*#.*\n", "", (ROOT / "Dockerfile").read_text(), flags=re.M)
    lines = text.replace("\\\n", " ").splitlines()
    return [(word, " ".join(rest.split())) for word, _, rest in (x.partition(" ") for x in lines)]


def test_hadolint_finds_nothing() -> None:
    hadolint = Path(sys.executable).with_name("hadolint")
    done = subprocess.run(
        [hadolint, ROOT / "Dockerfile"], capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout) == (0, "")


def test_packages_from_a_registry_are_locked_with_hashes(
    instructions: list[tuple[str, str]],
) -> None:
    steps = [step for word, rest in instructions if word == "RUN" for step in rest.split("&&")]
    installs = [step for step in steps if re.search(r"\bpip\b.* install ", step)]
    assert installs
    for step in installs:
        assert ("--require-hashes" in step) != ("--no-index /build/wheel/" in step)
        assert "--no-deps" in step


def test_the_build_context_has_what_is_copied_and_nothing_else(
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
