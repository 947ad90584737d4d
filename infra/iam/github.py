"""Who may assume GitHub's role: the subjects of its tokens, right ones and wrong ones.

GitHub documentation, "OpenID Connect reference": the default subject, and the immutable one of
repositories made, renamed or transferred since 2026-07-15.
"""

from collections.abc import Iterator

from infra.config import Config
from infra.iam import policies
from infra.iam.cases import Case
from infra.iam.documented import arn
from infra.iam.record import Account
from infra.iam.simulator import Request

ISSUER = "token.actions.githubusercontent.com"
_AUDIENCE = "sts.amazonaws.com"
_SOURCE = "GitHub, OpenID Connect reference"


def tokens(account: Account, config: Config) -> Iterator[Case]:
    """A token of our environment is accepted, and each that differs in one part is refused."""
    if config.github_repository is None:
        return
    subject = _subject(config)
    wrong = {f"{subject}x", *_others(config)}
    for role in account.of_type("AWS::IAM::Role"):
        trust = policies.trust(role)
        for statement in trust.text["Statement"]:
            provider = statement["Principal"].get("Federated", "")
            if not provider.endswith(ISSUER):
                continue
            for sub, audience, allowed in (
                (subject, _AUDIENCE, True),
                (subject, "another", False),
                *((other, _AUDIENCE, False) for other in sorted(wrong)),
            ):
                context = {f"{ISSUER}:aud": audience, f"{ISSUER}:sub": sub}
                action = "sts:AssumeRoleWithWebIdentity"
                request = Request(provider, action, arn(account, role), account.number, context)
                who = f"GitHub as {sub} for {audience}"
                yield Case(who, request, _SOURCE, resource=trust, allowed=allowed)


def _subject(config: Config) -> str:
    owner, _, name = (config.github_repository or "").partition("/")
    if config.github_owner_id and config.github_repository_id:
        owner, name = f"{owner}@{config.github_owner_id}", f"{name}@{config.github_repository_id}"
    return f"repo:{owner}/{name}:environment:{config.environment or 'production'}"


def _others(config: Config) -> Iterator[str]:
    """Another environment, another branch or event, another repository, another owner's numbers."""
    subject = _subject(config)
    repository, _, environment = subject.partition(":environment:")
    yield f"{repository}:environment:other"
    yield f"{repository}:ref:refs/heads/main"
    yield f"{repository}:pull_request"
    owner, _, name = repository.partition("/")
    yield f"{owner}x/{name}:environment:{environment}"
    yield f"{owner}/{name}x:environment:{environment}"
    plain_owner, plain_name = owner.partition("@")[0], name.partition("@")[0]
    for other in (
        f"{plain_owner}@1/{plain_name}@2:environment:{environment}",
        f"{plain_owner}/{plain_name}:environment:{environment}",
    ):
        if other != subject:
            yield other
