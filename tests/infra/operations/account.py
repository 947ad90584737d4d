"""The account of some settings, for `testing.aws_cli`: it answers from their templates.

What no template says is a sample of the response's shape in botocore's model.
"""

import json
import re
from collections.abc import Mapping
from typing import Any

import botocore.session
from botocore import xform_name
from botocore.utils import ArgumentGenerator

from ishizue_ops.config import OUTSIDE_REGION, Config
from ishizue_ops.template import Design, Resource
from ishizue_ops.testing.aws_cli import Refused, complaints, options

_SESSION = botocore.session.get_session()


class Account:
    """What is deployed with these settings. `made` has the settings of each call of `make`.

    `region` is another than that of the settings, for what is in that of the copies.
    """

    def __init__(self, config: Config, design: Design, region: str | None = None) -> None:
        self.config = config
        self.design = design
        self.region = region or config.region
        self.made: list[dict[str, str]] = []
        names = config.names
        there = dict.fromkeys((names.cdn_stack, names.external_check_stack), OUTSIDE_REGION)
        there |= {names.copies_stack: config.copies_region or config.region}
        self._regions = {name: there.get(name, config.region) for name in design.templates}
        self._releases = 1
        self._runs = False

    def __call__(self, words: list[str]) -> Any:
        if words[0] == "make":
            self.made.append(dict(word.split("=", 1) for word in words[2:] if "=" in word))
            return {}
        if wrong := complaints(words):
            raise Refused(f"{' '.join(words[:2])}: {wrong}")
        given = options(words)
        if words[0] == "logs" and words[1] != "get-query-results":
            self._log(given.get("log-group-name", words[2]))
        own = getattr(self, "_" + "_".join(words[:2]).replace("-", "_"), None)
        if own:
            return own(given)
        return {} if words[1] in ("wait", "tail") else _sample(words[0], words[1])

    def _template(self, given: Mapping[str, str]) -> tuple[str, Mapping[str, Any]]:
        name = given["stack-name"]
        if self._regions.get(name) != given.get("region", self.region):
            raise Refused(f"ValidationError: Stack with id {name} does not exist")
        return name, self.design.templates[name]

    def _cloudformation_describe_stacks(self, given: Mapping[str, str]) -> Any:
        name, template = self._template(given)
        outputs = [
            {"OutputKey": key, "OutputValue": self._value(output["Value"], name)}
            for key, output in template["Outputs"].items()
        ]
        return {"Stacks": [{"Outputs": outputs}]}

    def _cloudformation_describe_stack_resources(self, given: Mapping[str, str]) -> Any:
        name, template = self._template(given)
        assert len(template["Resources"]) <= 100, "DescribeStackResources returns the first hundred"
        resources = [resource for resource in self.design.resources if resource.stack == name]
        kind, beginning = re.findall(r"=='(.*?)'.*, '(.*?)'", given["query"])[0]
        ids = [resource.logical_id for resource in resources if resource.type == kind]
        meant = [id_ for id_ in ids if id_.startswith(beginning)]
        assert len(meant) < 2, f"{kind} {beginning}: {meant}"
        described = [
            {
                "ResourceType": resource.type,
                "LogicalResourceId": resource.logical_id,
                "PhysicalResourceId": _physical(resource),
            }
            for resource in resources
        ]
        return {"StackResources": described}

    def _cloudformation_get_template(self, given: Mapping[str, str]) -> Any:
        return {"TemplateBody": self._template(given)[1]}

    def _ecs_describe_services(self, _: object) -> Any:
        deployment = {"id": f"ecs-svc/{self._releases}", "status": "PRIMARY"}
        return {"services": [{"deployments": [deployment], "events": []}]}

    def _ecs_update_service(self, given: Mapping[str, str]) -> Any:
        self._releases += 1
        return {"service": self._ecs_describe_services(given)["services"][0]}

    def _ecs_list_service_deployments(self, _: object) -> Any:
        arns = ("serviceDeploymentArn", "targetServiceRevisionArn")
        made = [{**dict.fromkeys(arns, f"arn/{i}"), "createdAt": i} for i in range(self._releases)]
        return {"serviceDeployments": made}

    def _ecs_describe_service_revisions(self, _: object) -> Any:
        name = self.config.names.state_stack
        uri = self._value(self.design.templates[name]["Outputs"]["RepositoryUri"]["Value"], name)
        containers = [{"image": uri, "imageDigest": f"sha256:{digit * 64}"} for digit in "ab"]
        return {"serviceRevisions": [{"createdAt": "1", "containerImages": containers}]}

    def _ecs_describe_service_deployments(self, _: object) -> Any:
        return {"serviceDeployments": [{"status": "SUCCESSFUL"}]}

    def _ecs_run_task(self, given: Mapping[str, str]) -> Any:
        """A task starts in the subnets of the service's, with a public address if they have one."""
        [service] = self.design.of_type("AWS::ECS::Service")
        network = service.properties["NetworkConfiguration"]["AwsvpcConfiguration"]
        text = given["network-configuration"]
        subnets = [self._value(subnet, service.stack) for subnet in network["Subnets"]]
        public = "ENABLED" if "ENABLED" in text else "DISABLED"
        theirs = all(subnet in text for subnet in subnets)
        self._runs = theirs and public == network["AssignPublicIp"]
        return {"tasks": [{"taskArn": "arn:aws:ecs:region:1:task/cluster/0a1b"}]}

    def _ecs_describe_tasks(self, _: object) -> Any:
        container = {"exitCode": 0} if self._runs else {"reason": "CannotPullContainerError"}
        return {"tasks": [{"stoppedReason": "it cannot start", "containers": [container]}]}

    def _secretsmanager_get_secret_value(self, _: object) -> Any:
        kind = ".cluster-abc" if self.config.database == "aurora" else ".abc"
        secret = {"host": f"db{kind}.rds.amazonaws.com", "username": "kirosample_app"}
        secret |= {"password": "p", "dbname": "d"}
        return {"SecretString": json.dumps(secret)}

    def _log(self, name: str) -> None:
        groups = {_physical(group) for group in self.design.of_type("AWS::Logs::LogGroup")}
        exported = self.design.templates[self.config.names.state_stack]["Outputs"]
        if logs := exported.get("DatabaseLogs"):
            groups |= {*self._value(logs["Value"], self.config.names.state_stack).split(",")}
        if name not in groups:
            raise Refused(f"ResourceNotFoundException: {name}")

    def _cloudwatch_describe_alarms(self, given: Mapping[str, str]) -> Any:
        region = given.get("region", self.region)
        alarms = [
            {"Dimensions": [{"Value": f"arn:aws:acm:{region}:1:certificate/1"}]}
            for alarm in self.design.of_type("AWS::CloudWatch::Alarm")
            if _physical(alarm) == given["alarm-names"] and self._regions[alarm.stack] == region
        ]
        return {"MetricAlarms": alarms}

    def _route53_get_health_check_last_failure_reason(self, given: Mapping[str, str]) -> Any:
        own = [_physical(check) for check in self.design.of_type("AWS::Route53::HealthCheck")]
        if given["health-check-id"] not in own:
            raise Refused(f"{given['health-check-id']} is another environment's")
        return {"HealthCheckObservations": []}

    def _route53_list_resource_record_sets(self, _: object) -> Any:
        return {"ResourceRecordSets": [{"Name": f"{self.config.domain}.", "Type": "A"}]}

    def _rds_describe_db_instance_automated_backups(self, _: object) -> Any:
        """Replication names backups after the database, in the region that was lost."""
        name = f"{self.config.names.state_stack.lower()}-rds"
        backups = {
            "DBInstanceIdentifier": name,
            "DBInstanceArn": f"arn:aws:rds:lost:1:db:{name}",
            "DBInstanceAutomatedBackupsArn": "arn",
            "RestoreWindow": {"LatestTime": "1"},
        }
        return {"DBInstanceAutomatedBackups": [backups]}

    def _ecr_describe_repositories(self, _: object) -> Any:
        name = f"{self.config.names.state_stack.lower()}-lost"
        return {"repositories": [{"repositoryName": name, "repositoryUri": f"registry/{name}"}]}

    def _value(self, value: Any, stack: str) -> str:
        value, stack = self.design.follow(value, stack)
        match value:
            case {"Fn::Join": [between, parts]}:
                return str(between).join(self._value(part, stack) for part in parts)
            case {"Ref": name} | {"Fn::GetAtt": [name, _]}:
                known = {
                    resource.logical_id: _physical(resource)
                    for resource in self.design.resources
                    if resource.stack == stack
                }
                return known.get(name, str(name))
            case _:
                return value if isinstance(value, str) else "of-aws"


def _physical(resource: Resource) -> str:
    return str(resource.properties.get("LogGroupName", resource.logical_id))


def _sample(service: str, operation: str) -> Any:
    """A response whose texts are the names of their fields."""
    model = _SESSION.get_service_model(service)
    names = {xform_name(name, "-"): name for name in model.operation_names}
    shape = operation in names and model.operation_model(names[operation]).output_shape
    sample = ArgumentGenerator(use_member_names=True).generate_skeleton(shape) if shape else {}
    return json.loads(json.dumps(sample, default=str))
