"""The design: the usual stacks. A construct of the service's own would be composed here."""

from pathlib import Path

from aws_cdk import App
from ishizue_ops.config import Config
from ishizue_ops.stacks import ServiceStack, StateStack, add_regional_stacks, finished, new_app


def build(config: Config, outdir: Path | None = None) -> App:
    """Return the app. Its `synth()` writes the assembly; cdk-nag's findings raise RuntimeError."""
    app = new_app(outdir)
    state = StateStack(app, config=config)
    ServiceStack(app, config=config, state=state)
    add_regional_stacks(app, config)
    return finished(app, config)
