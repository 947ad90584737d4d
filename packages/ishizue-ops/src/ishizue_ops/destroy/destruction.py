"""What `make destroy` deletes: stacks, what these leave, and what else has the environment's tags.

The stacks are found by their whole names, and the rest by both tags, so that no other environment
loses anything. The account's shared bootstrap stays, as do a zone and a provider that were given.
"""

import signal
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, NamedTuple

import boto3
from botocore.exceptions import BotoCoreError, ClientError

from ishizue_ops.config import OUTSIDE_REGION, Config
from ishizue_ops.deploy import Stopped
from ishizue_ops.deploy.release import every
from ishizue_ops.deploy.release.stacks import describe
from ishizue_ops.destroy.remains import DATABASES, ORDER, Remain, Remover, by_arn, in_order
from ishizue_ops.names import DATABASE_LOGS_OUTPUT
from ishizue_ops.project import localized
from ishizue_ops.words import Text

_TRIES = 3
"""Interfaces of functions and tasks may outlive them by minutes, and hold the network."""

_UNBILLED = (":task-definition/", ":task/", ":service/", ":security-group-rule/", ":cluster/")
"""Parts of the ARNs of what keeps its tags for some time after its end, and costs nothing."""

_KEPT = "DELETE_SKIPPED"
"""CloudFormation's status of a resource that the template keeps."""
_FAILED = "DELETE_FAILED"

_GROUPS = (
    "AWS::EC2::SecurityGroup",
    "AWS::RDS::DBSubnetGroup",
    "AWS::RDS::DBParameterGroup",
    "AWS::RDS::DBClusterParameterGroup",
)

_ERRORS = (BotoCoreError, ClientError, Stopped)


class _Stack(NamedTuple):
    """A stack, and the stacks that need it: they go first."""

    name: str
    region: str
    needed_by: tuple[str, ...] = ()


def _why(what: object, error: Exception) -> Text:
    """Why it could not be deleted; AWS's reason may have several lines."""
    why = error if isinstance(error, Stopped) else " ".join(str(error).split())
    return Text("because", what=what, why=why)


