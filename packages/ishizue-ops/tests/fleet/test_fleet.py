"""The drills of `make fleet` with shorter times."""

import sys

import pytest

from ishizue.testing.processes import printed

pytestmark = [
    pytest.mark.slow,
    pytest.mark.serial,
    pytest.mark.usefixtures("in_the_bookshelf"),
]


# 4, the control, shows what 3 shows too.
@pytest.mark.parametrize("numbers", ["1 2 4", pytest.param("3", marks=pytest.mark.long)])
def test_only_what_had_to_fail_failed_and_no_acknowledged_write_is_lost(numbers: str) -> None:
    printed(sys.executable, "-m", "ishizue_ops.fleet", "--short", *numbers.split(), timeout=None)
