"""The drills of `make fleet` with shorter times."""

import subprocess
import sys

import pytest

from tools.fleet import namespaces
from tools.fleet.__main__ import DRILLS

pytestmark = [
    pytest.mark.slow,
    pytest.mark.external,
    pytest.mark.serial,
    pytest.mark.skipif(bool(namespaces.missing()), reason=namespaces.missing()),
]

_LONG = (3, 5)
"""What the control and the canary show too."""


@pytest.mark.parametrize(
    "number",
    [pytest.param(number, marks=pytest.mark.long if number in _LONG else ()) for number in DRILLS],
)
def test_only_what_had_to_fail_failed_and_no_acknowledged_write_is_lost(number: int) -> None:
    command = [sys.executable, "-m", "tools.fleet", "--short", str(number)]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
