"""The firewall's log, which ministack lacks altogether, and health checks, which have its API."""

from typing import Any
from xml.etree import ElementTree

from ministack.services import cloudwatch_logs, route53  # type: ignore[import-not-found]

from .handler import Created, Properties, Refused, replaced
from .network import element


def _log_firewall(_logical_id: str, properties: Properties, _stack: str) -> Created:
    for destination in properties["LogDestinationConfigs"]:
        name = destination.rpartition(":log-group:")[2]
        if not name.startswith("aws-waf-logs-") or name not in cloudwatch_logs._log_groups:
            raise Refused(f"no destination of a firewall's log: {destination}")
    return properties["ResourceArn"], {}


def _create_check(logical_id: str, properties: Properties, stack: str) -> Created:
    request = ElementTree.Element("CreateHealthCheckRequest")
    ElementTree.SubElement(request, "CallerReference").text = f"{stack}-{logical_id}"
    _append(request, "HealthCheckConfig", properties["HealthCheckConfig"])
    identifier = element(route53._create_health_check(ElementTree.tostring(request)), "Id")
    return identifier, {"HealthCheckId": identifier}


def _append(parent: ElementTree.Element, name: str, value: Any) -> None:
    child = ElementTree.SubElement(parent, name)
    if isinstance(value, dict):
        for key, item in value.items():
            _append(child, key, item)
    elif isinstance(value, list):
        for item in value:
            _append(child, name.removesuffix("s"), item)
    else:
        child.text = str(value).lower() if isinstance(value, bool) else str(value)


def _delete_check(identifier: str, _properties: Properties) -> None:
    route53._delete_health_check(identifier)


HANDLERS = {
    "AWS::Route53::HealthCheck": replaced(_create_check, _delete_check),
    "AWS::WAFv2::LoggingConfiguration": replaced(_log_firewall, lambda _arn, _old: None),
}
