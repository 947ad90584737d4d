"""`make destroy`: show what an environment is and costs, ask for its name, and delete all of it.

The environment is ENVIRONMENT's in REGION; its settings are those of its last deployment. A last
snapshot of the database stays unless FINAL_SNAPSHOT=off. Exit codes: 0 nothing is left but what is
named; 1 something is, or nothing was deleted; 2 an invalid setting or no credentials.
"""

import os
import sys

import boto3
from botocore.exceptions import BotoCoreError, ClientError, ProfileNotFound

from ishizue_ops.config import ConfigError
from ishizue_ops.deploy import Stopped
from ishizue_ops.deploy.deployment import NoCredentialsError, caller
from ishizue_ops.destroy import deployed, destroy
from ishizue_ops.project import localized, read
from ishizue_ops.words import Text


def main() -> int:
    """Run the command; exit codes as above."""
    try:
        snapshot = os.environ.get("FINAL_SNAPSHOT", "").strip() or "on"
        if snapshot not in ("on", "off"):
            one_of = Text("one-of", words="on or off", listed="on、off")
            raise ConfigError(Text("because", what=f"FINAL_SNAPSHOT={snapshot}", why=one_of))
        session = boto3.Session(region_name=read(os.environ).region)
        caller(session)
        config = deployed(session, os.environ)
        return destroy(config, session, keep_snapshot=snapshot == "on")
    except (ConfigError, NoCredentialsError, ProfileNotFound) as error:
        print(f"destroy: {localized(error)}", file=sys.stderr)
        return 2
    except (Stopped, BotoCoreError, ClientError) as error:
        print(f"destroy: {localized(error)}", file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main())
