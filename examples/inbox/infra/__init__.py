"""The design on AWS."""
