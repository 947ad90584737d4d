"""The monthly budget: the emulator has the API, and only CloudFormation does not know it."""

from typing import Any

from ministack.services import budgets  # type: ignore[import-not-found]

from .handler import Created, Properties, body, replaced


def _create(logical_id: str, properties: Properties, stack: str) -> Created:
    wanted: dict[str, Any] = dict(properties["Budget"])
    name = wanted.setdefault("BudgetName", f"{stack}-{logical_id}")
    if "BudgetLimit" in wanted:
        limit = wanted["BudgetLimit"]
        wanted["BudgetLimit"] = {"Amount": str(limit["Amount"]), "Unit": limit["Unit"]}
    notifications = [
        _numbers(entry) for entry in properties.get("NotificationsWithSubscribers", [])
    ]
    body(budgets._create_budget({"Budget": wanted, "NotificationsWithSubscribers": notifications}))
    return name, {}


def _numbers(entry: dict[str, Any]) -> dict[str, Any]:
    notification = entry["Notification"]
    return {
        **entry,
        "Notification": {**notification, "Threshold": float(notification["Threshold"])},
    }


def _delete(name: str, _properties: Properties) -> None:
    budgets._delete_budget({"BudgetName": name})


HANDLERS = {"AWS::Budgets::Budget": replaced(_create, _delete)}
