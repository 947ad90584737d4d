"""A Japanese daily portal, and everything it takes to run it on AWS ECS Fargate."""

from ishizue import __version__
from ishizue.product import Product

__all__ = ["PRODUCT", "__version__"]

PRODUCT = Product("KiroSample", "kirosample", __version__, language="ja")
