"""The designs under test, and their drawings."""

import pytest

from infra.product import PRODUCT
from ishizue_ops.drawing import __main__ as diagram
from ishizue_ops.template import Design, load
from tests.infra.conftest import Assembly
from tests.infra.edit import Editor, Raw

LONG_DOMAIN = f"{'shelves.' * 6}example.co.jp"
DESIGNS: dict[str, dict[str, str]] = {
    "rds": {"database": "rds", "domain": "example.com"},
    "aurora": {"database": "aurora", "domain": "example.com"},
    "none": {"database": "none", "domain": "example.com"},
    "no domain": {"database": "rds"},
    "CloudFront": {"database": "aurora", "domain": LONG_DOMAIN, "CDN": "on", "WAF": "on"},
    # Every option on, and the longest labels that the settings allow.
    "every option": {
        "database": "aurora",
        "domain": LONG_DOMAIN,
        "NAT_GATEWAYS": "2",
        "WAF": "on",
        "ALARM_EMAIL": "on-call@example.com",
        "TASKS": "10",
        "TASK_CPU": "4096",
        "TASK_MEMORY": "30720",
        "VPC_CIDR": "172.20.128.0/17",
        "PUBLIC_CIDRS": "172.20.200.128/28,172.20.201.128/28",
        "PRIVATE_CIDRS": "172.20.210.128/28,172.20.211.128/28",
    },
}


@pytest.fixture(scope="session")
def documented(assembly: Assembly) -> Design:
    return load(assembly("rds", "example.com"))


@pytest.fixture(scope="session", params=DESIGNS)
def drawn(request: pytest.FixtureRequest, assembly: Assembly) -> dict[str, bytes]:
    """Both files of each design, by suffix."""
    editor = Editor(load(assembly(**DESIGNS[request.param])))
    if request.param == "every option":
        balancer_rules(editor).append(
            {"IpProtocol": "tcp", "CidrIp": "203.0.113.128/25", "FromPort": 30000, "ToPort": 39999}
        )
    return diagram.draw(editor.design, PRODUCT)


def balancer_rules(editor: Editor) -> list[Raw]:
    """The ingress rules of the load balancer's security group."""
    [balancer] = editor.design.of_type("AWS::ElasticLoadBalancingV2::LoadBalancer")
    [group] = editor.design.resolve_all(balancer.properties["SecurityGroups"], balancer.stack)
    raw = editor.templates[group.stack]["Resources"][group.logical_id]["Properties"]
    rules: list[Raw] = raw.setdefault("SecurityGroupIngress", [])
    return rules
