"""How long CloudWatch keeps RDS's logs, whose groups RDS makes without an end.

A group is named after the database, so no template can have it: RDS makes it at the first line.
"""

import json
from contextlib import suppress
from typing import Any

from ishizue_ops.deploy.release.stacks import Stack
from ishizue_ops.names import DATABASE_LOGS_OUTPUT, SETTINGS_OUTPUT
from ishizue_ops.project import read


def keep(logs: Any, state: Stack) -> int | None:
    """Keep the groups for LOG_DAYS of the deployed settings; return the days, or None without any.

    A restored database has groups under the names that it and the replaced one had: those too.
    """
    groups = state.outputs.get(DATABASE_LOGS_OUTPUT)
    if groups is None:
        return None
    config = read(json.loads(state.output(SETTINGS_OUTPUT)))
    days = config.log_days
    service = config.names.service
    for group in groups.split(","):
        with suppress(logs.exceptions.ResourceAlreadyExistsException):
            logs.create_log_group(logGroupName=group)
        logs.put_retention_policy(logGroupName=group, retentionInDays=days)
    base = "/".join(groups.split("/")[:4])  # /aws/rds/instance or /aws/rds/cluster
    for name in ("restored", "replaced"):
        listed = logs.describe_log_groups(logGroupNamePrefix=f"{base}/{service}-{name}/")
        for group in listed["logGroups"]:
            logs.put_retention_policy(logGroupName=group["logGroupName"], retentionInDays=days)
    return days
