"""`make restore RESTORE=…`: a database restored beside the stack's takes over its name.

RDS documents renaming for this (user guide, "Renaming to replace an existing DB instance"): the
endpoint, the alarms and the stack stay as they are. Renaming restarts a database, so that no task
writes into the old one any more. The old one is `SERVICE-replaced` then, and a second restore can
bring it back.

What RDS's restore calls do not take, the last renaming sets as the template has it: CloudFormation
sends differences between templates only, and would never repair it. Aurora is restored without
instances, which are made as in the template.

The command, run again, goes on where it stopped. Exit code 1: it stopped; 2: an invalid setting or
no credentials.
"""

import json
import os
import sys
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import boto3
from botocore import xform_name
from botocore.exceptions import ClientError

from ishizue_ops.config import Config, ConfigError
from ishizue_ops.deploy import Stopped, database_log
from ishizue_ops.deploy.ending import ended
from ishizue_ops.deploy.release import every
from ishizue_ops.deploy.release.stacks import describe
from ishizue_ops.names import COPY_KEY
from ishizue_ops.project import localized, read
from ishizue_ops.template import nodes
from ishizue_ops.words import Text

_AS_RESTORED = {
    "AllocatedStorage",
    "DBInstanceIdentifier",
    "Engine",
    "EngineLifecycleSupport",
    "EngineVersion",
    "MasterUserPassword",
    "Port",
    "StorageType",
}
"""Properties that a change leaves alone: the disk may have grown, and the restore call took the
others."""

_RENAMED = {"PerformanceInsightsEnabled": "EnablePerformanceInsights"}
"""Properties that RDS's API names differently."""


