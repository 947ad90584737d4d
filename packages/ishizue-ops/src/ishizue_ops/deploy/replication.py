"""Copies of the registry's images in another region.

An account has one replication configuration for each region's registry. Only one stack could have
the configuration as a resource, and CloudFormation refuses to create a second one. So `make deploy`
changes this environment's rule and leaves the others alone.
"""

from typing import Any


def replicate(ecr: Any, repository: str, *, account: str, region: str | None) -> bool:
    """Copy what is pushed to this repository from now on to `region`; to none if it is None.

    Returns whether the registry's rules changed. ECR makes the repository there, under the same
    name. Deletions are copied too, so this one's lifecycle rules do for both. Raises ClientError.
    """
    filters = [{"filter": repository, "filterType": "PREFIX_MATCH"}]
    before = ecr.describe_registry()["replicationConfiguration"]["rules"]
    rules = [rule for rule in before if rule.get("repositoryFilters") != filters]
    if region:
        rule = {
            "destinations": [{"region": region, "registryId": account}],
            "repositoryFilters": filters,
            "deleteReplication": {"enabled": True},
        }
        rules.append(rule)
    if len(rules) == len(before) and all(rule in before for rule in rules):
        return False  # ECR returns them in any order
    ecr.put_replication_configuration(replicationConfiguration={"rules": rules})
    return True
