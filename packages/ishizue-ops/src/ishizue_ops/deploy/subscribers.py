"""Whom an alarm reaches: a subscription that was not confirmed gets nothing."""

from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import urlsplit

from ishizue_ops.words import Text

_TOPIC = "AWS::SNS::Topic"


def of_stack(cloudformation: Any, sns: Any, stack: str) -> Iterator[Text]:
    """A line for each subscription to the stack's topics, or one which says that there is none."""
    rows = cloudformation.describe_stack_resources(StackName=stack)["StackResources"]
    topics = [row["PhysicalResourceId"] for row in rows if row["ResourceType"] == _TOPIC]
    pages = sns.get_paginator("list_subscriptions_by_topic")
    subscriptions = [
        subscription
        for topic in topics
        for page in pages.paginate(TopicArn=topic)
        for subscription in page["Subscriptions"]
    ]
    yield from map(_line, subscriptions)
    if not subscriptions:
        yield Text("nobody-told")


def _line(subscription: Mapping[str, str]) -> Text:
    protocol = subscription["Protocol"]
    endpoint = subscription["Endpoint"]
    # The rest of a URL is often a key.
    whom = urlsplit(endpoint).hostname if protocol == "https" else endpoint
    # SNS puts the state in place of the ARN: `PendingConfirmation`, or `Deleted`.
    if subscription["SubscriptionArn"].startswith("arn:"):
        return Text("told", whom=whom)
    return Text("not-told", whom=whom)
