"""What ministack lacks of the types and calls of this design, registered before it serves.

Runs in `.venv-emulator` as a top-level package. It uses private names of ministack, whose version
`pyproject.toml` pins therefore.
"""
