"""What every template of the design must keep, each rule with a name to be found by.

cfn-lint knows CloudFormation and cdk-nag knows AWS's advice. These are our own: what the document
and the contract ask for, and what the other two let pass.
"""

from infra.report.rules import database, edge, form, rights, service
from infra.report.rules.finding import Finding, Rule, run
from infra.report.template import Design

__all__ = ["RULES", "Finding", "check"]

RULES: tuple[Rule, ...] = (
    form.import_of_nothing,
    form.overlapping_subnets,
    form.rule_given_twice,
    edge.https_without_certificate,
    edge.old_tls_policy,
    edge.plain_http_beside_https,
    edge.load_balancer_internal,
    edge.load_balancer_health_check,
    service.container_health_check,
    service.container_not_hardened,
    service.image_by_tag,
    service.secret_in_the_environment,
    service.deployment_without_rollback,
    service.deployment_resets_task_count,
    service.scaling_bounds,
    service.mutable_image_tags,
    database.database_not_encrypted,
    database.database_without_tls,
    database.database_can_be_lost,
    database.database_public,
    database.database_in_one_zone,
    rights.any_action,
    rights.anybody,
    rights.logs_kept_for_ever,
)


def check(design: Design) -> list[Finding]:
    """Run every rule. The real templates give an empty list."""
    return run(RULES, design)
