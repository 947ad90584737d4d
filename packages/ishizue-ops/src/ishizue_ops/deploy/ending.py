"""How every command on AWS ends: well, or with what is wrong, and an exit code that says of what
kind it is."""

import sys
from collections.abc import Callable, Mapping
from typing import Any

import boto3
from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    NoCredentialsError,
    ProfileNotFound,
)

from ishizue_ops.config import ConfigError
from ishizue_ops.deploy import Stopped
from ishizue_ops.node import NpmError
from ishizue_ops.project import localized
from ishizue_ops.synth import DesignError
from ishizue_ops.words import Text


def caller(session: boto3.Session) -> Mapping[str, Any]:
    """The account and the ARN that the credentials have. Raises ConfigError without any."""
    try:
        identity: Mapping[str, Any] = session.client("sts").get_caller_identity()
    except (BotoCoreError, ClientError) as error:
        reason = " ".join(str(error).split())
        raise ConfigError(Text("no-credentials", reason=reason)) from None
    return identity


def ended(command: str, run: Callable[[], int | None], *own: type[Exception]) -> int:
    """Run a command, which may stop with errors of its `own`, and return its exit code.

    2: a setting is invalid, or AWS accepts no credentials; nothing was changed. 1: it stopped.
    """
    code = 2
    stops: tuple[type[Exception], ...] = (Stopped, NpmError, DesignError, *own)
    try:
        return run() or 0
    except NoCredentialsError as error:
        said = localized(Text("no-credentials", reason=error))
    except (ConfigError, ProfileNotFound) as error:
        said = localized(error)
    except (BotoCoreError, ClientError) as error:
        code = 1
        said = " ".join(str(error).split())
    except stops as error:
        code = 1
        said = localized(error)
    print(f"{command}: {said}", file=sys.stderr)
    return code
