"""The AWS architecture of KiroSample, in Python. Never imports `kirosample`."""

import os

from infra.node import NODE

# The CDK starts node when it is imported: use the tested one from the wheel, not this machine's.
os.environ.setdefault("JSII_NODE", str(NODE))
