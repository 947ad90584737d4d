"""The deployment's settings: what is good is read, what is wrong is refused by name."""

import os
import subprocess
import sys
from dataclasses import fields
from pathlib import Path

import pytest

from infra import config
from infra.config import Config, ConfigError, read
from infra.variables import VARIABLES
from kirosample import limits

ROOT = Path(__file__).parents[2]

BROKEN = [
    ("DATABASE", {"DATABASE": "mysql"}),
    ("DOMAIN", {"DOMAIN": "https://example.com"}),
    ("DOMAIN", {"DOMAIN": "localhost"}),
    ("TASKS", {"TASKS": "1"}),
    ("TASKS", {"TASKS": "two"}),
    ("TASKS", {"TASKS": "8", "MAX_TASKS": "4"}),
    ("MAX_TASKS", {"MAX_TASKS": "13"}),
    ("TASK_CPU", {"TASK_CPU": "1000"}),
    ("TASK_MEMORY", {"TASK_CPU": "256", "TASK_MEMORY": "4096"}),
    ("TASK_MEMORY", {"TASK_MEMORY": "2000"}),
    ("ARCHITECTURE", {"ARCHITECTURE": "arm"}),
    ("VPC_CIDR", {"VPC_CIDR": "10.0.0.0"}),
    ("VPC_CIDR", {"VPC_CIDR": "10.0.0.1/16"}),
    ("VPC_CIDR", {"VPC_CIDR": "10.1.0.0/16"}),
    ("PUBLIC_CIDRS", {"PUBLIC_CIDRS": "10.0.1.0/24"}),
    ("PUBLIC_CIDRS", {"PUBLIC_CIDRS": "10.0.1.0/24,10.0.1.128/25"}),
    ("PRIVATE_CIDRS", {"PRIVATE_CIDRS": "10.0.2.0/24,10.0.12.0/24"}),
    ("PRIVATE_CIDRS", {"PRIVATE_CIDRS": "10.0.11.0/24,10.0.12.0/29"}),
    ("NAT_GATEWAYS", {"NAT_GATEWAYS": "3"}),
    ("DATABASE_STORAGE", {"DATABASE_STORAGE": "5"}),
    ("AURORA_MIN_CAPACITY", {"AURORA_MIN_CAPACITY": "0.7"}),
    ("AURORA_MAX_CAPACITY", {"AURORA_MIN_CAPACITY": "4", "AURORA_MAX_CAPACITY": "2"}),
    ("AURORA_READER", {"AURORA_READER": "yes"}),
    ("BACKUP_DAYS", {"BACKUP_DAYS": "0"}),
    ("DATABASE_PROTECTION", {"DATABASE_PROTECTION": "false"}),
    ("WAF", {"WAF": "1"}),
    ("LOG_DAYS", {"LOG_DAYS": "31"}),
    ("ALARM_EMAIL", {"ALARM_EMAIL": "me"}),
    ("BUDGET_USD", {"BUDGET_USD": "-1"}),
    ("GITHUB_REPOSITORY", {"GITHUB_REPOSITORY": "https://github.com/a/b"}),
]


def test_nothing_set_is_the_documents_design() -> None:
    assert read({}) == Config()
    assert (Config().database, Config().min_tasks, Config().max_tasks) == ("rds", 2, 10)


def test_an_empty_variable_counts_as_not_set() -> None:
    assert read(dict.fromkeys((variable.name for variable in VARIABLES), "")) == Config()


def test_every_variable_sets_its_field() -> None:
    other = {
        "DATABASE": "aurora",
        "DOMAIN": "example.com",
        "TASKS": "3",
        "MAX_TASKS": "6",
        "TASK_CPU": "2048",
        "TASK_MEMORY": "4096",
        "ARCHITECTURE": "arm64",
        "VPC_CIDR": "10.8.0.0/16",
        "PUBLIC_CIDRS": "10.8.1.0/24,10.8.2.0/24",
        "PRIVATE_CIDRS": "10.8.11.0/24, 10.8.12.0/24",
        "NAT_GATEWAYS": "2",
        "DATABASE_STORAGE": "40",
        "AURORA_MIN_CAPACITY": "1",
        "AURORA_MAX_CAPACITY": "4.5",
        "AURORA_READER": "off",
        "BACKUP_DAYS": "14",
        "DATABASE_PROTECTION": "off",
        "WAF": "on",
        "LOG_DAYS": "90",
        "ALARM_EMAIL": "operator@example.com",
        "BUDGET_USD": "500",
        "GITHUB_REPOSITORY": "owner/name",
    }
    assert other.keys() == {variable.name for variable in VARIABLES}
    made = read(other)
    unchanged = [
        field.name
        for field in fields(Config)
        if getattr(made, field.name) == getattr(Config(), field.name)
    ]
    assert unchanged == []


@pytest.mark.parametrize(("name", "environ"), BROKEN)
def test_a_broken_setting_is_refused_by_name(name: str, environ: dict[str, str]) -> None:
    with pytest.raises(ConfigError, match=rf"\b{name}\b") as refused:
        read(environ)
    assert "\n" not in str(refused.value)


def test_none_is_said_where_there_was_something_to_take_away() -> None:
    said = dict.fromkeys(("DOMAIN", "ALARM_EMAIL", "GITHUB_REPOSITORY"), "none")
    assert read(said) == Config()
    assert read(said).stated == said


def test_without_a_database_nothing_bounds_its_connections() -> None:
    assert read({"DATABASE": "none", "MAX_TASKS": "50"}).max_tasks == 50


def test_the_most_tasks_fit_the_databases_connections_as_the_application_counts_them() -> None:
    a_task = limits.POOL_CONNECTIONS + limits.WRITER_CONNECTIONS
    assert a_task == config.CONNECTIONS_PER_TASK
    assert limits.MIGRATION_AND_RESERVED_CONNECTIONS == config.OTHER_CONNECTIONS
    assert limits.DATABASE_CONNECTIONS == config.DATABASE_CONNECTIONS
    assert 2 * Config().max_tasks == limits.MOST_TASKS


@pytest.mark.parametrize("environ", [{"DATABASE": "mysql"}, {"TASKS": "8", "MAX_TASKS": "4"}])
def test_the_command_says_so_in_one_line_and_writes_nothing(
    environ: dict[str, str], tmp_path: Path
) -> None:
    ran = subprocess.run(
        [sys.executable, "-m", "infra.synth"],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(ROOT), **environ},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert ran.returncode == 2
    assert ran.stdout == ""
    assert len(ran.stderr.splitlines()) == 1
    assert all(name in ran.stderr for name in environ)
    assert list(tmp_path.iterdir()) == []
