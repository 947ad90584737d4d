"""The drills of `make fleet` with shorter times."""

import subprocess
import sys

import pytest

from ishizue_ops.fleet import namespaces

pytestmark = [
    pytest.mark.slow,
    pytest.mark.external,
    pytest.mark.serial,
    pytest.mark.skipif(bool(namespaces.missing()), reason=namespaces.missing()),
]


# 4, the control, and 6, the canary, show what 3 and 5 show too.
@pytest.mark.parametrize("numbers", ["1 2 4 6", pytest.param("3 5", marks=pytest.mark.long)])
def test_only_what_had_to_fail_failed_and_no_acknowledged_write_is_lost(numbers: str) -> None:
    command = [sys.executable, "-m", "ishizue_ops.fleet", "--short", *numbers.split()]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
