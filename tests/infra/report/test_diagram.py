"""`make diagram`: the same bytes for the same template, and docs/ has the documented one's."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.infra.conftest import Assembly

from infra import config, synth
from infra.report import diagram
from infra.report.template import load

ROOT = Path(__file__).parents[3]


def test_the_same_template_is_the_same_bytes(assembly: Assembly) -> None:
    folder = assembly(database="rds", domain="example.com")
    program = (
        "import hashlib, sys; from pathlib import Path; from infra.report import diagram, template;"
        "files = diagram.draw(template.load(Path(sys.argv[1])), 'rds');"
        "print(*(hashlib.sha256(content).hexdigest() for content in files.values()))"
    )
    printed = {
        subprocess.run(
            [sys.executable, "-c", program, str(folder)],
            cwd=ROOT,
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
            text=True,
            check=True,
            timeout=60,
        ).stdout
        for seed in ("1", "2")
    }
    assert len(printed) == 1


@pytest.mark.parametrize("suffix", [".drawio", ".svg"])
def test_the_drawing_in_docs_is_of_this_code(assembly: Assembly, suffix: str) -> None:
    file = ROOT / "docs" / f"{diagram.NAME}{suffix}"
    drawn = diagram.draw(load(assembly("rds", "example.com")), "rds")[suffix]
    assert file.read_bytes() == drawn, "make diagram draws it anew"


@pytest.fixture
def elsewhere(
    assembly: Assembly, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Callable[[dict[str, str]], int]:
    """The command, writing into a folder of the test's and synthesizing only once a variant."""

    def synthesize(settings: config.Config, out: Path) -> Path:
        assert out.is_dir()
        return assembly(database=settings.database, domain=settings.domain or "")

    monkeypatch.setattr(diagram, "ROOT", tmp_path)
    monkeypatch.setattr(synth, "synthesize", synthesize)
    return diagram.main


@pytest.mark.parametrize(
    ("environ", "folder"),
    [
        ({}, "docs"),
        ({"DATABASE": "rds", "DOMAIN": "", "TASKS": "2"}, "docs"),
        ({"DATABASE": "aurora"}, "build/diagram"),
        ({"TASKS": "3"}, "build/diagram"),
    ],
)
def test_only_the_documented_design_goes_to_docs(
    elsewhere: Callable[[dict[str, str]], int],
    environ: dict[str, str],
    folder: str,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert elsewhere(environ) == 0
    written = {str(file.relative_to(tmp_path)) for file in tmp_path.rglob("aws-*")}
    assert written == {f"{folder}/aws-architecture{suffix}" for suffix in (".drawio", ".svg")}
    printed = capsys.readouterr().out.splitlines()
    assert {line.partition(" written: ")[0] for line in printed} == written


@pytest.mark.parametrize("environ", [{"DATABASE": "oracle"}, {"DOMAIN": "no domain"}])
def test_a_bad_setting_is_one_line_and_exit_code_2(
    elsewhere: Callable[[dict[str, str]], int],
    environ: dict[str, str],
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert elsewhere(environ) == 2
    [name] = environ
    [line] = capsys.readouterr().err.splitlines()
    assert name in line
    assert not any(tmp_path.iterdir())


def test_a_template_that_cannot_be_drawn_is_one_line_and_exit_code_1(
    assembly: Assembly,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr(diagram, "ROOT", tmp_path)
    monkeypatch.setattr(synth, "synthesize", lambda *_: assembly(database="rds", domain=""))
    assert diagram.main({}) == 1
    [line] = capsys.readouterr().err.splitlines()
    assert line == "nothing drawn: the template has no AWS::Route53::HostedZone"
    assert not any(tmp_path.iterdir())
