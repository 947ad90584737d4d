"""A step of the release as the rehearsal runs it: its calls are written down.

CALLS is the file, CALLER the ARN of the role.
"""

import os
import sys
from pathlib import Path

import boto3

from ishizue_ops.deploy.release.__main__ import main
from ishizue_ops.iam import record

if __name__ == "__main__":
    boto3.setup_default_session()
    session = boto3._get_default_session()
    record.listen(session, Path(os.environ["CALLS"]), os.environ["CALLER"])
    sys.exit(main())
