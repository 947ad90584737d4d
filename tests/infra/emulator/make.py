"""`make deploy` and `make restore` for the blocks of docs/operations.md on the emulator.

Apart from `aws`, whose every call would otherwise start the CDK.
"""

import os
import sys
from collections.abc import Sequence
from pathlib import Path

import boto3

from ishizue_ops.deploy.cdk import cli
from ishizue_ops.deploy.deployment import Deployment
from ishizue_ops.deploy.restore import Restore
from ishizue_ops.project import read


def make(words: Sequence[str]) -> None:
    """Run a target, without DNS."""
    environ = {**os.environ, **dict(word.split("=", 1) for word in words[1:])}
    config = read(environ)
    session = boto3.Session(region_name=config.region)
    if words[0] == "restore":
        Restore(config, session, seconds=0.01).run(environ["RESTORE"])
        return
    servers = set(os.environ["NAME_SERVERS"].split(","))
    log = Path(os.environ["CDK_LOG"])
    Deployment(
        config=config,
        session=session,
        cdk=lambda arguments: cli.run(arguments, environ=environ, log=log),
        lookup=lambda _, kind: servers if kind == "NS" else set(),
        out=Path(os.environ["CDK_OUT"]),
        image_digest=environ.get("IMAGE_DIGEST"),
    ).run()


if __name__ == "__main__":
    make(sys.argv[1:])
