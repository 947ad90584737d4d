"""The optional web application firewall: AWS managed rules, a rate limit per address, its log."""

from collections.abc import Iterator
from typing import Literal

from aws_cdk import ArnFormat, Duration, RemovalPolicy, Stack
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_iam as iam
from aws_cdk import aws_logs as logs
from aws_cdk import aws_wafv2 as wafv2
from constructs import Construct

from ishizue_ops.config import Config
from ishizue_ops.design import tasks
from ishizue_ops.design.alarms import AlarmTopic
from ishizue_ops.product import Urgency

REQUESTS_IN_FIVE_MINUTES = 2_000
"""One address may send so many; a page takes about five with a warm browser cache."""

_MANAGED = (
    "AWSManagedRulesAmazonIpReputationList",
    "AWSManagedRulesCommonRuleSet",
    "AWSManagedRulesKnownBadInputsRuleSet",
)


_BODY_RULES = (
    "SizeRestrictions",
    "CrossSiteScripting",
    "GenericLFI",
    "GenericRFI",
    "EC2MetaDataSSRF",
)
"""The rules of the common set that look into bodies: for over 8 KB, and for what a webhook may
quote. `NAME_BODY` puts the label `NAME_Body` on a request (WAF's guide, "Baseline rule groups")."""

_LABEL = "awswaf:managed:aws:core-rule-set:{}_Body"

_BLOCKED = "BlockedRequests"
"""The metric of the blocked requests to the paths of `large_bodies`, and its alarm."""


def protect(scope: Construct, resource_arn: str, *, config: Config) -> None:
    """Put the firewall in front of a load balancer."""
    acl = _web_acl(scope, "REGIONAL", config=config)
    wafv2.CfnWebACLAssociation(
        scope, "Firewall", resource_arn=resource_arn, web_acl_arn=acl.attr_arn
    )
    _log(scope, acl, config)


def for_cloudfront(scope: Construct, *, config: Config) -> str:
    """The firewall of a distribution, which refers to it by this ARN; in us-east-1 only."""
    acl = _web_acl(scope, "CLOUDFRONT", config=config)
    _log(scope, acl, config)
    return acl.attr_arn


def tell_of_blocked(scope: Construct, *, config: Config, alarms: AlarmTopic) -> None:
    """The alarm on blocked requests to the paths of `large_bodies`, in the firewall's region.

    The firewall counts them in its log, which it has not with ACCESS_LOGS=off.
    """
    if not (config.has_firewall and config.access_logs and config.product.large_bodies):
        return
    metric = cloudwatch.Metric(
        namespace=_name(config),
        metric_name=_BLOCKED,
        statistic="Sum",
        period=Duration.minutes(5),
    )
    alarms.alarm(scope, _BLOCKED, metric, threshold=1, periods=1, urgency=Urgency.MORNING)


def _name(config: Config) -> str:
    """What no other firewall in its region has in its names."""
    return config.names.edge if config.cdn else config.names.service


def _count_blocked(scope: Construct, group: logs.ILogGroup, config: Config) -> None:
    """Make a metric of the log, since WAF has none of its own by path.

    It has metrics of labels, but a rule that labels these paths would count every request to them,
    which the log would then have (WAF's guide, "Label metrics and dimensions"). A pattern's `*` is
    a wildcard (CloudWatch Logs User Guide, "Filter pattern syntax").
    """
    text = logs.FilterPattern.string_value
    logs.MetricFilter(
        scope,
        "BlockedLargeBodies",
        log_group=group,
        filter_pattern=logs.FilterPattern.all(
            text("$.action", "=", "BLOCK"),
            logs.FilterPattern.any(
                *(text("$.httpRequest.uri", "=", path) for path in config.product.large_bodies)
            ),
        ),
        metric_namespace=_name(config),
        metric_name=_BLOCKED,
    )


def _log(scope: Construct, acl: wafv2.CfnWebACL, config: Config) -> None:
    """Log what the rules block or count, without cookies; the access log has every request.

    With ACCESS_LOGS=off the group alone stays, until what it has expires.
    """
    # WAF accepts no other prefix. A name of ours cannot be made twice, so the group goes with the
    # firewall.
    group = tasks.log_group(
        scope,
        "FirewallLogs",
        days=config.log_days,
        removal=RemovalPolicy.DESTROY,
        log_group_name=f"aws-waf-logs-{_name(config)}",
    )
    if not config.access_logs:
        return
    if config.product.large_bodies:
        _count_blocked(scope, group, config)
    stack = Stack.of(scope)
    group.add_to_resource_policy(
        iam.PolicyStatement(
            principals=[iam.ServicePrincipal("delivery.logs.amazonaws.com")],
            actions=["logs:CreateLogStream", "logs:PutLogEvents"],
            resources=[group.log_group_arn],
            conditions={
                "StringEquals": {"aws:SourceAccount": stack.account},
                "ArnLike": {
                    "aws:SourceArn": stack.format_arn(
                        service="logs",
                        resource="*",
                        arn_format=ArnFormat.NO_RESOURCE_NAME,
                    )
                },
            },
        )
    )
    wafv2.CfnLoggingConfiguration(
        scope,
        "FirewallLogging",
        resource_arn=acl.attr_arn,
        # Without the `:*` of the group's own ARN, which WAF refuses.
        log_destination_configs=[
            stack.format_arn(
                service="logs",
                resource="log-group",
                resource_name=group.log_group_name,
                arn_format=ArnFormat.COLON_RESOURCE_NAME,
            )
        ],
        redacted_fields=[
            wafv2.CfnLoggingConfiguration.FieldToMatchProperty(single_header={"Name": "cookie"})
        ],
        logging_filter={
            "DefaultBehavior": "DROP",
            "Filters": [
                {
                    "Behavior": "KEEP",
                    "Requirement": "MEETS_ANY",
                    "Conditions": [
                        {"ActionCondition": {"Action": action}} for action in ("BLOCK", "COUNT")
                    ],
                }
            ],
        },
    )


