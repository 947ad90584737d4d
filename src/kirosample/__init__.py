"""A Japanese daily portal, and everything it takes to run it on AWS ECS Fargate."""

from ishizue.program import Program

__version__ = "2.0.0"

PRODUCT = Program("KiroSample", "kirosample", __version__, language="ja")
