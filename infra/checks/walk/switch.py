"""The two deployments by which CDN changes, as `make deploy` makes them."""

import json
from collections.abc import Callable
from dataclasses import replace

from infra.checks.template import Design
from infra.config import Config, read
from infra.names import SETTINGS_OUTPUT

Synthesize = Callable[[Config], Design]


def stages(old: Design, config: Config, synthesize: Synthesize) -> list[Design]:
    """The designs from `old` to that of `config`: one, or two if CDN changes.

    Raises ConfigError.
    """
    deployed = settings(old, config)
    if deployed is None or deployed.cdn == config.cdn:
        return [synthesize(config)]
    both = synthesize(replace(config, switching_from=deployed)).templates
    names = config.names
    # The state is deployed with the second one, and what watches CloudFront goes with the first.
    first = [names.service_stack, names.cdn_stack, *([] if config.cdn else [names.outside_stack])]
    kept = {name: body for name, body in old.templates.items() if name not in first}
    made = {name: both[name] for name in first if name in both}
    return [Design({**kept, **made}), synthesize(config)]


def settings(design: Design, config: Config) -> Config | None:
    """The settings of a deployed design, which are an output of its state; None without one."""
    state = design.templates.get(config.names.state_stack)
    if state is None:
        return None
    output = state.get("Outputs", {}).get(SETTINGS_OUTPUT, {})
    return read(json.loads(output.get("Value", "{}")))
