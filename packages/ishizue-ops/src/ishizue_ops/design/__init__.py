"""The AWS resources, one construct a module."""
