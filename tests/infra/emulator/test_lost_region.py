"""docs/operations.md, "When a region is lost", from an empty second region to serving.

The emulator copies secrets. It copies no images and no backups, so the image is put where ECR would
have, and the database comes back from a snapshot.
"""

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import boto3
import pytest

from ishizue_ops.emulator.process import Emulator
from tests.infra.emulator.conftest import Deploy, needs_emulator
from tests.infra.operations.test_document import TEXT

pytestmark = [
    *(pytest.mark.slow, pytest.mark.external, pytest.mark.long, needs_emulator),
    pytest.mark.skipif(not shutil.which("jq"), reason="there is no jq here"),
]

LOST, THERE = "ap-northeast-1", "ap-northeast-3"
STATE, SERVICE = "KiroSampleState", "KiroSampleService"


def blocks(title: str) -> list[str]:
    """The blocks of a section of the page."""
    section = TEXT.split(f"# {title}\n")[1].split("\n##")[0]
    return re.findall(r"```sh\n(.*?)```", section, re.DOTALL)


def resource(region: str, kind: str, name: str) -> str:
    """A physical name in the state's stack."""
    client = boto3.client("cloudformation", region_name=region)
    [found] = [
        one["PhysicalResourceId"]
        for one in client.describe_stack_resources(StackName=STATE)["StackResources"]
        if one["ResourceType"] == kind and one["LogicalResourceId"].startswith(name)
    ]
    return str(found)


def secret(region: str) -> str:
    client = boto3.client("secretsmanager", region_name=region)
    name = resource(region, "AWS::SecretsManager::Secret", "CookieKeys")
    return str(client.get_secret_value(SecretId=name)["SecretString"])


def outputs(stack: str) -> dict[str, str]:
    client = boto3.client("cloudformation", region_name=THERE)
    [found] = client.describe_stacks(StackName=stack)["Stacks"]
    return {one["OutputKey"]: one["OutputValue"] for one in found["Outputs"]}


def images(region: str) -> tuple[str, list[dict[str, Any]]]:
    """The name of the stack's repository, and its images with their manifests."""
    client = boto3.client("ecr", region_name=region)
    name = resource(region, "AWS::ECR::Repository", "Registry")
    found = client.describe_images(repositoryName=name)["imageDetails"]
    wanted = [{"imageDigest": one["imageDigest"]} for one in found]
    return name, client.batch_get_image(repositoryName=name, imageIds=wanted)["images"]


def databases() -> dict[str, str]:
    """RDS's own ids by name."""
    found = boto3.client("rds", region_name=THERE).describe_db_instances()["DBInstances"]
    return {one["DBInstanceIdentifier"]: one["DbiResourceId"] for one in found}


def addresses() -> list[str]:
    """Where the domain's records lead."""
    route53 = boto3.client("route53")
    [zone] = route53.list_hosted_zones()["HostedZones"]
    found = route53.list_resource_record_sets(HostedZoneId=zone["Id"])["ResourceRecordSets"]
    return [one["AliasTarget"]["DNSName"] for one in found if one["Type"] == "A"]


class Shell:
    """The operator's shell: what a block sets, the next one has."""

    def __init__(self, folder: Path, **environ: str) -> None:
        self._kept, programs = folder / "shell", folder / "programs"
        self._kept.touch()
        programs.mkdir()
        for name, module in (
            ("aws", "commands aws"),
            ("docker", "commands docker"),
            ("make", "make"),
        ):
            command = f'exec {sys.executable} -m tests.infra.emulator.{module} "$@"'
            (programs / name).write_text(f"#!/bin/sh\n{command}\n")
        (programs / "sleep").write_text("#!/bin/sh\n")
        for program in programs.iterdir():
            program.chmod(0o755)
        path = f"{programs}{os.pathsep}{os.environ['PATH']}"
        self._environ = {**os.environ, **environ, "PATH": path}

    def run(self, block: str, **blanks: str) -> str:
        """Run a block with its blanks filled in; return what it printed, and its exit code last."""
        for name, text in blanks.items():
            block = re.sub(rf"^{name}=…", f"{name}={text}", block, flags=re.MULTILINE)
        assert not re.search("^[^#]*…", block, re.MULTILINE), block
        script = f"exec 2>&1\n. {self._kept}\n{block}\ncode=$?\ndeclare -xp >{self._kept}\n"
        script += f'declare -f >>{self._kept}\necho "exit code $code"'
        # Every variable is exported, so that declare prints it.
        command = ["bash", "-a", "-c", script]
        return subprocess.run(command, env=self._environ, text=True, capture_output=True).stdout


def test_from_an_empty_region_to_serving_without_the_lost_one(
    deploy: Deploy, emulator: Emulator, tmp_path: Path
) -> None:
    deploy(DATABASE="rds", DOMAIN="example.com", LOG_DAYS="7", BACKUP_COPY_REGION=THERE)
    [zone] = boto3.client("route53").list_hosted_zones()["HostedZones"]
    found = boto3.client("route53").get_hosted_zone(Id=zone["Id"])
    servers = found["DelegationSet"]["NameServers"]
    keys, (name, [image]) = secret(LOST), images(LOST)
    ecr = boto3.client("ecr", region_name=THERE)
    ecr.create_repository(repositoryName=name)
    ecr.put_image(repositoryName=name, imageManifest=image["imageManifest"], imageTag="newest")
    assert all(LOST in each for each in addresses())

    already = len(emulator.record.read_text().splitlines())
    settings = {"CDK_LOG": str(tmp_path / "cdk.log"), "CDK_OUT": str(tmp_path / "cdk.out")}
    settings["CDK_REQUIRE_APPROVAL"] = "never"
    shell = Shell(tmp_path, NAME_SERVERS=",".join(servers), **settings)
    make, _, _, serve, move, _ = blocks("When a region is lost")
    restore, _ = blocks("From a snapshot")
    take_over, _ = blocks("Let it take over")

    said = shell.run(make)
    assert "image: the registry is empty" in said
    assert said.endswith("exit code 1\n"), said
    [(own, empty)] = databases().items()
    rds = boto3.client("rds", region_name=THERE)
    rds.create_db_snapshot(DBInstanceIdentifier=own, DBSnapshotIdentifier="kept")
    assert shell.run(restore, snapshot="kept").endswith("exit code 0\n")
    restored = databases()["kirosample-restored"]
    assert secret(THERE) != keys
    said = shell.run(serve)
    assert said.endswith("exit code 0\n"), said
    assert secret(THERE) == keys
    other, [copied] = images(THERE)
    assert other != name
    assert copied["imageId"]["imageDigest"] == image["imageId"]["imageDigest"]
    assert copied["imageManifest"] == image["imageManifest"]
    assert json.loads(outputs(STATE)["Settings"])["LOG_DAYS"] == "7"
    assert outputs(SERVICE)["PublicUrl"].startswith("http://")
    said = shell.run(take_over)
    assert said.endswith("exit code 0\n"), said
    assert databases() == {own: restored, "kirosample-replaced": empty}
    said = shell.run(move, zone=zone["Id"].rpartition("/")[2])
    assert said.endswith("exit code 0\n"), said
    lines = emulator.record.read_text().splitlines()[already:]
    asked = [entry["asked"] for line in lines if "asked" in (entry := json.loads(line))]
    assert len(asked) > 100
    assert LOST not in asked
    assert outputs(SERVICE)["PublicUrl"] == "https://example.com"
    assert all(THERE in each for each in addresses())
