"""What the tests of a running emulator need."""

import pytest

from ishizue_ops.emulator import process

needs_emulator = pytest.mark.skipif(
    not process.PYTHON.exists(), reason="the emulator is not installed: make test-all installs it"
)
