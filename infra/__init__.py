"""The AWS architecture of KiroSample, in Python. Never imports `kirosample`."""

import os

from infra.npm import NODE

# The CDK starts node as soon as it is imported: the one that came as a wheel, tested with it, and
# no other one that this machine may have.
os.environ.setdefault("JSII_NODE", str(NODE))
