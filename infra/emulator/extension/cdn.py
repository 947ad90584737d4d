"""VPC origins and the delivery of CloudFront's log, of which ministack has the API alone."""

import json
from typing import Any
from xml.etree import ElementTree

from ministack.services import (  # type: ignore[import-not-found]
    cloudfront,
    cloudwatch_logs,
)

from .handler import Created, Properties, body, replaced
from .network import element


def _create_origin(_logical_id: str, properties: Properties, _stack: str) -> Created:
    endpoint = properties["VpcOriginEndpointConfig"]
    request = ElementTree.Element("CreateVpcOriginRequest")
    config = ElementTree.SubElement(request, "VpcOriginEndpointConfig")
    for name in ("Name", "Arn", "HTTPPort", "HTTPSPort", "OriginProtocolPolicy"):
        ports = {"HTTPPort": 80, "HTTPSPort": 443}  # CloudFormation's defaults
        ElementTree.SubElement(config, name).text = str(endpoint.get(name, ports.get(name)))
    protocols = endpoint.get("OriginSSLProtocols", ["TLSv1.2"])
    tls = ElementTree.SubElement(config, "OriginSslProtocols")
    ElementTree.SubElement(tls, "Quantity").text = str(len(protocols))
    items = ElementTree.SubElement(tls, "Items")
    for protocol in protocols:
        ElementTree.SubElement(items, "SslProtocol").text = protocol
    response = cloudfront._create_vpc_origin(ElementTree.tostring(request))
    identifier = element(response, "Id")
    return identifier, {"Id": identifier, "Arn": element(response, "Arn")}


def _delete_origin(identifier: str, _properties: Properties) -> None:
    """As the API: refused while a distribution uses it."""
    found = cloudfront._vpc_origins.get(identifier)
    if found:
        etag = cloudfront._vpc_origin_etag(found["Version"])
        body(cloudfront._delete_vpc_origin(identifier, {"if-match": etag}))


def _api(properties: Properties) -> dict[str, Any]:
    """The properties as the API's members, which begin in lower case."""
    return {f"{name[0].lower()}{name[1:]}": value for name, value in properties.items()}


def _create_source(_logical_id: str, properties: Properties, _stack: str) -> Created:
    answer = json.loads(body(cloudwatch_logs._put_delivery_source(_api(properties))))
    return properties["Name"], {"Arn": answer["deliverySource"]["arn"]}


def _create_destination(_logical_id: str, properties: Properties, _stack: str) -> Created:
    request = _api(properties)
    request["deliveryDestinationConfiguration"] = {
        "destinationResourceArn": properties["DestinationResourceArn"]
    }
    answer = json.loads(body(cloudwatch_logs._put_delivery_destination(request)))
    return properties["Name"], {"Arn": answer["deliveryDestination"]["arn"]}


def _create_delivery(_logical_id: str, properties: Properties, _stack: str) -> Created:
    answer = json.loads(body(cloudwatch_logs._create_delivery(_api(properties))))["delivery"]
    return answer["id"], {"DeliveryId": answer["id"], "Arn": answer["arn"]}


HANDLERS = {
    "AWS::CloudFront::VpcOrigin": replaced(_create_origin, _delete_origin),
    "AWS::Logs::Delivery": replaced(
        _create_delivery,
        lambda identifier, _old: cloudwatch_logs._delete_delivery({"id": identifier}),
    ),
    "AWS::Logs::DeliveryDestination": replaced(
        _create_destination,
        lambda name, _old: cloudwatch_logs._delete_delivery_destination({"name": name}),
    ),
    "AWS::Logs::DeliverySource": replaced(
        _create_source, lambda name, _old: cloudwatch_logs._delete_delivery_source({"name": name})
    ),
}
