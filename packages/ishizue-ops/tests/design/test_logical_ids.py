"""Logical ids of stateful resources: a new id replaces the resource, with its data."""

import tomllib
from pathlib import Path
from typing import Any

import pytest

from ishizue_ops.testing.designs import Designs

IDS: dict[str, Any] = tomllib.loads(Path(__file__).with_name("logical_ids.toml").read_text())
DATABASES: dict[str, list[str]] = IDS["database"]


@pytest.mark.parametrize("database", DATABASES)
def test_stateful_resources_keep_their_logical_ids_and_stay_once_they_are_made(
    designs: Designs, database: str
) -> None:
    stateful = {
        resource.logical_id: resource
        for resource in designs(database, "example.com").resources
        if resource.raw.get("DeletionPolicy", "Delete") != "Delete"
        or resource.type in ("AWS::EC2::VPC", "AWS::EC2::Subnet")
    }
    assert stateful.keys() == {*IDS["state"], *DATABASES[database]}
    # The tasks' log says why the first creation failed; nothing else is left behind by it.
    logs = stateful.pop("ServiceLogs205D48C6")
    assert (logs.stack, logs.raw["DeletionPolicy"]) == ("NotesService", "Retain")
    for each in stateful.values():
        assert (each.stack, each.raw.get("DeletionPolicy") != "Retain") == ("NotesState", True)
