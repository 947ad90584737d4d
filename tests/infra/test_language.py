"""LANGUAGE: what people read of a deployment is in one language, and nothing else depends on it.

Commands answer in it too, or in that of the user's locale.
"""

import os
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from ishizue_ops import project
from ishizue_ops.checks import reachability, topology
from ishizue_ops.testing.designs import Designs
from ishizue_ops.words import LABELS

ROOT = Path(__file__).parents[2]
READ_BY_PEOPLE = ("AlarmDescription", "InputTemplate", "Label", "DashboardBody")
WRITTEN = re.compile("[\u3040-\u30ff\u4e00-\u9fff]")
NAMES = re.compile(r"[A-Z0-9][A-Za-z0-9]*|p[0-9]+")
"""Names of metrics and statistics, which are the same in any language."""

VARIANTS: list[dict[str, str]] = [
    {"DATABASE": "rds", "DOMAIN": "example.com", "BACKUP_COPY_REGION": "ap-northeast-3"},
    {"DATABASE": "aurora"},
    {"DATABASE": "none", "DOMAIN": "example.com", "CDN": "on"},
]


def leaves(value: Any, at: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Any]]:
    if isinstance(value, dict):
        for key, each in value.items():
            yield from leaves(each, (*at, key))
    elif isinstance(value, list):
        for index, each in enumerate(value):
            yield from leaves(each, (*at, str(index)))
    else:
        yield at, value


def texts(at: tuple[str, ...], text: str) -> list[str]:
    """The titles and labels in a part of the dashboard's body, or else the text itself."""
    if "DashboardBody" in at:
        return re.findall(r'"(?:title|label)":"([^"]*)"', text)
    return [text]


@pytest.mark.parametrize("variant", VARIANTS, ids=lambda variant: variant["DATABASE"])
def test_only_what_people_read_depends_on_the_language(
    designs: Designs, variant: dict[str, str]
) -> None:
    more = dict(variant)
    database = more.pop("DATABASE")
    domain = more.pop("DOMAIN", "")
    japanese, english = (
        dict(leaves(dict(designs(database, domain, LANGUAGE=language, **more).templates)))
        for language in ("ja", "en")
    )
    assert japanese.keys() == english.keys()
    read = {at for at in english if {*at} & {*READ_BY_PEOPLE} and isinstance(english[at], str)}
    others = {at for at in english.keys() - read if japanese[at] != english[at]}
    assert {at[-3:-1] for at in others} <= {("Outputs", "Settings")}
    assert len(read) > 15
    for at in read:
        pairs = list(zip(texts(at, japanese[at]), texts(at, english[at]), strict=True))
        for said, meant in pairs:
            if said == meant:
                assert NAMES.fullmatch(meant) or not re.search("[A-Za-z]{3}", meant), meant
                continue
            assert WRITTEN.search(said), said
            assert not WRITTEN.search(meant)
            # A figure of one language is the other's too.
            assert {*re.findall(r"\d+", meant)} <= {*re.findall(r"\d+", said)}, said


@pytest.mark.parametrize(
    ("variables", "expected"),
    [
        ("", "en"),
        ("LANG=ja_JP.UTF-8", "ja"),
        ("LANG=jam_JM", "en"),
        ("LANG=en_US.UTF-8 LC_MESSAGES=ja", "ja"),
        ("LANG=ja_JP.UTF-8 LC_ALL=C", "en"),
        ("LANG=ja_JP.UTF-8 LANGUAGE=en", "en"),
        ("LANG=C LANGUAGE=ja", "ja"),
        ("LANG=C LANGUAGE=ja_JP:ja", "en"),
    ],
)
def test_make_lists_each_target_in_the_language_of_what_commands_answer(
    variables: str, expected: str
) -> None:
    environ = dict(each.split("=") for each in variables.split())
    assert project.language(environ) == expected
    given = {"PATH": os.environ["PATH"], **environ}
    done = subprocess.run(["make"], cwd=ROOT, env=given, capture_output=True, text=True)
    targets = re.findall(r"^([a-z-]+):.* ## ", (ROOT / "Makefile").read_text(), re.MULTILINE)
    lines = [line.split(maxsplit=2) for line in done.stdout.splitlines()]
    assert [target for _, target, _ in lines] == targets
    japanese = [target for _, target, text in lines if WRITTEN.search(text)]
    assert japanese == (targets if expected == "ja" else [])


@pytest.mark.parametrize("variant", VARIANTS, ids=lambda variant: variant["DATABASE"])
def test_who_reaches_whom_has_words_in_japanese(designs: Designs, variant: dict[str, str]) -> None:
    more = dict(variant)
    design = designs(more.pop("DATABASE"), more.pop("DOMAIN", ""), **more)
    flows = reachability.merged(reachability.flows(topology.read(design)))
    parts = {part for flow in flows for part in re.split(" → |, ", flow)}
    assert {part for part in parts - LABELS.keys() if not re.fullmatch(r"tcp \d+", part)} == set()
