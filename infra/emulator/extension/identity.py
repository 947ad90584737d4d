"""GitHub as an identity provider of the account, for the pipeline's role."""

from typing import Any

from ministack.services import iam  # type: ignore[import-not-found]

from .handler import Created, Properties, body, replaced


def _create(_logical_id: str, properties: Properties, _stack: str) -> Created:
    request: dict[str, Any] = {"Url": properties["Url"]}
    for prefix in ("ClientIdList", "ThumbprintList"):
        member = prefix.replace("Id", "ID")
        for index, text in enumerate(properties.get(prefix, []), start=1):
            request[f"{member}.member.{index}"] = text
    before = set(iam._oidc_providers)
    body(iam._create_oidc_provider(request))
    [arn] = set(iam._oidc_providers) - before
    return arn, {"Arn": arn}


def _delete(arn: str, _properties: Properties) -> None:
    iam._oidc_providers.pop(arn, None)


HANDLERS = {"AWS::IAM::OIDCProvider": replaced(_create, _delete)}
