"""Run npm's `@cloud-copilot/iam-simulate` on requests and policies.

The simulator is under the AGPL: a program of its own, which only this module starts, and which is
never in the image.
"""

import json
import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from ishizue_ops import node, programs

HERE = Path(__file__).parent


class SimulatorError(Exception):
    """The simulator failed, or refused its input; the message is one line."""


def decide(simulations: Sequence[Mapping[str, Any]]) -> list[bool]:
    """Whether each request is allowed.

    Raises NpmError, and SimulatorError for a request that IAM does not know: its action, the
    resource's type or the form of a policy.
    """
    if not simulations:
        return []
    said = programs.run(
        [node.NODE, HERE / "simulate.cjs"],
        SimulatorError,
        "the simulator failed",
        # The simulator and AWS's reference, as npm has installed them.
        env={**os.environ, "NODE_PATH": str(node.installed(HERE))},
        input=json.dumps(simulations),
        timeout=120,
    )
    results = json.loads(said)
    for simulation, result in zip(simulations, results, strict=True):
        if "error" in result:
            asked = simulation["request"]
            why = json.dumps(result["error"])
            raise SimulatorError(f"{asked['action']} on {asked['resource']['resource']}: {why}")
    return [result["decision"] == "Allowed" for result in results]
