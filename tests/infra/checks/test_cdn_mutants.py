"""Changes of a template with CDN=on, and what the reachability model sees of each."""

from itertools import product

import pytest

from infra.checks import reachability
from infra.checks.security_groups import TopologyError
from infra.checks.template import Design
from tests.infra.conftest import Designs
from tests.infra.edit import Edit, Editor, Raw, edited, in_words

ZONES = ("ap-northeast-1a", "ap-northeast-1c")
BALANCER = "AWS::ElasticLoadBalancingV2::LoadBalancer"
GROUP = "AWS::EC2::SecurityGroup"
CLOSED = {f"- cloudfront → internal alb in {z}, tcp 80, through the VPC origin" for z in ZONES}
NO_TASKS = {
    f"- internal alb in {one} → tasks in {other}, tcp 3000" for one, other in product(ZONES, ZONES)
}


@pytest.fixture(scope="session")
def design(designs: Designs) -> Design:
    return designs("rds", "example.com", CDN="on")


def differences(design: Design) -> set[str]:
    actual = reachability.flows(design)
    wanted = reachability.expected(
        database=True, https=True, nat_zones=(ZONES[0],), public=False, cdn=True
    )
    return {
        *(f"+ {flow}" for flow in actual - wanted),
        *(f"- {flow}" for flow in wanted - actual),
        *(f"! {exposure}" for exposure in reachability.exposures(design)),
    }


def ingress(editor: Editor) -> list[Raw]:
    found: list[Raw] = editor.one(GROUP, "Cdn/Origin")["SecurityGroupIngress"]
    return found


def the_balancer_faces_the_internet(editor: Editor) -> None:
    editor.one(BALANCER)["Scheme"] = "internet-facing"


def anybody_may_connect(editor: Editor) -> None:
    ingress(editor).append(
        {"IpProtocol": "tcp", "FromPort": 80, "ToPort": 80, "CidrIp": "0.0.0.0/0"}
    )


def cloudfront_may_not_connect(editor: Editor) -> None:
    ingress(editor).clear()


def another_port_is_open(editor: Editor) -> None:
    ingress(editor)[0].update(FromPort=443, ToPort=443)


def the_origin_has_another_port(editor: Editor) -> None:
    config = editor.one("AWS::CloudFront::VpcOrigin")["VpcOriginEndpointConfig"]
    config["HTTPPort"] = 8080


def the_origin_speaks_tls_only(editor: Editor) -> None:
    config = editor.one("AWS::CloudFront::VpcOrigin")["VpcOriginEndpointConfig"]
    config["OriginProtocolPolicy"] = "https-only"


def the_tasks_do_not_admit_it(editor: Editor) -> None:
    editor.remove(editor.one("AWS::EC2::SecurityGroupIngress", "TasksFromOrigin"))


MUTANTS: list[tuple[Edit, set[str]]] = [
    (
        the_balancer_faces_the_internet,
        {f"! internal alb in {zone}: a public address" for zone in ZONES},
    ),
    (
        anybody_may_connect,
        {f"! internal alb in {zone}: a rule that allows the internet" for zone in ZONES}
        | {f"+ elsewhere in the VPC → internal alb in {zone}, tcp 80" for zone in ZONES},
    ),
    (cloudfront_may_not_connect, CLOSED),
    (another_port_is_open, CLOSED),
    (the_origin_has_another_port, CLOSED),
    (the_origin_speaks_tls_only, CLOSED),
    (the_tasks_do_not_admit_it, NO_TASKS),
]


@pytest.mark.parametrize(("edit", "seen"), MUTANTS, ids=[in_words(edit) for edit, _ in MUTANTS])
def test_a_mutant_causes_exactly_these_differences(
    design: Design, edit: Edit, seen: set[str]
) -> None:
    assert differences(edited(design, edit)) == seen


def test_the_real_template_has_no_differences(design: Design) -> None:
    assert differences(design) == set()


def test_a_distribution_that_does_not_use_the_origin_opens_nothing(design: Design) -> None:
    def another_origin(editor: Editor) -> None:
        [origin] = editor.one("AWS::CloudFront::Distribution")["DistributionConfig"]["Origins"]
        origin["VpcOriginConfig"]["VpcOriginId"] = "vo_another"

    flows = reachability.flows(edited(design, another_origin))
    assert reachability.CLOUDFRONT not in {each.source for each in flows}


def test_another_prefix_list_is_refused(design: Design) -> None:
    def unknown(editor: Editor) -> None:
        ingress(editor)[0]["SourcePrefixListId"] = "pl-1"

    with pytest.raises(TopologyError, match="with neither network nor group"):
        reachability.flows(edited(design, unknown))
