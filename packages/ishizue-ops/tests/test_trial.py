"""`make trial`: what it refuses, the order of its commands, and that it always ends in destroy."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest
from tests.deploy.aws import Account

from ishizue_ops.config import ConfigError
from ishizue_ops.deploy import Stopped
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
        (("many",), "", "TRIAL_USD=many: must be a whole number"),
        (("100", "another"), "", "not confirmed: tried was not typed"),
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


@pytest.mark.parametrize(
    ("ends_at", "error"),
    [
        (None, None),
        ("synth", None),
        ("push trial-2", Stopped("docker build failed")),
        ("release migrate", None),
        ("smoke test", KeyboardInterrupt()),
    ],
)
def test_its_commands_run_in_order_and_whatever_ends_them_it_destroys(
    monkeypatch: pytest.MonkeyPatch, ends_at: str | None, error: BaseException | None
) -> None:
    ran = list[str]()

    def run(name: str) -> int:
        """A command's exit code."""
        ran.append(name)
        if name == ends_at and error:
            raise error
        return int(name == ends_at)

    def push(_config: Any, _session: Any, tag: str, dockerfile: str = "") -> str:
        run(f"push {tag}")
        assert ("ENTRYPOINT" in dockerfile) == (tag == "trial-3")
        return "sha256:1"

    commands = "ishizue_ops.{}.__main__.main".format
    monkeypatch.setattr(commands("deploy"), lambda: run("deploy"))
    monkeypatch.setattr(commands("checks"), lambda: run("synth"))
    monkeypatch.setattr(
        commands("deploy.release"), lambda words: run(f"release {' '.join(words[:-2])}")
    )
    monkeypatch.setattr(trial, "push", push)
    monkeypatch.setattr(trial, "smoke_test", lambda *_: run("smoke test"))
    monkeypatch.setattr(trial, "say_tasks", lambda *_: run("tasks"))
    monkeypatch.setattr(trial, "say_events", lambda *_: run("events"))
    monkeypatch.setattr(trial, "destroy", lambda *_, **how: run(f"destroy {how['ask']('')}"))
    session: Any = None
    with patch.dict(os.environ, BUDGET_USD="1"):
        assert trial.run(trial.settings(OWN), session) == (ends_at is not None)
        assert (os.environ.get("BUDGET_USD"), os.environ["SIZE"]) == (None, "hobby")
    steps = ["deploy", "push trial-1", "deploy", "synth", "push trial-2"]
    steps += ["release deploy state", "release migrate", "release deploy service"]
    steps += ["release verify", "smoke test"]
    steps += ["push trial-3", "release deploy service", "release verify", "tasks"]
    done = steps[: steps.index(ends_at) + 1] if ends_at else steps
    assert ran == [*done, "destroy tried", "events"]
