"""The Dockerfile's rules. `make image-check` builds the image and runs it."""

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

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


def _images(instructions: list[tuple[str, str]]) -> Iterator[str]:
    """Every image that a file of the repository takes from a registry."""
    stages = set()
    for word, rest in instructions:
        if word == "FROM":
            image, _, stage = rest.partition(" AS ")
            if image not in stages:
                yield image
            stages.add(stage)
    for file in (*ROOT.glob("compose*.yaml"), *(ROOT / ".github").rglob("*.yml")):
        content = yaml.safe_load(file.read_text())
        yield from re.findall(r"docker://(\S+)", file.read_text())
        parts = [content, *content.get("jobs", {}).values()]
        services = [one for part in parts for one in part.get("services", {}).values()]
        containers = [part["container"] for part in parts if "container" in part]
        for one in (*services, *containers):
            if isinstance(one, str):
                yield one
            elif "build" not in one and "image" in one:
                yield one["image"]


def test_every_image_is_named_by_its_digest(instructions: list[tuple[str, str]]) -> None:
    images = list(_images(instructions))
    assert {re.split(r"[:@]", image)[0].rpartition("/")[2] for image in images} >= {
        "python",
        "postgres",
    }
    for image in images:
        # The tag too, which Dependabot follows.
        assert re.fullmatch(r"[\w./-]+:[\w.-]+@sha256:[0-9a-f]{64}", image), image


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
