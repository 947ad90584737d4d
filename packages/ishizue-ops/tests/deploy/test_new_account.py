"""A new account's service-linked roles, and its plan."""

from datetime import UTC, datetime

import pytest
from tests.deploy.aws import Account, Run

from ishizue_ops.deploy import Stopped, new_account

ECS = "ecs.amazonaws.com"
BALANCING = "elasticloadbalancing.amazonaws.com"


@pytest.fixture
def waited(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    pauses: list[float] = []
    monkeypatch.setattr("time.sleep", pauses.append)
    return pauses


def makes(account: Account, service: str) -> None:
    role = {
        "Path": f"/aws-service-role/{service}/",
        "RoleName": f"RoleFor-{service}",
        "RoleId": "AROA" + "X" * 16,
        "Arn": f"arn:aws:iam::111122223333:role/aws-service-role/{service}/RoleFor-{service}",
        "CreateDate": datetime(2026, 11, 29, tzinfo=UTC),
    }
    account.responds(
        "iam", "create_service_linked_role", {"Role": role}, {"AWSServiceName": service}
    )


def has(account: Account, roles: int = 1) -> None:
    for _ in range(roles):
        account.refuses("iam", "create_service_linked_role", "InvalidInput", "has been taken")


def has_balancer(account: Account, *, balancer: bool = True) -> None:
    listed = [{"LoadBalancerName": "another"}] if balancer else []
    account.responds("elbv2", "describe_load_balancers", {"LoadBalancers": listed}, {"PageSize": 1})


def has_plan(account: Account, plan: str) -> None:
    state = {"accountId": "111122223333", "accountPlanType": plan, "accountPlanStatus": "ACTIVE"}
    account.responds("freetier us-east-1", "get_account_plan_state", state)


def test_missing_roles_are_made_before_anything_needs_them_and_waited_for(
    account: Account, waited: list[float]
) -> None:
    makes(account, ECS)
    has(account)
    makes(account, BALANCING)
    has(account)
    has_balancer(account)
    has_plan(account, "PAID")
    deployed = Run(account)
    deployed.steps.new_account()
    assert deployed.printed == [f"new account: made RoleFor-{name}" for name in (ECS, BALANCING)]
    assert waited == [new_account.SETTLE_SECONDS]


def test_an_account_on_the_free_plan_gets_no_database(account: Account) -> None:
    """RDS would refuse it at the end of the first deployment (FreeTierRestrictionError)."""
    has_plan(account, "FREE")
    with pytest.raises(Stopped, match=r"^plan: [^\n]*Free plan[^\n]*DATABASE=none$"):
        Run(account).steps.new_account()
    account.refuses("freetier us-east-1", "get_account_plan_state", "ResourceNotFoundException")
    has(account, 4)
    has_balancer(account, balancer=False)
    deployed = Run(account)
    deployed.steps.new_account()
    [unread, warned] = deployed.printed
    assert unread.startswith("plan: cannot be read: ")
    assert "does not support creating load balancers" in warned, "before the database is made"
