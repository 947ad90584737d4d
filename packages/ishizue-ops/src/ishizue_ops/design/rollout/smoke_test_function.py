"""The function of the smoke test: Lambda runs its text, which is in the template.

It asks the load balancer's nodes at their private addresses. The name of a public load balancer
leads to public ones, and from there requests come back from the NAT gateway, outside every group.
"""

import http.client
import os

import boto3


def handler(_event: object, _context: object) -> dict[str, str]:
    """Tell ECS whether every node of the load balancer responds with 200 to every path.

    ECS takes the release back after an exception too.
    """
    # How Elastic Load Balancing describes its nodes' interfaces (re:Post, "source IP address").
    filters = [{"Name": "description", "Values": ["ELB " + os.environ["BALANCER"]]}]
    found = boto3.client("ec2").describe_network_interfaces(Filters=filters)
    statuses = []
    for node in found["NetworkInterfaces"]:
        for path in os.environ["PATHS"].split():
            address, port = node["PrivateIpAddress"], int(os.environ["PORT"])
            connection = http.client.HTTPConnection(address, port, timeout=10)
            connection.request("GET", path)
            statuses.append(connection.getresponse().status)
            print(f"{path} at {address}: {statuses[-1]}")
    return {"hookStatus": "SUCCEEDED" if set(statuses) == {200} else "FAILED"}
