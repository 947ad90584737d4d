"""The design deployed to an AWS emulator on this machine, and compared with the document.

The emulator is ministack. It has an environment of its own, `.venv-emulator`, and everything in
`extension/` runs there; the rest runs in the project's, with the real CDK CLI and boto3.
"""
