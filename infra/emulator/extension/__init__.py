"""Stubs for what ministack lacks, registered before it serves.

Runs in `.venv-emulator` as a top-level package. It uses private names of ministack and therefore
supports one version only. Handlers call the emulator's own API where there is one.
"""

VERSION = "1.5.33"
"""The supported ministack."""