def _web_acl(
    scope: Construct, what: Literal["REGIONAL", "CLOUDFRONT"], *, config: Config
) -> wafv2.CfnWebACL:
    """Rules for a load balancer or a distribution, which allow what they do not block."""
    rate = wafv2.CfnWebACL.RuleProperty(
        name="Rate",
        priority=0,
        action=wafv2.CfnWebACL.RuleActionProperty(block={}),
        statement=wafv2.CfnWebACL.StatementProperty(
            rate_based_statement=wafv2.CfnWebACL.RateBasedStatementProperty(
                limit=REQUESTS_IN_FIVE_MINUTES, aggregate_key_type="IP"
            )
        ),
        visibility_config=_visible("Rate", config),
    )
    # The override is for the group: the log names the rule in it that would have blocked.
    override = wafv2.CfnWebACL.OverrideActionProperty
    action = override(count={}) if config.waf == "count" else override(none={})
    managed = [
        wafv2.CfnWebACL.RuleProperty(
            name=name,
            priority=priority,
            override_action=action,
            statement=wafv2.CfnWebACL.StatementProperty(
                managed_rule_group_statement=wafv2.CfnWebACL.ManagedRuleGroupStatementProperty(
                    vendor_name="AWS",
                    name=name,
                    rule_action_overrides=_labelled(name) if config.product.large_bodies else None,
                )
            ),
            visibility_config=_visible(name, config),
        )
        for priority, name in enumerate(_MANAGED, start=1)
    ]
    return wafv2.CfnWebACL(
        scope,
        "WebAcl",
        scope=what,
        default_action=wafv2.CfnWebACL.DefaultActionProperty(allow={}),
        rules=[rate, *managed, *_bodies(config)],
        visibility_config=_visible("WebAcl", config),
    )


def _labelled(group: str) -> list[wafv2.CfnWebACL.RuleActionOverrideProperty] | None:
    """The common set only puts its labels on bodies, which `_bodies` then blocks."""
    if group != "AWSManagedRulesCommonRuleSet":
        return None
    count = wafv2.CfnWebACL.RuleActionProperty(count={})
    override = wafv2.CfnWebACL.RuleActionOverrideProperty
    return [override(name=f"{rule}_BODY", action_to_use=count) for rule in _BODY_RULES]


def _bodies(config: Config) -> Iterator[wafv2.CfnWebACL.RuleProperty]:
    """Block the bodies that have a label on all but the paths of `large_bodies`.

    A rule of a group cannot be limited to paths: AWS's guide labels, and blocks by the label.
    """
    paths = config.product.large_bodies
    if not paths:
        return
    action = wafv2.CfnWebACL.RuleActionProperty
    statement = wafv2.CfnWebACL.StatementProperty
    label = wafv2.CfnWebACL.LabelMatchStatementProperty
    labels = [
        statement(label_match_statement=label(scope="LABEL", key=_LABEL.format(rule)))
        for rule in _BODY_RULES
    ]
    labelled = wafv2.CfnWebACL.OrStatementProperty(statements=labels)
    elsewhere = [
        statement(not_statement=wafv2.CfnWebACL.NotStatementProperty(statement=_path(path)))
        for path in paths
    ]
    yield wafv2.CfnWebACL.RuleProperty(
        name="LargeBodies",
        priority=len(_MANAGED) + 1,
        action=action(count={}) if config.waf == "count" else action(block={}),
        statement=statement(
            and_statement=wafv2.CfnWebACL.AndStatementProperty(
                statements=[statement(or_statement=labelled), *elsewhere]
            )
        ),
        visibility_config=_visible("LargeBodies", config),
    )


def _path(path: str) -> wafv2.CfnWebACL.StatementProperty:
    """A request of this path, or of those that begin so."""
    return wafv2.CfnWebACL.StatementProperty(
        byte_match_statement=wafv2.CfnWebACL.ByteMatchStatementProperty(
            search_string=path.removesuffix("*"),
            field_to_match=wafv2.CfnWebACL.FieldToMatchProperty(uri_path={}),
            positional_constraint="STARTS_WITH" if path.endswith("*") else "EXACTLY",
            text_transformations=[
                wafv2.CfnWebACL.TextTransformationProperty(priority=0, type="NONE")
            ],
        )
    )


def _visible(name: str, config: Config) -> wafv2.CfnWebACL.VisibilityConfigProperty:
    """A metric, and where requests may be stored, samples of them: with their cookies."""
    return wafv2.CfnWebACL.VisibilityConfigProperty(
        cloud_watch_metrics_enabled=True,
        metric_name=name,
        sampled_requests_enabled=config.access_logs,
    )
