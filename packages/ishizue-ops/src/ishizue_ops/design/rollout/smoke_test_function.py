"""The function of the smoke test: Lambda runs its text, which is in the template.

It asks the load balancer's nodes at their private addresses. The name of a public load balancer
leads to public ones, and from there requests come back from the NAT gateway, outside every group.
"""

import http.client
import os
import time
from typing import Any

import boto3

PAUSE_SECONDS = 10
"""Before the second try."""


def handler(event: dict[str, Any], _context: object) -> dict[str, str]:
    """Tell ECS whether every node of the load balancer responds with 200 to every path.

    What fails once is tried once more. ECS takes the release back after an exception too.
    """
    # ECS sends the details within, its guide has them at the top.
    details = event.get("executionDetails", event)
    print(f"targetServiceRevisionArn: {details.get('targetServiceRevisionArn')}")
    passed = _passes()
    if not passed:
        time.sleep(PAUSE_SECONDS)
        passed = _passes()
    return {"hookStatus": "SUCCEEDED" if passed else "FAILED"}


def _passes() -> bool:
    # How Elastic Load Balancing describes its nodes' interfaces (re:Post, "source IP address").
    filters = [{"Name": "description", "Values": ["ELB " + os.environ["BALANCER"]]}]
    found = boto3.client("ec2").describe_network_interfaces(Filters=filters)
    outcomes = []
    for node in found["NetworkInterfaces"]:
        for path in os.environ["PATHS"].split():
            outcomes.append(_outcome(node["PrivateIpAddress"], path))
            print(f"{path} at {node['PrivateIpAddress']}: {outcomes[-1]}")
    return set(outcomes) == {"200"}


def _outcome(address: str, path: str) -> str:
    """The response's status, or why there is none."""
    connection = http.client.HTTPConnection(address, int(os.environ["PORT"]), timeout=10)
    try:
        connection.request("GET", path)
        return str(connection.getresponse().status)
    except (OSError, http.client.HTTPException) as error:
        return f"no response: {error}"
    finally:
        connection.close()
