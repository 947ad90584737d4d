"""The CDK CLI is pinned, comes without node on the machine, and its failures are ours to tell."""

import json
from pathlib import Path

import pytest

from infra.cdk import cli

LOCK = json.loads((cli.HERE / cli.LOCK).read_text())


def test_the_lock_pins_the_cli_by_its_hash_and_names_no_registry() -> None:
    [(name, package)] = [(n, p) for n, p in LOCK["packages"].items() if n]
    asked = json.loads((cli.HERE / "package.json").read_text())["dependencies"]
    assert name == "node_modules/aws-cdk"
    assert asked == {"aws-cdk": package["version"]}
    assert package["integrity"].startswith("sha512-")
    assert "://" not in (cli.HERE / cli.LOCK).read_text()


def test_it_runs_with_no_node_on_the_path(tmp_path: Path) -> None:
    log = tmp_path / "log"
    cli.run(["--version"], environ={"PATH": str(tmp_path), "HOME": str(tmp_path)}, log=log)
    version = LOCK["packages"]["node_modules/aws-cdk"]["version"]
    assert log.read_text().startswith(version)


def test_a_failure_is_one_line_that_says_where_to_look(tmp_path: Path) -> None:
    log = tmp_path / "log"
    with pytest.raises(cli.CdkError) as failed:
        cli.run(["no-such-command"], log=log)
    assert str(failed.value) == f"cdk no-such-command ended with exit code 1: see {log}"
    assert "Unknown command" in log.read_text()


def test_an_installation_of_another_lock_is_made_anew(tmp_path: Path) -> None:
    program = tmp_path / "node_modules" / "aws-cdk" / "bin" / "cdk"
    program.parent.mkdir(parents=True)
    program.write_text("an older one")
    (tmp_path / "installed.lock").write_text("{}")
    assert cli.install(tmp_path) == program
    assert program.read_text() != "an older one"
    made = program.stat().st_mtime_ns
    assert cli.install(tmp_path).stat().st_mtime_ns == made
