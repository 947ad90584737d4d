"""A new account's service-linked roles, GitHub's provider, and the warning of CloudFront."""

from datetime import UTC, datetime

import pytest
from tests.deploy.aws import STATE, Account, Run

from ishizue_ops.deploy import Stopped, new_account
from ishizue_ops.testing.aws_cli import complaints, run

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


def test_roles_that_exist_cost_no_time_and_the_database_s_is_only_for_a_database(
    account: Account, waited: list[float]
) -> None:
    has(account, 3)
    has_balancer(account)
    deployed = Run(account, {"DATABASE": "none"})
    deployed.steps.new_account()
    assert (deployed.printed, waited) == ([], [])


@pytest.mark.parametrize("quantity", [0, 1])
def test_before_an_account_s_first_distribution_it_warns(account: Account, quantity: int) -> None:
    has(account, 4)
    has_balancer(account)
    listed = {"Marker": "", "MaxItems": 1, "IsTruncated": False, "Quantity": quantity}
    response = {"DistributionList": listed}
    account.responds("cloudfront", "list_distributions", response, {"MaxItems": "1"})
    has_plan(account, "PAID")
    deployed = Run(account, {"CDN": "on"})
    deployed.steps.new_account()
    assert len(deployed.printed) == 1 - quantity
    assert "AWS Support" in "".join(deployed.printed) or quantity


def test_an_account_on_the_free_plan_gets_no_database_and_one_without_balancer_a_warning(account: Account) -> None:
    """AWS would refuse both at the end of the first deployment (FreeTierRestrictionError)."""
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


# GitHub


GET = "get_open_id_connect_provider"
CREATE = {"GITHUB_PROVIDER": "create"}


def check(account: Account, create: dict[str, str], deployed: str | None = None) -> list[str]:
    """Run the step; `deployed` are the settings of the state's stack, if there is one."""
    if deployed is None:
        account.has_no_stack()
    else:
        account.has_stack(STATE, Settings=deployed)
    checked = Run(account, {"GITHUB_REPOSITORY": "owner/name", **create})
    checked.steps.identity_provider("111122223333")
    return checked.printed


def test_a_provider_that_is_there_is_used_and_a_second_one_is_not_made(account: Account) -> None:
    issuer = "token.actions.githubusercontent.com"
    arn = {"OpenIDConnectProviderArn": f"arn:aws:iam::111122223333:oidc-provider/{issuer}"}
    for create, deployed in (({}, None), (CREATE, '{"GITHUB_PROVIDER": "create"}')):
        account.responds("iam", GET, {"Url": issuer}, arn)
        assert check(account, create, deployed) == ["github: owner/name may deploy"]
    for deployed in (None, "{}"):
        account.responds("iam", GET, {"Url": issuer}, arn)
        with pytest.raises(Stopped, match="leave out GITHUB_PROVIDER=create"):
            check(account, CREATE, deployed)


def test_a_missing_provider_is_made_on_request_and_otherwise_stops_it(account: Account) -> None:
    account.refuses("iam", GET, "NoSuchEntity")
    assert check(account, CREATE)
    account.refuses("iam", GET, "NoSuchEntity")
    with pytest.raises(Stopped, match="GITHUB_PROVIDER=create") as stopped:
        check(account, {})
    # The AWS CLI knows the command that it says to run.
    said = str(stopped.value).partition("\n")[2]
    assert [complaints(words) for words in run(said).calls] == [[]]


def test_without_the_right_to_look_it_says_so_and_goes_on(account: Account) -> None:
    account.refuses("iam", GET, "AccessDenied")
    [line] = check(account, {})
    assert "not checked" in line
    assert "AccessDenied" in line