@dataclass(frozen=True)
class Destruction:
    """One run, which looks every so many `seconds` how far a stack is."""

    config: Config
    session: boto3.Session
    regions: Sequence[str] = ()
    """Where else something may be: the regions of copies, and those that are named."""

    say: Callable[[Text], None] = lambda text: print(localized(text), flush=True)
    seconds: float = 15
    waiting: list[Text] = field(default_factory=list)
    """What AWS deletes by itself, each with its date."""

    _gone: set[str] = field(default_factory=set)
    """Ids of what went with its stack."""

    def run(self, *, keep_snapshot: bool) -> list[str | Text]:
        """Delete everything; return what is left and may cost money, a line each.

        A step that fails is such a line. What it needs stays; the rest goes.
        """
        remover = Remover(self.session, self.seconds, self.say, keep_snapshot, self.waiting)
        left = list[str | Text]()
        beside = self._beside_the_stacks()
        arns, failed = self._delete_stacks(remover, beside, left)
        remains = {
            Remain(kind, name, region)
            for arn, region in arns
            for kind, name, _ in self._left_by(arn, region)
        }
        self._gone.difference_update(remain.name for remain in remains)
        if not failed:
            remains |= {remain for remain in beside if remain.kind not in DATABASES}
            remains |= {*filter(None, (by_arn(arn, at) for at, arn in self._tagged(left)))}
        for remain in in_order(remains):
            if remain.kind not in ORDER:
                left.append(Text("because", what=remain, why=Text("not-ours-to-delete")))
                self._gone.add(remain.name)
                continue
            if remain.kind == "AWS::KMS::Key" and left:
                left.append(Text("because", what=remain, why=Text("others-first")))
                continue
            try:
                remover.remove(remain)
            except _ERRORS as error:
                left.append(_why(remain, error))
        self._gone.update(remover.gone)
        named = " ".join(map(str, left))
        for at, arn in self._tagged(left):
            found = by_arn(arn, at)
            is_named = found is not None and (found in remover.absent or found.name in named)
            if not is_named and not self._is_gone(arn):
                left.append(arn)
        return sorted({*left}, key=str)

    def existing(self) -> list[tuple[str, str, str]]:
        """The stacks that there are: names, regions and statuses."""
        stacks = []
        for stack in self._stacks():
            with suppress(Stopped):
                found = describe(self._client("cloudformation", stack.region), stack.name)
                stacks.append((stack.name, stack.region, found.status))
        return stacks

    def tagged(self) -> list[str]:
        """What has the environment's tags, by ARN."""
        return sorted({arn for _, arn in self._tagged([]) if not self._is_gone(arn)})

    def _client(self, service: str, region: str) -> Any:
        return self.session.client(service, region_name=region)

    @cached_property
    def _everywhere(self) -> list[str]:
        """The regions in which something may be, ours first."""
        return [*dict.fromkeys((self.config.region, OUTSIDE_REGION, *self.regions))]

    def _stacks(self) -> list[_Stack]:
        """The stacks in the order of deletion, with those of earlier releases."""
        names = self.config.names
        here = self.config.region
        stacks = [
            _Stack(names.external_check_stack, OUTSIDE_REGION),
            _Stack(names.service_stack, here),
            _Stack(names.state_stack, here, (names.service_stack,)),
            _Stack(names.cdn_stack, OUTSIDE_REGION, (names.service_stack,)),
        ]
        copies = [region for region in self._everywhere if region != here]
        stacks += [_Stack(names.copies_stack, at, (names.state_stack,)) for at in copies]
        # Of an environment that had roles of its own, which delete all others.
        all_others = tuple(stack.name for stack in stacks)
        stacks += [_Stack(names.own_bootstrap, at, all_others) for at in self._everywhere]
        stacks.append(_Stack(names.own_limits, here, (*all_others, names.own_bootstrap)))
        return stacks

    def _delete_stacks(
        self, remover: Remover, beside: set[Remain], left: list[str | Text]
    ) -> tuple[list[tuple[str, str]], set[str]]:
        """Delete them; returns the ARNs and regions of those that are gone, and what failed."""
        arns = list[tuple[str, str]]()
        failed = set[str]()
        for stack in self._stacks():
            what = f"{stack.name} in {stack.region}"
            needing = [name for name in stack.needed_by if name in failed]
            try:
                if needing:
                    describe(self._client("cloudformation", stack.region), stack.name)
                    left.append(Text("because", what=what, why=Text("needed", by=needing[0])))
                    failed.add(stack.name)
                    continue
                if stack.name == self.config.names.state_stack:
                    self._remove_databases(remover, beside)
                if arn := self._delete(stack.name, stack.region, remover):
                    arns.append((arn, stack.region))
            except Stopped as error:
                if not needing:
                    left.append(_why(what, error))
                    left += self._holders(stack)
                    failed.add(stack.name)
            except (BotoCoreError, ClientError) as error:
                left.append(_why(what, error))
                failed.add(stack.name)
        return arns, failed

    def _remove_databases(self, remover: Remover, beside: set[Remain]) -> None:
        """Delete the state's databases, and those that an earlier deployment kept.

        Its network could not go: they have interfaces in it. CloudFormation, which refuses to
        delete what is protected, then finds them gone.
        """
        tagged = {*filter(None, (by_arn(arn, at) for at, arn in self._tagged([])))}
        for remain in in_order(beside | tagged):
            if remain.kind in DATABASES and remain.region == self.config.region:
                remover.remove(remain)

    def _beside_the_stacks(self) -> set[Remain]:
        """What no stack knows of the state's: RDS's log groups and backups, and ECR's copies."""
        here = self.config.region
        copies = [region for region in self._everywhere if region != here]
        name = self.config.names.state_stack
        cloudformation = self._client("cloudformation", here)
        try:
            groups = describe(cloudformation, name).outputs.get(DATABASE_LOGS_OUTPUT, "").split(",")
        except (ClientError, Stopped):
            return set()
        remains = {Remain("AWS::Logs::LogGroup", group, here) for group in groups if group}
        for kind, physical in self._resources(cloudformation, name):
            if kind in DATABASES:
                remains.add(Remain(kind, physical, here))
                remains |= {Remain("backups", physical, region) for region in (here, *copies)}
            elif kind == "AWS::ECR::Repository":
                remains |= {Remain(kind, physical, region) for region in copies}
        return remains

    def _resources(self, cloudformation: Any, stack: str) -> Iterator[tuple[str, str]]:
        """The types and physical ids of a stack's resources."""
        pages = cloudformation.get_paginator("list_stack_resources").paginate(StackName=stack)
        for row in (row for page in pages for row in page["StackResourceSummaries"]):
            if name := row.get("PhysicalResourceId"):
                yield row["ResourceType"], name

    def _delete(self, name: str, region: str, remover: Remover) -> str | None:
        """Delete a stack, whatever it is doing, and return its ARN; None if there is none."""
        cloudformation = self._client("cloudformation", region)
        try:
            stack = describe(cloudformation, name)
        except Stopped:
            return None
        self.say(Text("deleting", name=name, region=region))
        arn = stack.arn
        if stack.status == "UPDATE_IN_PROGRESS":
            with suppress(ClientError):  # it may have ended meanwhile
                cloudformation.cancel_update_stack(StackName=arn)
        if stack.status != "CREATE_IN_PROGRESS":
            self._settled(cloudformation, arn)
        made = {physical for _, physical in self._resources(cloudformation, arn)}
        for _ in range(_TRIES):
            cloudformation.delete_stack(StackName=arn)
            if self._settled(cloudformation, arn) == "DELETE_COMPLETE":
                self._gone.update(made)  # a deleted NAT gateway has its tags for an hour
                return arn
            self._remove_kept(arn, region, remover)
        raise Stopped(Text("deletion-failed"))

    def _remove_kept(self, arn: str, region: str, remover: Remover) -> None:
        """Delete what a protected database needs and was kept: its groups hold the network."""
        kept = {
            Remain(kind, name, region)
            for kind, name, _ in self._left_by(arn, region, statuses=(_KEPT,))
            if kind in _GROUPS
        }
        for remain in in_order(kept):
            with suppress(ClientError):
                remover.remove(remain)

    def _left_by(
        self, stack: str, region: str, statuses: Sequence[str] = (_KEPT, _FAILED)
    ) -> list[tuple[str, str, str]]:
        """The types, ids and reasons of what a stack, by its ARN, left in these statuses."""
        last: dict[str, dict[str, Any]] = {}
        events = self._client("cloudformation", region).get_paginator("describe_stack_events")
        for page in events.paginate(StackName=stack):
            for event in page["StackEvents"]:  # newest first
                last.setdefault(event["PhysicalResourceId"], event)
        return sorted(
            (event["ResourceType"], name, event.get("ResourceStatusReason", ""))
            for name, event in last.items()
            if event["ResourceStatus"] in statuses
            and event["ResourceType"] != "AWS::CloudFormation::Stack"
        )

    def _holders(self, stack: _Stack) -> Iterator[Text]:
        """What keeps a stack from being deleted: AWS's reasons, and what is in its VPC."""
        cloudformation = self._client("cloudformation", stack.region)
        for kind, name, why in self._left_by(stack.name, stack.region, statuses=(_FAILED,)):
            yield Text("because", what=f"{kind} {name}", why=why)
        ec2 = self._client("ec2", stack.region)
        resources = [*self._resources(cloudformation, stack.name)]
        ours = {name for _, name in resources}
        for vpc in (name for kind, name in resources if kind == "AWS::EC2::VPC"):
            inside = [{"Name": "vpc-id", "Values": [vpc]}]
            endpoints = ec2.describe_vpc_endpoints(Filters=inside)["VpcEndpoints"]
            for each in endpoints:
                if each["VpcEndpointId"] not in ours:
                    service = each["ServiceName"].rpartition(".")[2]
                    named = Text("guardduty") if service == "guardduty-data" else service
                    yield Text("because", what=each["VpcEndpointId"], why=named)
            for each in ec2.describe_network_interfaces(Filters=inside)["NetworkInterfaces"]:
                why = each.get("Description") or each.get("RequesterId") or each["OwnerId"]
                yield Text("because", what=each["NetworkInterfaceId"], why=why)

    def _settled(self, cloudformation: Any, arn: str) -> str:
        """The status once nothing is in progress; at most two hours."""
        status = ""
        for _ in every(self.seconds, times=480):
            status = describe(cloudformation, arn).status
            if not status.endswith("_IN_PROGRESS") or status == "REVIEW_IN_PROGRESS":
                break
        return status

    def _tagged(self, left: list[str | Text]) -> Iterator[tuple[str, str]]:
        """The regions and the ARNs of what has the environment's tags, or had them lately.

        A region that does not answer is `left`: nobody knows what is there.
        """
        filters = [{"Key": key, "Values": [text]} for key, text in self.config.names.tags.items()]
        for region in self._everywhere:
            tagging = self._client("resourcegroupstaggingapi", region)
            try:
                for page in tagging.get_paginator("get_resources").paginate(TagFilters=filters):
                    for resource in page["ResourceTagMappingList"]:
                        yield region, str(resource["ResourceARN"])
            except (BotoCoreError, ClientError) as error:
                left.append(_why(Text("unanswered", region=region), error))

    def _is_gone(self, arn: str) -> bool:
        ends = (":" + arn.removesuffix(":*")).replace("/", ":")
        removed = any(ends.endswith((":" + name).replace("/", ":")) for name in self._gone)
        return removed or any(part in arn for part in _UNBILLED)


@contextmanager
def uninterrupted() -> Iterator[None]:
    """Ignore signals in the block: what stays is billed."""
    numbers = signal.SIGINT, signal.SIGTERM
    before = [signal.signal(number, signal.SIG_IGN) for number in numbers]
    try:
        yield
    finally:
        for number, handler in zip(numbers, before, strict=True):
            signal.signal(number, handler)
