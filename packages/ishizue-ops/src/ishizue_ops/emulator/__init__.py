"""Deploys the design to an AWS emulator on this machine, releases, switches and destroys it.

The emulator is ministack, in its own environment `.venv-emulator`, where `extension/` runs too. The
rest runs in the project's environment, with the real CDK CLI and boto3.
"""
