"""Types that ministack lacks: it has an API of some; scaling and subscriptions keep nothing."""

from typing import Any

from ministack.services import budgets, iam, waf  # type: ignore[import-not-found]

from .handler import Created, Properties, Refused, body, replaced


def _create_budget(logical_id: str, properties: Properties, stack: str) -> Created:
    budget: dict[str, Any] = dict(properties["Budget"])
    name = budget.setdefault("BudgetName", f"{stack}-{logical_id}")
    if "BudgetLimit" in budget:
        limit = budget["BudgetLimit"]
        budget["BudgetLimit"] = {"Amount": str(limit["Amount"]), "Unit": limit["Unit"]}
    notifications = [
        _with_number(entry) for entry in properties.get("NotificationsWithSubscribers", [])
    ]
    body(budgets._create_budget({"Budget": budget, "NotificationsWithSubscribers": notifications}))
    return name, {}


def _with_number(entry: dict[str, Any]) -> dict[str, Any]:
    notification = entry["Notification"]
    threshold = float(notification["Threshold"])
    return {**entry, "Notification": {**notification, "Threshold": threshold}}


def _delete_budget(name: str, _properties: Properties) -> None:
    budgets._delete_budget({"BudgetName": name})


def _associate_firewall(_logical_id: str, properties: Properties, _stack: str) -> Created:
    firewall, guarded = properties["WebACLArn"], properties["ResourceArn"]
    body(waf._associate_web_acl({"WebACLArn": firewall, "ResourceArn": guarded}))
    return f"{firewall}|{guarded}", {}


def _disassociate_firewall(_identifier: str, properties: Properties) -> None:
    waf._disassociate_web_acl({"ResourceArn": properties["ResourceArn"]})


def _create_provider(_logical_id: str, properties: Properties, _stack: str) -> Created:
    request: dict[str, Any] = {"Url": properties["Url"]}
    for prefix in ("ClientIdList", "ThumbprintList"):
        member = prefix.replace("Id", "ID")
        for index, text in enumerate(properties.get(prefix, []), start=1):
            request[f"{member}.member.{index}"] = text
    before = set(iam._oidc_providers)
    body(iam._create_oidc_provider(request))
    [arn] = set(iam._oidc_providers) - before
    return arn, {"Arn": arn}


def _delete_provider(arn: str, _properties: Properties) -> None:
    iam._oidc_providers.pop(arn, None)


def _select(logical_id: str, properties: Properties, stack: str) -> Created:
    selection = properties["BackupSelection"]
    if not selection.get("Resources") or not selection.get("IamRoleArn"):
        raise Refused(f"{logical_id} selects nothing, or has no role")
    return f"{stack}-{logical_id}", {"SelectionId": logical_id}


def _subscribe(logical_id: str, properties: Properties, stack: str) -> Created:
    missing = {"SourceType", "SourceIds", "SnsTopicArn"} - properties.keys()
    if missing:
        raise Refused(f"{logical_id} has no {', '.join(sorted(missing))}")
    return f"{stack}-{logical_id}".lower(), {}


_targets: dict[str, str] = {}
"""The resource that each target scales."""


def _create_target(_logical_id: str, properties: Properties, _stack: str) -> Created:
    keys = ("ScalableDimension", "ResourceId", "ServiceNamespace")
    identifier = "|".join(properties[key] for key in keys)
    _targets[identifier] = properties["ResourceId"]
    return identifier, {"Id": identifier}


def _delete_target(identifier: str, _properties: Properties) -> None:
    _targets.pop(identifier, None)


def _create_policy(logical_id: str, properties: Properties, stack: str) -> Created:
    name = properties.get("PolicyName", f"{stack}-{logical_id}")
    resource = _targets[properties["ScalingTargetId"]]
    arn = f"arn:aws:autoscaling:::scalingPolicy:{resource}:policyName/{name}"
    return arn, {"Arn": arn, "PolicyName": name}


HANDLERS = {
    "AWS::Backup::BackupSelection": replaced(_select, lambda _identifier, _old: None),
    "AWS::ApplicationAutoScaling::ScalableTarget": replaced(_create_target, _delete_target),
    "AWS::ApplicationAutoScaling::ScalingPolicy": replaced(_create_policy, lambda _arn, _old: None),
    "AWS::Budgets::Budget": replaced(_create_budget, _delete_budget),
    "AWS::IAM::OIDCProvider": replaced(_create_provider, _delete_provider),
    "AWS::RDS::EventSubscription": replaced(_subscribe, lambda _name, _old: None),
    "AWS::WAFv2::WebACLAssociation": replaced(_associate_firewall, _disassociate_firewall),
}
