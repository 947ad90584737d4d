"""`make deploy`: the first deployment, step by step, and every later one.

docs/operations.md, "First deployment", lists the steps; `deployment.py` has one method for each.

Each step first checks whether it is done. Where the operator must act (push an image, delegate the
domain), it prints how and exits with code 1; then run it again. Exit code 2 means an invalid
setting or no credentials, and that nothing was changed.

The settings are those of `config.py`, and `IMAGE_DIGEST` (sha256:…) of the image to run; by
default the running one, or at first the newest in the registry. `DATABASE_VERSION` upgrades
PostgreSQL, or chooses a new database's version. The CDK asks before it widens permissions;
`CDK_REQUIRE_APPROVAL=never` skips that.
"""

import os
import re
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path

import boto3
from botocore.exceptions import BotoCoreError, ClientError

from ishizue_ops.config import Config, ConfigError
from ishizue_ops.deploy import Stopped
from ishizue_ops.deploy.deployment import Deployment
from ishizue_ops.deploy.ending import caller, ended
from ishizue_ops.design.database.versions import VERSIONS
from ishizue_ops.names import DIGEST_PATTERN
from ishizue_ops.project import read
from ishizue_ops.words import Text


def option(name: str, pattern: str, why: Text) -> str | None:
    """A variable that is no setting, or None. Raises ConfigError if it is malformed."""
    given = os.environ.get(name, "").strip()
    if given and not re.fullmatch(pattern, given):
        raise ConfigError(Text("because", what=f"{name}={given}", why=why))
    return given or None


def settings(environ: Mapping[str, str]) -> Config:
    """The settings, of which plain HTTP must be an explicit one. Raises ConfigError."""
    config = read(environ)
    if config.product.web and not config.cdn and "DOMAIN" not in config.explicit:
        raise ConfigError(Text("choose-domain"))
    return config


def run(deployment: Deployment) -> None:
    """Run all steps. Raises what they raise; Stopped if the credentials expired in one."""
    try:
        deployment.run()
    except (Stopped, BotoCoreError, ClientError) as error:
        # The CDK says only that it failed.
        try:
            caller(deployment.session)
        except ConfigError as expired:
            raise Stopped(Text("two-lines", first=error, second=expired)) from None
        raise


def main() -> None:
    """Deploy what the environment says."""
    # Each run has an assembly of its own: another command may synthesize meanwhile.
    with tempfile.TemporaryDirectory() as folder:
        config = settings(os.environ)
        versions = Text("one-of", words=" or ".join(VERSIONS), listed="、".join(VERSIONS))
        deployment = Deployment(
            config=config,
            session=boto3.Session(region_name=config.region),
            image_digest=option("IMAGE_DIGEST", DIGEST_PATTERN, Text("digest")),
            database_version=option("DATABASE_VERSION", "|".join(VERSIONS), versions),
            out=Path(folder) / "cdk.out",
        )
        run(deployment)


if __name__ == "__main__":
    sys.exit(ended("deploy", main))
