"""Who may assume GitHub's role: the subjects of its tokens, right ones and wrong ones.

https://docs.github.com/en/actions/reference/security/oidc has the default subject, and the
immutable one of repositories made, renamed or transferred since 2026-07-15.
"""

from collections.abc import Iterator

from infra.config import Config
from infra.iam import policies
from infra.iam.cases import Case
from infra.iam.record import Record
from infra.iam.simulator import Request

ISSUER = "token.actions.githubusercontent.com"
_AUDIENCE = "sts.amazonaws.com"
_SOURCE = "GitHub, OpenID Connect reference"


def tokens(record: Record, config: Config) -> Iterator[Case]:
    """A token of our environment is accepted, and each that differs in one part is refused."""
    if config.github_repository is None:
        return
    subject, wrong = _subjects(config)
    tried = [
        (subject, _AUDIENCE, True),
        (subject, "another", False),
        *((other, _AUDIENCE, False) for other in wrong),
    ]
    for role in record.of_type("AWS::IAM::Role"):
        trust = policies.trust(role)
        principals = [statement["Principal"] for statement in trust.text["Statement"]]
        for provider in (one["Federated"] for one in principals if "Federated" in one):
            arn = f"arn:aws:iam::{record.account}:role/{role.id}"
            for sub, audience, allowed in tried if provider.endswith(ISSUER) else ():
                context = {f"{ISSUER}:aud": audience, f"{ISSUER}:sub": sub}
                action = "sts:AssumeRoleWithWebIdentity"
                request = Request(provider, action, arn, record.account, context)
                who = f"GitHub as {sub} for {audience}"
                yield Case(who, request, _SOURCE, resource=trust, allowed=allowed)


def _subjects(config: Config) -> tuple[str, list[str]]:
    """Our tokens' subject; then those of other environments, events, repositories and owners."""
    owner, _, name = (config.github_repository or "").partition("/")
    environment = f"environment:{config.environment or 'production'}"
    plain, numbered = f"{owner}/{name}", f"{owner}@1/{name}@2"
    if config.github_owner_id and config.github_repository_id:
        owner, name = f"{owner}@{config.github_owner_id}", f"{name}@{config.github_repository_id}"
    ours = f"{owner}/{name}"
    wrong = [
        f"repo:{ours}:{environment}x",
        f"repo:{ours}:environment:other",
        f"repo:{ours}:ref:refs/heads/main",
        f"repo:{ours}:pull_request",
        f"repo:{owner}x/{name}:{environment}",
        f"repo:{ours}x:{environment}",
        *(f"repo:{other}:{environment}" for other in (plain, numbered) if other != ours),
    ]
    return f"repo:{ours}:{environment}", wrong
