"""GitHub as an identity provider in IAM: an account has at most one, which all its stacks share."""

from typing import Any

from ishizue_ops.design.pipeline import AUDIENCE, ISSUER, provider_arn
from ishizue_ops.words import Text


def obstacle(iam: Any, *, account: str, create: bool, ours: bool) -> Text | None:
    """What the operator must do before GitHub's role can be deployed, or None.

    `create`: the stack makes the provider; `ours`: the deployed stack made it. Raises ClientError
    if IAM refuses to say.
    """
    arn = provider_arn(account)
    try:
        iam.get_open_id_connect_provider(OpenIDConnectProviderArn=arn)
    except iam.exceptions.NoSuchEntityException:
        if create:
            return None
        return Text(
            "no-provider",
            issuer=ISSUER,
            command=f"aws iam create-open-id-connect-provider --url https://{ISSUER} "
            f"--client-id-list {AUDIENCE}",
        )
    return Text("provider-exists", issuer=ISSUER) if create and not ours else None
