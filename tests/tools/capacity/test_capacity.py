"""What `make capacity` computes: a case that can be done by hand, and its page."""

import pytest

from tools.capacity import __main__ as capacity
from tools.capacity.readers import PAGE
from tools.capacity.service import Variant, costs


def test_a_task_is_full_of_as_many_pages_as_their_cost_says() -> None:
    """Half a core: a vCPU is a hyperthread. At less use each takes up to three times as much."""
    full = (1 / costs()[PAGE], 0, 0, 0, 0)
    service = Variant(cdn=False)
    assert service.tasks(full, use=1) == pytest.approx(1 / 0.5)
    assert service.tasks(full, use=0.5) == pytest.approx((1 + 2 * 0.5) / (0.5 * 0.5))


def test_the_page_has_the_tables_and_the_picture_that_are_computed() -> None:
    page = capacity.PAGE.read_text(encoding="utf-8")
    assert capacity.filled(page) == page, "run `make capacity`"
    assert capacity.drawn() == capacity.PICTURE.read_text(encoding="utf-8"), "run `make capacity`"
