"""What the service says about itself to its design."""

import os

from ishizue_ops.product import (
    GRAPHS,
    QUEUED_WRITES,
    Graph,
    MetricAlarm,
    Product,
    ScheduledJob,
    Secret,
    Urgency,
    Worker,
)

PRODUCT = Product(
    name="Inbox",
    uncached=("/hooks",),
    large_bodies=("/hooks",),
    workers=(Worker(name="forwarder", command=("work",)),),
    jobs=(
        ScheduledJob(
            name="purge",
            command=("purge",),
            schedule=os.environ.get("PURGE_SCHEDULE", "cron(30 3 * * ? *)"),
            time_zone="Asia/Tokyo",
        ),
    ),
    secrets=(
        Secret(
            construct_id="Key",
            setting="INBOX_KEY",
            description="What senders sign with",
            why_not_rotated="The senders have it too: docs/operations.md",
        ),
    ),
    graphs=(
        *(graph for graph in GRAPHS if graph is not QUEUED_WRITES),
        Graph("Events that wait", (("EventsWaiting", "Maximum"), ("EventsGivenUp", "Minimum"))),
        Graph("Events", (("EventsDelivered", "Sum"),)),
    ),
    alarms=(
        MetricAlarm(
            name="OldArrivals",
            metric="ArrivalsAge",
            threshold=300,  # before the third try: SQS leaves out of it what had three
            periods=1,
            meaning="A large body arrived five minutes ago and is no event yet",
            urgency=Urgency.MORNING,
        ),
        MetricAlarm(
            name="EventsWait",
            metric="EventsWaiting",
            statistic="Maximum",
            threshold=1000,
            periods=10,
            meaning="Events are not forwarded as fast as they arrive",
            urgency=Urgency.NOW,
        ),
        MetricAlarm(
            name="EventsGivenUp",
            metric="EventsGivenUp",
            statistic="Minimum",  # not what is delivered by its last try
            threshold=1,
            periods=1,
            minutes=5,
            meaning="An event was not taken in five tries",
            urgency=Urgency.MORNING,
        ),
    ),
)
