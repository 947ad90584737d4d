"""The function of `BackupQuestion`: Lambda runs its text, which is in the template."""

import os
from datetime import UTC, datetime, timedelta

import boto3

LATE = timedelta(hours=6)
"""RDS copies the log all the time; usually the copy is minutes old."""


def handler(_event: object, _context: object) -> None:
    """Raise RuntimeError unless RDS could restore a time of the last hours."""
    rds = boto3.client("rds", region_name=os.environ["REGION"])
    pages = rds.get_paginator("describe_db_instance_automated_backups").paginate()
    latest = [
        backup["RestoreWindow"]["LatestTime"]
        for page in pages
        for backup in page["DBInstanceAutomatedBackups"]
        if backup["DBInstanceIdentifier"] == os.environ["DATABASE"]
        and "LatestTime" in backup.get("RestoreWindow", {})
    ]
    print(f"latest restorable times: {', '.join(map(str, latest)) or 'none'}")
    if not latest or max(latest) < datetime.now(UTC) - LATE:
        raise RuntimeError("the copies of the backups in the other region are late")
