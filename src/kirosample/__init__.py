"""A Japanese daily portal, and everything it takes to run it on AWS ECS Fargate."""

__version__ = "1.0.0"
