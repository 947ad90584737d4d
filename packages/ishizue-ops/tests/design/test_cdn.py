"""CDN=on: CloudFront before an internal load balancer, and what it caches."""

from typing import Any

import pytest

from infra.product import PRODUCT
from ishizue_ops import app_contract
from ishizue_ops.template import Design
from ishizue_ops.testing.designs import Designs
from ishizue_ops.testing.reading import EDGE, attributes, environment, only

DOMAIN = "example.com"
SERVICE = "NotesService"
CDN = "NotesCdn"
BALANCER = "AWS::ElasticLoadBalancingV2::LoadBalancer"
DISTRIBUTION = "AWS::CloudFront::Distribution"


@pytest.fixture
def design(designs: Designs) -> Design:
    return designs("rds", DOMAIN, CDN="on")


def distribution(design: Design) -> dict[str, Any]:
    return dict(only(design, DISTRIBUTION).properties["DistributionConfig"])


def behaviors(design: Design) -> dict[str, dict[str, Any]]:
    """The behaviors by path; the default's path is empty."""
    config = distribution(design)
    by_path = {each["PathPattern"]: each for each in config["CacheBehaviors"]}
    return {**by_path, "": config["DefaultCacheBehavior"]}


def policy(design: Design, behavior: dict[str, Any]) -> dict[str, Any] | None:
    """The cache policy of ours, or None for AWS's own."""
    resource = design.resolve(behavior["CachePolicyId"], SERVICE)
    return dict(resource.properties["CachePolicyConfig"]) if resource else None


def test_pages_and_files_are_stored_as_their_headers_say(design: Design) -> None:
    cached = {path: policy(design, each) for path, each in behaviors(design).items()}
    stored = {path: settings for path, settings in cached.items() if settings}
    keys = {
        path: tuple(
            settings["ParametersInCacheKeyAndForwardedToOrigin"]["QueryStringsConfig"].get(
                "QueryStrings", ()
            )
        )
        for path, settings in stored.items()
    }
    others = {each.path: each.query for each in (*PRODUCT.cached, app_contract.STATIC_FILES)}
    assert keys == {"": PRODUCT.pages.query, **others}
    assert max(map(len, keys.values())) <= 10, "CloudFront's quota for a cache policy"
    for path, settings in stored.items():
        # Without headers of its own nothing is stored.
        times = [settings[f"{which}TTL"] for which in ("Min", "Default", "Max")]
        assert times == [0, 0, 31_536_000]
        key = settings["ParametersInCacheKeyAndForwardedToOrigin"]
        assert key["CookiesConfig"] == {"CookieBehavior": "none"}
        assert key["HeadersConfig"] == {"HeaderBehavior": "none"}
        # What reaches a task without being in the key could be stored for everybody.
        assert "OriginRequestPolicyId" not in behaviors(design)[path]
        assert behaviors(design)[path]["AllowedMethods"] == ["GET", "HEAD"]


def test_what_is_written_or_a_visitor_s_own_passes_through(design: Design) -> None:
    passed = {path for path, each in behaviors(design).items() if not policy(design, each)}
    assert passed == set(PRODUCT.uncached)
    for path in passed:
        behavior = behaviors(design)[path]
        # AWS's CachingDisabled, and AllViewer.
        assert behavior["CachePolicyId"] == "4135ea2d-6df8-44a3-9df3-4b5a84be39ad"
        assert behavior["OriginRequestPolicyId"] == "216adef6-5c7f-47e4-b989-5492eafa07d3"
        assert {"POST", "DELETE"} < set(behavior["AllowedMethods"])


def test_the_domain_leads_to_cloudfront_before_the_tasks_name_it(design: Design) -> None:
    everything = design.of_type("AWS::Route53::RecordSet")
    records = [each for each in everything if each.properties["Type"] != "CAA"]
    assert {each.properties["Type"] for each in records} == {"A", "AAAA"}
    service = only(design, "AWS::ECS::Service")
    for each in records:
        target = each.properties["AliasTarget"]["DNSName"]
        assert design.resolve(target, SERVICE) == only(design, DISTRIBUTION)
        assert each.logical_id in service.raw["DependsOn"]


@pytest.mark.parametrize("domain", ["", DOMAIN], ids=["no domain", "domain"])
def test_visitors_use_tls_and_the_tasks_know_the_name_and_who_is_trusted(
    designs: Designs, domain: str
) -> None:
    design = designs("rds", domain, CDN="on")
    policies = {each["ViewerProtocolPolicy"] for each in behaviors(design).values()}
    assert policies == {"redirect-to-https"}
    given_url = environment(design)["NOTES_PUBLIC_URL"]
    if domain:
        assert given_url == "https://example.com"
        assert distribution(design)["Aliases"] == [DOMAIN]
        certificate = distribution(design)["ViewerCertificate"]
        used = design.resolve(certificate["AcmCertificateArn"], SERVICE)
        assert used == only(design, "AWS::CertificateManager::Certificate", f"{CDN}/")
    else:
        scheme, name = given_url["Fn::Join"][1]
        assert scheme == "https://"
        assert design.resolve(name, SERVICE) == only(design, DISTRIBUTION)
    assert environment(design)["NOTES_TRUSTED_PROXIES"] == "10.0.11.0/24,10.0.12.0/24"
    said = attributes(only(design, BALANCER), "LoadBalancerAttributes")
    assert said["routing.http.xff_header_processing.mode"] == "preserve", "CloudFront appends it"


def test_the_firewall_is_cloudfront_s_and_the_log_has_no_cookies(designs: Designs) -> None:
    design = designs("rds", DOMAIN, **EDGE)
    acl = only(design, "AWS::WAFv2::WebACL")
    assert (acl.stack, acl.properties["Scope"]) == (CDN, "CLOUDFRONT")
    log = only(design, "AWS::Logs::Delivery")
    assert not [name for name in log.properties["RecordFields"] if "Cookie" in name]
