"""The CDK CLI is pinned, comes without node on the machine, and its failures are ours to tell."""

import json
from pathlib import Path

import pytest

from infra import npm
from infra.cdk import cli

LOCK = json.loads((cli.HERE / npm.LOCK).read_text())


def test_the_cli_is_of_the_version_that_is_asked_for() -> None:
    asked = json.loads((cli.HERE / "package.json").read_text())["dependencies"]
    assert asked == {"aws-cdk": LOCK["packages"]["node_modules/aws-cdk"]["version"]}


@pytest.mark.external
def test_it_runs_with_no_node_on_the_path(tmp_path: Path) -> None:
    log = tmp_path / "log"
    cli.run(["--version"], environ={"PATH": str(tmp_path), "HOME": str(tmp_path)}, log=log)
    version = LOCK["packages"]["node_modules/aws-cdk"]["version"]
    assert log.read_text().startswith(version)


@pytest.mark.external
def test_a_failure_is_one_line_that_says_where_to_look(tmp_path: Path) -> None:
    log = tmp_path / "log"
    with pytest.raises(cli.CdkError) as failed:
        cli.run(["no-such-command"], log=log)
    assert str(failed.value) == f"cdk no-such-command ended with exit code 1: see {log}"
    assert "Unknown command" in log.read_text()


def test_a_cli_that_cannot_be_installed_is_told_as_one_that_failed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def fails(_folder: Path) -> Path:
        raise npm.NpmError("npm could not install cdk: no network")

    monkeypatch.setattr(npm, "installed", fails)
    with pytest.raises(cli.CdkError, match="no network"):
        cli.run(["--version"])
