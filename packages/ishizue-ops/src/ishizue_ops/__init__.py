"""Runs a service on AWS: constructs, and commands that check, price, draw and deploy it."""

import os

from ishizue_ops.node import NODE

__version__ = "2.0.0"

# The CDK starts node when it is imported: use the tested one from the wheel, not this machine's.
os.environ.setdefault("JSII_NODE", str(NODE))
