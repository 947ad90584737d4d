"""Logs and metrics, as the document has them, and the alarms and the budget beside them."""

import json

from infra.emulator.account import Account
from infra.emulator.document.line import Line, Proof

_HEADING = "Monitoring and logs"

_DOCUMENT_METRICS = {
    "CPU": "CPUUtilization",
    "memory": "MemoryUtilization",
    "requests": "RequestCount",
    "response time": "TargetResponseTime",
}


def _logs(account: Account) -> tuple[bool, int]:
    group = account.container["logConfiguration"]["options"]["awslogs-group"]
    found = account.client("logs").describe_log_groups(logGroupNamePrefix=group)["logGroups"]
    [kept] = [one["retentionInDays"] for one in found if one["logGroupName"] == group]
    return group in account.ids("AWS::Logs::LogGroup"), kept


def _dashboard(account: Account) -> set[str]:
    name = account.id("AWS::CloudWatch::Dashboard")
    body = json.loads(
        account.client("cloudwatch").get_dashboard(DashboardName=name)["DashboardBody"]
    )
    text = json.dumps(body)
    return {says for says, metric in _DOCUMENT_METRICS.items() if f'"{metric}"' in text}


def _alarms_on(account: Account, metric: str) -> int:
    """How many alarms on the metric tell the topic."""
    pages = account.client("cloudwatch").get_paginator("describe_alarms").paginate()
    topic = account.id("AWS::SNS::Topic")
    return sum(
        alarm.get("MetricName") == metric and alarm["AlarmActions"] == [topic]
        for page in pages
        for alarm in page["MetricAlarms"]
    )


def _budget(account: Account) -> str:
    name = account.id("AWS::Budgets::Budget")
    owner = account.client("sts").get_caller_identity()["Account"]
    found = account.client("budgets").describe_budget(AccountId=owner, BudgetName=name)["Budget"]
    return str(found["TimeUnit"])


_ALARMS = {
    "CPU": "CPUUtilization",
    "memory": "MemoryUtilization",
    "response time": "TargetResponseTime",
    "5xx of the tasks": "HTTPCode_Target_5XX_Count",
    "5xx of the ALB": "HTTPCode_ELB_5XX_Count",
    "unhealthy hosts": "UnHealthyHostCount",
    "healthy hosts": "HealthyHostCount",
    "no requests": "RequestCount",
}
_DATABASE_ALARMS = {
    "rds": {
        "the database's storage": "FreeStorageSpace",
        "the database's credits": "CPUCreditBalance",
        "the database's connections": "DatabaseConnections",
    },
    "aurora": {
        "the database's storage": "VolumeBytesUsed",
        "the database's capacity": "ACUUtilization",
        "the database's connections": "DatabaseConnections",
    },
    "none": {},
}


def lines(database: str) -> list[Line]:
    """Of the design with `rds`, `aurora` or `none`."""
    alarms = _ALARMS | _DATABASE_ALARMS[database]
    return [
        Line(_HEADING, "Logs of the container, days", (True, 30), _logs),
        Line(_HEADING, "Dashboard", set(_DOCUMENT_METRICS), _dashboard),
        *(_alarm(says, metric) for says, metric in alarms.items()),
        Line(_HEADING, "Budget alarm", "MONTHLY", _budget, Proof.OURS),
    ]


def _alarm(says: str, metric: str) -> Line:
    return Line(
        _HEADING, f"Alarm to the topic: {says}", 1, lambda account: _alarms_on(account, metric)
    )
