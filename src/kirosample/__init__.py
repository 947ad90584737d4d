"""A Japanese daily portal, and everything it takes to run it on AWS ECS Fargate."""

from ishizue.product import Product

__version__ = "1.1.0"

PRODUCT = Product("KiroSample", "kirosample", __version__, language="ja")
