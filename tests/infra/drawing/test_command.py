"""What `make diagram` would write is in docs."""

from pathlib import Path

import pytest

from infra.drawing import __main__ as diagram
from infra.product import DATABASE
from infra.template import load
from tests.infra.conftest import Assembly

ROOT = Path(__file__).parents[3]


@pytest.mark.parametrize("suffix", [".drawio", ".svg"])
def test_the_drawing_in_docs_is_up_to_date(assembly: Assembly, suffix: str) -> None:
    file = ROOT / "docs" / f"{diagram.NAME}{suffix}"
    drawn = diagram.draw(load(assembly(DATABASE, "example.com")))[suffix]
    assert file.read_bytes() == drawn, "run make diagram"
