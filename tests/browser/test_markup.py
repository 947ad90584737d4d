"""The Nu Html Checker finds no error on any page."""

import json
import re
import shutil
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest

from ishizue.testing.processes import printed
from ishizue_ops.node import installed
from tools.browser.pages import PROBLEMS, faces
from tools.servers import Running, serving

pytestmark = [pytest.mark.browser, pytest.mark.external]

_OUTDATED = ".*“blocking” attribute must have a “rel” attribute whose value is “stylesheet”.*"
"""The HTML Standard has it for `rel=expect` too (#link-type-expect), which is newer."""


@pytest.fixture(scope="module")
def checker() -> tuple[str, ...]:
    java = shutil.which("java")
    if java is None:
        pytest.skip("no Java on this machine for the Nu Html Checker")
    jar = str(installed(Path(__file__).parent) / "vnu-jar" / "build" / "dist" / "vnu.jar")
    options = ("--format", "json", "--stdout", "--exit-zero-always", "--filterpattern", _OUTDATED)
    return java, "-jar", jar, *options


def findings(checker: tuple[str, ...], files: Iterable[Path]) -> list[dict[str, Any]]:
    """The errors that the checker finds in the files, and its own."""
    messages = json.loads(printed(*checker, *files, timeout=300))["messages"]
    return [message for message in messages if "error" in message["type"]]


def test_no_page_has_an_error_in_its_html(
    checker: tuple[str, ...], lived_in_server: Running, tmp_path: Path
) -> None:
    answers = [lived_in_server.client.get(address) for address in faces(lived_in_server)]
    for answer in answers:
        address = answer.url.raw_path.decode()
        assert answer.status_code == PROBLEMS.get(address, 200), address
    with lived_in_server.visitor() as someone:
        someone.post("/favorites", data={"like": "horoscope:2026-11-24.leo"})
        mine = someone.get("/favorites?mine=true")
        assert "data-withdraw" in mine.text
        form = {"content-type": "application/x-www-form-urlencoded"}
        offered = someone.post("/favorites/transfer/code", headers=form)
        (code,) = re.findall("<code>(.*?)</code>", offered.text)
        drawn = someone.post("/omikuji/mine", headers=form, follow_redirects=True)
        assert "/omikuji/mine/" in drawn.url.path
        transfer = [
            lived_in_server.client.post("/favorites/transfer", data={"code": typed})
            for typed in (code, "x")
        ]
        assert [answer.status_code for answer in transfer] == [200, 422]
        born = {"year": "1964", "month": "2"}
        birthdays = [
            lived_in_server.client.post("/birthday", data={**born, "day": day})
            for day in ("9", "30")
        ]
        assert [answer.status_code for answer in birthdays] == [200, 422]
    with serving(None) as without_favorites:
        closed = [without_favorites.client.get(address) for address in ("/", "/favorites")]
    names = {}
    for number, answer in enumerate(
        [*answers, mine, offered, drawn, *transfer, *birthdays, *closed]
    ):
        assert answer.headers["content-type"] == "text/html; charset=utf-8", answer.url
        (tmp_path / f"{number}.html").write_bytes(answer.content)
        names[f"{number}.html"] = answer.url
    said = [
        f"{names[Path(each['url']).name]}: {each['message']}: {each.get('extract', '')}"
        for each in findings(checker, sorted(tmp_path.iterdir()))
    ]
    assert said == []
