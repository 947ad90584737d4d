"""GitHub as an identity provider: what `make deploy` asks of the operator."""

import pytest
from tests.deploy.aws import STATE, Account, Run

from ishizue_ops.deploy import Stopped
from ishizue_ops.testing.aws_cli import complaints, run

ISSUER = "token.actions.githubusercontent.com"
ARN = f"arn:aws:iam::111122223333:oidc-provider/{ISSUER}"
GET = "get_open_id_connect_provider"
CREATE = {"GITHUB_PROVIDER": "create"}


def there(account: Account) -> None:
    response = {"Url": ISSUER, "ClientIDList": ["sts.amazonaws.com"]}
    account.responds("iam", GET, response, {"OpenIDConnectProviderArn": ARN})


def check(
    account: Account, deployed: str | None = None, variables: dict[str, str] | None = None
) -> list[str]:
    """Run the step; `deployed` are the settings of the state's stack, if there is one."""
    if deployed is None:
        account.has_no_stack()
    else:
        account.has_stack(STATE, Settings=deployed)
    run = Run(account, {"GITHUB_REPOSITORY": "owner/name", **(variables or {})})
    run.steps.identity_provider("111122223333")
    return run.printed


MADE = '{"GITHUB_PROVIDER": "create"}'


@pytest.mark.parametrize(("variables", "deployed"), [({}, None), ({}, MADE), (CREATE, MADE)])
def test_one_that_is_there_is_used(
    account: Account, variables: dict[str, str], deployed: str | None
) -> None:
    there(account)
    assert check(account, deployed, variables) == ["github: owner/name may deploy"]


@pytest.mark.parametrize("deployed", [None, "{}"])
def test_a_second_one_is_not_made(account: Account, deployed: str | None) -> None:
    there(account)
    with pytest.raises(Stopped, match="leave out GITHUB_PROVIDER=create"):
        check(account, deployed, CREATE)


def test_a_missing_one_is_made_on_request_and_otherwise_stops_it(account: Account) -> None:
    account.refuses("iam", GET, "NoSuchEntity")
    assert check(account, None, CREATE)
    account.refuses("iam", GET, "NoSuchEntity")
    with pytest.raises(Stopped, match="GITHUB_PROVIDER=create") as stopped:
        check(account)
    assert f"create-open-id-connect-provider --url https://{ISSUER} " in str(stopped.value)
    # The AWS CLI knows the command that it says to run.
    said = str(stopped.value).partition("\n")[2]
    assert [complaints(words) for words in run(said).calls] == [[]]


def test_without_the_right_to_look_it_says_so_and_goes_on(account: Account) -> None:
    account.refuses("iam", GET, "AccessDenied")
    [line] = check(account)
    assert "not checked" in line
    assert "AccessDenied" in line
