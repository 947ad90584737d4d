"""The CDK CLI is pinned, needs no node on the machine, and its failures are one line."""

import json
from pathlib import Path

import pytest

from ishizue_ops import node
from ishizue_ops.deploy import Stopped
from ishizue_ops.deploy.cdk import cli

LOCK = json.loads((cli.HERE / node.LOCK).read_text())


@pytest.mark.external
def test_it_runs_without_node_on_the_path(tmp_path: Path) -> None:
    log = tmp_path / "log"
    cli.run(["--version"], environ={"PATH": str(tmp_path), "HOME": str(tmp_path)}, log=log)
    version = LOCK["packages"]["node_modules/aws-cdk"]["version"]
    assert log.read_text().startswith(version)


@pytest.mark.external
def test_a_failure_is_one_line_that_names_the_log(tmp_path: Path) -> None:
    log = tmp_path / "log"
    with pytest.raises(Stopped) as failed:
        cli.run(["no-such-command"], log=log)
    assert str(failed.value) == f"cdk no-such-command exited with code 1: see {log}"
    assert "Unknown command" in log.read_text()
