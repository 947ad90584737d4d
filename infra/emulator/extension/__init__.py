"""What ministack lacks for our template, registered before it serves.

Runs in `.venv-emulator`, from its parent folder as a package by itself. It touches names that
ministack keeps private, so it holds for one version only and checks that first. A handler of ours
calls the emulator's own API wherever there is one, and keeps a record by itself only for
Application Auto Scaling, which has none.
"""

VERSION = "1.5.33"
"""The ministack that these handlers were written for."""
