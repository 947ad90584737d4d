"""AWS as the tests have it: botocore's clients, with answers given in advance."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import boto3
from botocore.stub import Stubber

DIGEST = "sha256:" + "a1" * 32
OTHER_DIGEST = "sha256:" + "b2" * 32


@contextmanager
def stubbed(service: str) -> Iterator[tuple[Any, Any]]:
    """A client and its stubber, which checks every call's parameters against AWS's own model.

    Calls that were announced and not made fail the test at the end.
    """
    client = boto3.client(
        service,
        region_name="ap-northeast-1",
        aws_access_key_id="none",
        aws_secret_access_key="none",
    )
    with Stubber(client) as stubber:
        yield client, stubber
        stubber.assert_no_pending_responses()
