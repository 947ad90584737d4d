"""Processes of `kirosample`."""

from pathlib import Path

from ishizue.testing import postgres
from ishizue.testing.processes import Command, Server

__all__ = ["Server", "environment", "fails", "free_port", "kirosample", "server"]

kirosample = Command("kirosample", Path(__file__).parents[1] / "src")
environment = kirosample.environment
fails = kirosample.fails
server = kirosample.server


def free_port() -> str:
    return str(postgres.free_port())
