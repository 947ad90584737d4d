"""The check: every call is allowed, and every right of ours is needed by a call.

A right is needed if a policy without it refuses a call: each mutant of a policy must be noticed, or
be accepted with its reason in `unused.toml`.
"""

import re
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path

from infra.config import Config
from infra.iam import actions, cases, documented, elsewhere, github, needs, policies
from infra.iam.cases import Case
from infra.iam.mutants import mutants
from infra.iam.policies import Document
from infra.iam.record import Account, Call

UNUSED = Path(__file__).with_name("unused.toml")

BOOTSTRAP = "CDKToolkit"
"""The stack of the CDK's bootstrap."""

_NOT_OURS = (BOOTSTRAP, "AWS")
"""Owners of policies that we use and do not write."""


@dataclass(frozen=True)
class Result:
    """All cases, those that fail, the noticed mutants and the unnoticed with their reason or None.

    `idle` are policies that decide no case, `unknown` actions of the pipeline's code that no case
    has, `account` is the account that the documented calls are of.
    """

    cases: Sequence[Case]
    failed: Sequence[Case]
    noticed: Mapping[str, Case]
    unused: Mapping[str, str | None]
    idle: Sequence[str]
    unknown: Sequence[str]
    account: Account

    @property
    def unused_actions(self) -> dict[str, str | None]:
        """The actions among `unused`, such as `Role/DefaultPolicy: ecs:StopTask`."""
        removed = ((what, why) for what, why in self.unused.items() if what.endswith(" removed"))
        return {re.sub(r", statement \d+| removed$", "", what): why for what, why in removed}

    @property
    def complaints(self) -> list[str]:
        """What does not hold, one line each."""
        return [
            *(f"refused: {one.name}" if one.allowed else one.name for one in self.failed),
            *(f"not needed: {name}" for name, reason in self.unused.items() if reason is None),
            *(f"no call is known that {name} is for" for name in self.idle),
            *(f"infra/deploy/release calls {name}, and no rehearsal" for name in self.unknown),
        ]


def check(calls: Sequence[Call], config: Config) -> Result:
    """Simulate all calls, and each policy with one right less.

    Raises UnknownAction, UnknownPolicy, SimulatorError.
    """
    account = _last_account(calls)
    found = cases.unique(
        [
            *cases.recorded(calls),
            *documented.calls(account),
            *github.tokens(account, config),
        ]
    )
    ours = [
        case for case in found if all(one.stack not in _NOT_OURS for one in case.identity or ())
    ]
    found += cases.unique(elsewhere.cases(ours, config))
    noticed, unnoticed = _mutated(found)
    accepted = _accepted()
    return Result(
        cases=found,
        failed=cases.failures(found),
        noticed=noticed,
        unused={name: _reason(name, accepted) for name in unnoticed},
        idle=_idle(account, found),
        unknown=_unknown(found, config),
        account=account,
    )


def _last_account(calls: Sequence[Call]) -> Account:
    """The account when the pipeline had run last, or else when it had the most resources."""
    ours = [
        call.account
        for call in calls
        if (role := call.account.get(("AWS::IAM::Role", actions.role_of(call.caller) or "")))
        and role.stack not in _NOT_OURS
    ]
    return ours[-1] if ours else max((call.account for call in calls), key=len)


def _mutated(found: Sequence[Case]) -> tuple[dict[str, Case], list[str]]:
    """The case that notices each mutant, and the mutants that no case notices."""
    trials = [
        (what, case.decided_by(document, mutant))
        for document in _ours(found)
        for what, mutant in mutants(document)
        for case in found
        if document in case.documents
    ]
    failed = {id(case) for case in cases.failures(case for _, case in trials)}
    noticed: dict[str, Case] = {}
    for what, case in trials:
        if id(case) in failed:
            noticed.setdefault(what, case)
    return noticed, list(dict.fromkeys(what for what, _ in trials if what not in noticed))


def _ours(found: Iterable[Case]) -> list[Document]:
    """Each document as it was last, by stack and name."""
    listed = [one for case in found for one in case.documents if one.stack not in _NOT_OURS]
    return list({(one.stack, one.name): one for one in listed}.values())


def _idle(account: Account, found: Iterable[Case]) -> list[str]:
    """Policies of ours that decide no case: nothing says what their role or resource is for."""
    needed = {document.name for case in found for document in case.documents}
    roles = [one for one in account.of_type("AWS::IAM::Role") if one.stack not in _NOT_OURS]
    documents = [document for role in roles for document in policies.own(account, role)]
    documents += [policies.trust(role) for role in roles]
    documents += policies.of_resources(account)
    return sorted(
        one.name for one in documents if one.name not in needed and one.stack not in _NOT_OURS
    )


def _unknown(found: Iterable[Case], config: Config) -> list[str]:
    """Actions that the pipeline's code has, on a path that the rehearsal did not take."""
    if config.github_repository is None or config.database == "none":
        return []
    return sorted(needs.release() - {case.request.action for case in found if case.allowed})


def _accepted() -> list[Mapping[str, str]]:
    entries: list[Mapping[str, str]] = tomllib.loads(UNUSED.read_text(encoding="utf-8"))["unused"]
    return entries


def _reason(mutant: str, accepted: Iterable[Mapping[str, str]]) -> str | None:
    found = (one["reason"] for one in accepted if fnmatchcase(mutant, one["what"]))
    return next(found, None)
