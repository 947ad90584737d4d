"""Checks computed from the synthesized template."""