@dataclass(frozen=True)
class Restore:
    """One run, which looks every so many `seconds` whether a database has its new name."""

    config: Config
    session: boto3.Session
    seconds: float = 15

    def run(self, restored: str) -> None:
        """Let the database of this name take over. Raises Stopped and what its calls raise."""
        cloudformation = self.session.client("cloudformation")
        names = self.config.names
        state = describe(cloudformation, names.state_stack)
        secret = state.output("DatabaseMasterSecret")
        secret_value = self.session.client("secretsmanager").get_secret_value(SecretId=secret)
        replaced = f"{names.service}-replaced"
        if restored == replaced:  # the way back
            replaced = f"{names.service}-restored"
        listed = cloudformation.describe_stack_resources(StackName=names.state_stack)
        template = cloudformation.get_template(StackName=names.state_stack)["TemplateBody"]
        # The order is the cluster, its writer, its reader. The instances' names end like zones.
        own = sorted(
            (kind, "Reader" in row["LogicalResourceId"], row["PhysicalResourceId"], row)
            for row in listed["StackResources"]
            for kind in ("DBCluster", "DBInstance")
            if row["ResourceType"] == f"AWS::RDS::{kind}"
        )
        moves = list[tuple[str, str, str]]()
        wanted = dict[str, Mapping[str, Any]]()
        for kind, _, name, row in own:
            properties = template["Resources"][row["LogicalResourceId"]]["Properties"]
            zone = properties.get("AvailabilityZone") if kind != own[0][0] else None
            end = f"-{zone[-1]}" if zone else ""
            moves.append((kind, name, end))
            wanted[end] = properties
        kind, name, _ = moves[0]
        present = {each for each in (name, restored, replaced) if self._status(kind, each)}
        if not present & {restored, replaced}:
            region = self.config.region
            raise Stopped(Text("no-database", kind=kind, name=restored, region=region))
        if len(present) == 3:
            raise Stopped(Text("replaced-before", name=replaced))
        if replaced not in present:
            self._complete(restored, moves, wanted)
        # Where only the restored one is left, the stack's was deleted by hand.
        for each, old, end in () if present == {restored} else moves:
            self._rename(each, old, replaced + end)
        # The restored one has the password of its time.
        password = {"MasterUserPassword": json.loads(secret_value["SecretString"])["password"]}
        for each, new, end in moves:
            changes = self._taken(f"Modify{each}", wanted[end], without=_AS_RESTORED)
            self._rename(each, restored + end, new, {**changes, **({} if end else password)})
        if self.config.copies_region:
            self._copy_backups(name, self.config.copies_region)
        database_log.keep(self.session.client("logs"), state)

    def _taken(
        self, call: str, properties: Mapping[str, Any], without: Collection[str] = ()
    ) -> dict[str, Any]:
        """The properties that a call of RDS takes, and that refer to no other resource."""
        shape = self.session.client("rds").meta.service_model.operation_model(call).input_shape
        named = {_RENAMED.get(name, name): value for name, value in properties.items()}
        return {
            name: value
            for name, value in named.items()
            if name in shape.members and name not in without and not _refers(value)
        }

    def _complete(
        self,
        restored: str,
        moves: Sequence[tuple[str, str, str]],
        wanted: Mapping[str, Mapping[str, Any]],
    ) -> None:
        """Make the instances that a restored cluster lacks. Raises Stopped unless all serve."""
        lacking = [
            end for *_, end in moves if end and not self._status("DBInstance", restored + end)
        ]
        for end in lacking:
            print(localized(Text("making", name=restored + end)), flush=True)
            given = self._taken("CreateDBInstance", wanted[end], without={"Tags"})
            names = {"DBInstanceIdentifier": restored + end, "DBClusterIdentifier": restored}
            self.session.client("rds").create_db_instance(**(given | names))
        for end in lacking:
            self._await("DBInstance", restored + end)
        for kind, _, end in moves:
            if self._status(kind, restored + end) != "available":
                raise Stopped(Text("not-available", name=restored + end))

    def _copy_backups(self, name: str, region: str) -> None:
        """Do what the template says of this name, which RDS does for a database only."""
        here = self.session.client("rds")
        there = self.session.client("rds", region_name=region)
        [instance] = here.describe_db_instances(DBInstanceIdentifier=name)["DBInstances"]
        if instance.get("DBInstanceAutomatedBackupsReplications"):
            return
        cloudformation = self.session.client("cloudformation", region_name=region)
        key = describe(cloudformation, self.config.names.copies_stack).output(COPY_KEY)
        there.start_db_instance_automated_backups_replication(
            SourceDBInstanceArn=instance["DBInstanceArn"],
            BackupRetentionPeriod=self.config.backup_days,
            KmsKeyId=key,
        )
        print(localized(Text("backups-copied", name=name, region=region)), flush=True)

    def _status(self, kind: str, name: str) -> str | None:
        """The status of a database; None if there is none of this name."""
        read_all = getattr(self.session.client("rds"), xform_name(f"Describe{kind}s"))
        asked = {f"{kind}Identifier": name}
        try:
            [database] = read_all(**asked)[f"{kind}s"]
        except ClientError as error:
            if "NotFound" not in error.response["Error"]["Code"]:
                raise
            return None
        return str(database.get("Status") or database["DBInstanceStatus"])

    def _rename(self, kind: str, old: str, new: str, changes: Mapping[str, Any] = {}) -> None:
        """Rename a database unless it is renamed, and wait until it serves under its new name."""
        if self._status(kind, old) and not self._status(kind, new):
            print(localized(Text("becomes", old=old, new=new)), flush=True)
            names = {f"{kind}Identifier": old, f"New{kind}Identifier": new}
            modify = getattr(self.session.client("rds"), xform_name(f"Modify{kind}"))
            modify(**names, **changes, ApplyImmediately=True)
        self._await(kind, new)

    def _await(self, kind: str, name: str) -> None:
        for _ in every(self.seconds, times=240):  # about ten minutes, says RDS
            if self._status(kind, name) == "available":
                return
        raise Stopped(Text("not-available", name=name))


def _refers(value: object) -> bool:
    """Whether a value is, or contains, what CloudFormation resolves."""
    return any(key == "Ref" or key.startswith("Fn::") for node in nodes(value) for key in node)


def main() -> None:
    """Restore what the environment says."""
    restored = os.environ.get("RESTORE", "").strip()
    if not restored:
        raise ConfigError(Text("set-restore"))
    config = read(os.environ)
    Restore(config, boto3.Session(region_name=config.region)).run(restored)


if __name__ == "__main__":
    sys.exit(ended("restore", main))
