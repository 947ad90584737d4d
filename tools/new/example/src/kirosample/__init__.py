"""A list of books, and everything it takes to run it on AWS ECS Fargate."""

__version__ = "1.0.0"
