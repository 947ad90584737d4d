"""Logical ids of stateful resources: a new id replaces the resource, with its data."""

import tomllib
from pathlib import Path
from typing import Any

import pytest

from ishizue_ops.testing.designs import Designs

IDS: dict[str, Any] = tomllib.loads(Path(__file__).with_name("logical_ids.toml").read_text())
DATABASES: dict[str, list[str]] = IDS["database"]


@pytest.mark.parametrize("database", DATABASES)
def test_stateful_resources_keep_their_logical_ids(designs: Designs, database: str) -> None:
    stateful = {
        resource.logical_id: resource.stack
        for resource in designs(database, "example.com").resources
        if resource.raw.get("DeletionPolicy", "Delete") != "Delete"
        or resource.type in ("AWS::EC2::VPC", "AWS::EC2::Subnet")
    }
    assert stateful.keys() == {*IDS["state"], *DATABASES[database]}
    in_service = {name for name, stack in stateful.items() if stack == "NotesService"}
    assert in_service == {"ServiceLogs205D48C6"}


@pytest.mark.parametrize("database", DATABASES)
def test_what_is_retained_is_not_left_behind_by_a_failed_creation(
    designs: Designs, database: str
) -> None:
    kept = {
        resource.logical_id: (resource.raw["DeletionPolicy"], resource.raw["UpdateReplacePolicy"])
        for resource in designs(database, "example.com").resources
        if "Retain" in resource.raw.get("DeletionPolicy", "")
    }
    # The tasks' log says why the first creation failed.
    assert kept.pop("ServiceLogs205D48C6") == ("Retain", "Retain")
    assert set(kept.values()) == {("RetainExceptOnCreate", "Retain")}
