"""The Dockerfile's rules. `make image-check` builds the image and runs it."""

import re
from pathlib import Path

import yaml

ROOT = Path(__file__).parent.parent
LINES = re.sub(r"^\s*#.*\n|\\\n", "", (ROOT / "Dockerfile").read_text(), flags=re.M).splitlines()


def test_every_image_is_named_by_its_digest() -> None:
    """The images of compose are named so too; `zizmor` checks those of the workflows."""
    froms = [line.split()[1:] for line in LINES if line.startswith("FROM ")]
    images = {image for image, *_ in froms} - {name for _, *rest in froms for name in rest}
    services = yaml.safe_load((ROOT / "compose.yaml").read_text())["services"].values()
    images |= {service["image"] for service in services if "build" not in service}
    assert {re.split(r"[:@]", image)[0].rpartition("/")[2] for image in images} >= {
        "python",
        "postgres",
    }
    for image in images:
        # The tag too, which Dependabot follows.
        assert re.fullmatch(r"[\w./-]+:[\w.-]+@sha256:[0-9a-f]{64}", image), image


def test_packages_from_a_registry_are_locked_with_hashes() -> None:
    steps = [step for line in LINES if line.startswith("RUN ") for step in line.split("&&")]
    installs = [step for step in steps if re.search(r"\bpip\b.* install ", step)]
    assert installs
    for step in installs:
        assert ("--require-hashes" in step) != ("--no-index" in step)
        assert "--no-deps" in step
