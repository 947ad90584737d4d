"""`make trial`: what it refuses, and that it asks AWS for nothing before both answers."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.deploy.aws import Account

from ishizue_ops.config import ConfigError
from ishizue_ops.trial import __main__ as trial

OWN = {"ENVIRONMENT": "tried"}


@pytest.fixture
def account() -> Iterator[Account]:
    """It says whose it is; any other call raises StubResponseError."""
    made = Account()
    who = {"Account": "1", "Arn": "arn:aws:iam::1:user/operator", "UserId": "me"}
    made.responds("sts", "get_caller_identity", who)
    yield made
    made.all_called()


@pytest.mark.parametrize(
    ("answers", "usd", "why"),
    [
        ((), "0", "TRIAL_USD=0: the trial may cost [1-9]"),
        (("another",), "100", "not confirmed: tried was not typed"),
        (("many",), "", "TRIAL_USD=many: must be a whole number"),
        (("100", ""), "", "not confirmed: tried was not typed"),
    ],
)
def test_nothing_is_asked_of_aws_before_both_answers(
    account: Account,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    answers: tuple[str, ...],
    usd: str,
    why: str,
) -> None:
    session: Any = account
    typed = iter(answers)
    monkeypatch.setattr(trial, "OUT", tmp_path)
    monkeypatch.setattr("builtins.input", lambda _: next(typed))
    with pytest.raises(ConfigError, match=why):
        trial.confirm(trial.settings(OWN), session, usd)


def test_it_makes_an_environment_of_its_own() -> None:
    with pytest.raises(ConfigError, match="set ENVIRONMENT"):
        trial.settings({"DOMAIN": "example.com"})
    config = trial.settings({**OWN, "DOMAIN": "example.com", "BUDGET_USD": "1"})
    assert (config.domain, config.database_protection, config.speaks_for_account) == (
        None,
        False,
        False,
    )
