"""GitHub as an identity provider: what `make deploy` asks of the operator."""

import pytest
from botocore.exceptions import ClientError

from infra.deploy import identity_provider
from tests.infra.deploy.aws import Account
from tests.infra.operations.aws_commands import commands, complaints

ISSUER = "token.actions.githubusercontent.com"
ARN = f"arn:aws:iam::111122223333:oidc-provider/{ISSUER}"
GET = "get_open_id_connect_provider"


def obstacle(account: Account, *, create: bool = False, ours: bool = False) -> str | None:
    return identity_provider.obstacle(
        account.client("iam"), account="111122223333", create=create, ours=ours
    )


def there(account: Account, *audiences: str) -> None:
    response = {"Url": ISSUER, "ClientIDList": list(audiences)}
    account.responds("iam", GET, response, {"OpenIDConnectProviderArn": ARN})


@pytest.mark.parametrize(("create", "ours"), [(False, False), (False, True), (True, True)])
def test_one_that_is_there_is_used(account: Account, create: bool, ours: bool) -> None:
    there(account, "sts.amazonaws.com")
    assert obstacle(account, create=create, ours=ours) is None


def test_a_second_one_is_not_made(account: Account) -> None:
    there(account, "sts.amazonaws.com")
    assert "leave out GITHUB_PROVIDER=create" in str(obstacle(account, create=True))


def test_a_missing_one_is_made_on_request_only(account: Account) -> None:
    for _ in range(2):
        account.refuses("iam", GET, "NoSuchEntity")
    assert obstacle(account, create=True) is None
    said = str(obstacle(account))
    assert "GITHUB_PROVIDER=create" in said
    assert f"create-open-id-connect-provider --url https://{ISSUER} " in said
    assert [complaints(words) for words in commands(said.partition("\n")[2])] == [[]]


def test_one_for_another_audience_cannot_be_used(account: Account) -> None:
    there(account, "somebody-else")
    said = str(obstacle(account))
    assert "--client-id sts.amazonaws.com" in said
    assert ARN in said
    assert [complaints(words) for words in commands(said.partition("\n")[2])] == [[]]


def test_without_the_right_to_ask_it_raises(account: Account) -> None:
    account.refuses("iam", GET, "AccessDenied")
    with pytest.raises(ClientError):
        obstacle(account)
