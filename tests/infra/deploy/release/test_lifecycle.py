"""A new database is created without Extended Support; one that is there keeps what it has."""

import json
from collections.abc import Mapping

import pytest

from infra.deploy.release import settings
from infra.deploy.release.stacks import Stack
from infra.names import EXTENDED_SUPPORT, SETTINGS_OUTPUT
from infra.product import DATABASE
from tests.infra.conftest import Designs
from tests.infra.reading import only

ON = {EXTENDED_SUPPORT: "on"}
OFF = {EXTENDED_SUPPORT: "off"}


def deployed(database: str | None, parameters: Mapping[str, str]) -> Stack:
    stated = {} if database is None else {"DATABASE": database}
    outputs = {SETTINGS_OUTPUT: json.dumps(stated)}
    return Stack("KiroSampleState", "UPDATE_COMPLETE", parameters, outputs)


@pytest.mark.parametrize(
    ("database", "parameters", "now", "passed"),
    [
        # From an older release, whose databases were all created with it.
        (None, {}, DATABASE, {} if DATABASE == "none" else ON),
        ("aurora", {}, "aurora", ON),
        # The CDK passes the previous value by itself.
        ("rds", {EXTENDED_SUPPORT: "on"}, "rds", {}),
        ("rds", {EXTENDED_SUPPORT: "off"}, "rds", {}),
        # Another database is a new one.
        ("rds", {EXTENDED_SUPPORT: "on"}, "aurora", OFF),
        ("rds", {EXTENDED_SUPPORT: "off"}, "aurora", {}),
        ("rds", {}, "aurora", {}),
        ("none", {}, "rds", {}),
        ("rds", {EXTENDED_SUPPORT: "on"}, "none", {}),
    ],
)
def test_a_database_keeps_what_it_was_created_with(
    designs: Designs, database: str | None, parameters: Mapping[str, str], now: str, passed: object
) -> None:
    template = designs(now).templates["KiroSampleState"]
    assert settings.extended_support(deployed(database, parameters), template) == passed


def test_a_first_deployment_creates_it_without(designs: Designs) -> None:
    for database, type_ in (("rds", "AWS::RDS::DBInstance"), ("aurora", "AWS::RDS::DBCluster")):
        design = designs(database)
        template = design.templates["KiroSampleState"]
        assert settings.extended_support(None, template) == {}
        assert template["Parameters"][EXTENDED_SUPPORT]["Default"] == "off"
        condition, off, on = only(design, type_).properties["EngineLifecycleSupport"]["Fn::If"]
        assert off == "open-source-rds-extended-support-disabled"
        assert on == {"Ref": "AWS::NoValue"}
        compared = template["Conditions"][condition]["Fn::Equals"]
        assert compared == [{"Ref": EXTENDED_SUPPORT}, "off"]
