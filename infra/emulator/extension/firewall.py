"""The firewall's place in front of the load balancer."""

from ministack.services import waf  # type: ignore[import-not-found]

from .handler import Created, Properties, body, replaced


def _create(_logical_id: str, properties: Properties, _stack: str) -> Created:
    firewall, guarded = properties["WebACLArn"], properties["ResourceArn"]
    body(waf._associate_web_acl({"WebACLArn": firewall, "ResourceArn": guarded}))
    return f"{firewall}|{guarded}", {}


def _delete(_identifier: str, properties: Properties) -> None:
    waf._disassociate_web_acl({"ResourceArn": properties["ResourceArn"]})


HANDLERS = {"AWS::WAFv2::WebACLAssociation": replaced(_create, _delete)}
