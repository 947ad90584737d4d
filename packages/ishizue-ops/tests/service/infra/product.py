"""What it says about itself: some of everything that a product may."""

from ishizue_ops.product import Cached, MetricAlarm, Product, Secret, Urgency

PRODUCT = Product(
    name="Notes",
    pages=Cached("Pages", "*", ("cursor", "limit", "q")),
    cached=(Cached("Calendars", "*.ics", ("kind",)),),
    uncached=("/api/*", "/notes*"),
    smoke_test=("/", "/notes"),
    secrets=(
        Secret(
            construct_id="CookieKeys",
            setting="NOTES_COOKIE_KEYS",
            description="The keys that sign cookies",
            why_not_rotated="A new key first verifies and later signs: docs/operations.md.",
        ),
    ),
    environment={"NOTES_WRITES_PER_MINUTE": "30"},
    japanese={"Writes wait for the database": "書き込みがデータベースを待っています"},
    alarms=(
        MetricAlarm(
            name="LongQueue",
            metric="WriteQueue",
            statistic="Maximum",
            threshold=500,
            meaning="Writes wait for the database",
            urgency=Urgency.MORNING,
        ),
        MetricAlarm(
            name="NoNotes",
            metric="NotesWritten",
            statistic="Sum",
            threshold=1,
            below=True,
            periods=24,
            minutes=60,
            meaning="Nobody has written a note for a day",
            urgency=Urgency.MORNING,
        ),
    ),
)
