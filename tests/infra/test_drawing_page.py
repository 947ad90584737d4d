"""The drawing has no arrow of its own, in any variant."""

from infra.product import PRODUCT
from ishizue_ops.template import Design
from ishizue_ops.testing.drawn import unfounded


def test_no_arrow_of_any_variant_is_missing_in_its_template(design: Design) -> None:
    assert [*unfounded(design, PRODUCT)] == []
