"""docs/operations.md and its functions name what exists: alarms, fields of the log, tables.

docs/operations.ja.md says the same, section by section.
"""

import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from infra.product import PRODUCT
from ishizue.telemetry.messages import as_json
from ishizue.telemetry.request_log import RequestLog
from ishizue.testing.postgres import embedded_server, fetch
from ishizue_ops.runbook.__main__ import own_sections, render
from ishizue_ops.template import Design
from ishizue_ops.testing.designs import Designs

PAGE = "docs/operations.md"
JAPANESE_PAGE = "docs/operations.ja.md"
ROOT = Path(__file__).parents[3]
TEXT = (ROOT / PAGE).read_text(encoding="utf-8")
TRANSLATION = (ROOT / JAPANESE_PAGE).read_text(encoding="utf-8")
FUNCTIONS = (ROOT / "infra/operations.sh").read_text(encoding="utf-8")
CAUSE = re.compile(r"^\| [^|]+ \| `([^`|]+)` \|$", re.MULTILINE)  # and its command
_FIRES = TEXT.split("\n## When an alarm fires\n")[1].split("\n## ")[0]
BLOCKS = re.findall(r"```sh\n(.*?)```", TEXT, re.DOTALL)
BLOCKS = list(dict.fromkeys([*BLOCKS, *(f"{command}\n" for command in CAUSE.findall(_FIRES))]))
DATABASES = ("rds", "aurora", "none")
GITHUB = {"GITHUB_REPOSITORY": "owner/name"}
COMMANDS = {"filter", "stats", "fields", "sort", "limit"}
OPERATORS = {"by", "as", "and", "or", "count", "pct", "desc"}
"""The words of CloudWatch Logs Insights that the page uses."""


def test_the_page_and_its_functions_are_rendered_for_this_service() -> None:
    rendered = render(PRODUCT, own_sections(ROOT))
    assert Path(JAPANESE_PAGE) in rendered
    written = {path: (ROOT / path).read_text(encoding="utf-8") for path in rendered}
    assert written == rendered, "make runbook"


def parts(page: str) -> tuple[list[str], list[str], set[str], set[str]]:
    """The headings' anchors, the blocks, the code within the text, and the links to sections.

    A block's comments are each language's own.
    """
    fenced = re.compile(r"^```.*?^```", re.DOTALL | re.MULTILINE)
    text = fenced.sub("", page)
    anchors = []
    for level, title in re.findall(r"^(#+) (.+)$", text, re.MULTILINE):
        given = re.match(r'<a id="([\w-]+)"></a>', title)
        anchor = given[1] if given else re.sub(r"[^\w -]", "", title.lower()).replace(" ", "-")
        anchors.append(f"{level} {anchor}")
    comments = re.compile(r"(?:^|\s+)# .*", re.MULTILINE)
    blocks = [comments.sub("", block) for block in fenced.findall(page)]
    code = {" ".join(each.split()) for each in re.findall(r"`([^`]+)`", text)}
    return anchors, blocks, code, set(re.findall(r"\]\((#[^)]+)\)", text))


def test_the_japanese_page_has_the_same_sections_commands_and_links() -> None:
    assert len(parts(TEXT)[1]) > 60
    for english, japanese in zip(parts(TEXT), parts(TRANSLATION), strict=True):
        assert japanese == english


@pytest.fixture(scope="module")
def every_design(designs: Designs) -> list[Design]:
    return [
        *(designs(database, "example.com", **GITHUB) for database in DATABASES),
        designs("none", **GITHUB),
        designs("rds", "example.com", **GITHUB, CDN="on"),
        designs("rds", "example.com", **GITHUB, BACKUP_COPY_REGION="ap-northeast-3"),
    ]


ALARM_SECTIONS = dict(re.findall(r"^### (\w+)\n\*\*(.+)\.\*\*$", _FIRES, re.MULTILINE))
"""The urgency of each alarm: when to act, by the alarm's name."""


def alarms(design: Design) -> Iterator[tuple[str, str]]:
    """The names of the alarms that notify somebody, and their descriptions."""
    for alarm in design.of_type("AWS::CloudWatch::Alarm"):
        if "AlarmActions" not in alarm.properties:
            continue
        match = re.fullmatch(r".*/(\w+)Alarm", alarm.name)
        assert match, alarm.name
        yield match[1], alarm.properties["AlarmDescription"]


def test_every_alarm_has_its_section_and_every_section_an_alarm(every_design: list[Design]) -> None:
    named = {name for design in every_design for name, _ in alarms(design)}
    assert ALARM_SECTIONS.keys() == named | {"Budget"}
    for name in ALARM_SECTIONS:
        section = TEXT.split(f"\n### {name}\n")[1].split("\n##")[0]
        assert "```sh\n" in section, f"{name} has no command"


ACT = {
    "Now": ("いますぐ対応してください：", "Act now: "),
    "In the morning": ("翌朝の対応で間に合います：", "Act in the morning: "),
}


def test_an_alarm_says_when_to_act_and_links_to_its_section(
    designs: Designs, every_design: list[Design]
) -> None:
    """The heading's anchor is GitHub's; CloudWatch takes 1,024 characters (PutMetricAlarm)."""
    english = designs(**GITHUB, LANGUAGE="en")
    for design in (*every_design, english):
        page = PAGE if design is english else JAPANESE_PAGE
        for name, description in alarms(design):
            act = ACT[ALARM_SECTIONS[name]][design is english]
            section = f"https://github.com/owner/name/blob/main/{page}#{name.lower()}"
            assert f"{act}{section} " in description, "a URL ends with a space"
            command = description.partition(" && ")[2]
            text = TEXT.partition(f"\n### {name}\n")[2].partition("\n##")[0]
            assert command in text.replace("…", "..."), "a template is ASCII"
            assert len(description) <= 1024


def test_every_log_query_uses_fields_of_the_log() -> None:
    lines: list[str] = []
    RequestLog(lines.append, metrics=None).record("GET", "/", 200, 0, 0, "network", "trace")
    message = as_json(datetime.now(UTC), "ERROR", "", {"traceback": ""})
    logged = {name for line in (*lines, message) for name in json.loads(line)}
    questions = re.findall(r"\bask '(.+?)'", TEXT + FUNCTIONS)
    assert len(questions) > 3
    for question in questions:
        words = set(re.findall(r"[a-z_]\w*", re.sub(r'"[^"]*"', "", question)))
        named = words - COMMANDS - OPERATORS - set(re.findall(r" as (\w+)", question))
        assert named, question
        assert named <= logged, question


@pytest.mark.slow
def test_every_question_to_the_database_is_answered() -> None:
    asked = re.findall(
        r'(?:psql -c|run_once sql) "([A-Z](?:[^"\\]|\\.)*)"', "".join((*BLOCKS, FUNCTIONS))
    )
    assert len(asked) > 3
    with embedded_server() as server:
        for question in asked:
            fetch(server, question.replace('\\"', '"'))
