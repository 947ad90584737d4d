"""What is drawn is the template's, and the .drawio is editable."""

from xml.etree import ElementTree as ET

import pytest
from tests.photos import photos
from tests.working import designed

from infra.product import PRODUCT
from ishizue_ops.drawing import __main__ as diagram
from ishizue_ops.drawing import contents
from ishizue_ops.template import Design
from ishizue_ops.testing.designs import Designs
from ishizue_ops.testing.drawn import unfounded
from ishizue_ops.testing.edit import change, edited

WORDS = PRODUCT.words


@pytest.fixture(scope="module")
def documented(designs: Designs) -> Design:
    return designs("rds", "example.com")


def draw(design: Design) -> dict[str, bytes]:
    return diagram.draw(design, PRODUCT)


def cells(design: Design) -> set[str]:
    """The ids of what is in the .drawio file."""
    root = ET.fromstring(draw(design)[".drawio"]).find("diagram/mxGraphModel/root")
    assert root is not None
    ids = {cell.attrib["id"] for cell in root}
    assert len(ids) == len(root), "duplicate ids"
    return ids


def test_what_is_there_once_or_twice_is_drawn_so(designs: Designs, documented: Design) -> None:
    two = cells(designs("rds", "example.com", NAT_GATEWAYS="2"))
    assert {"nat-2", "task-2 nat-2", "nat-2 igw"} <= two
    assert "task-2 nat-1" not in two
    assert {"db-2", "db-1 db-2", "legend-between"} <= cells(documented)
    single = edited(documented, change("AWS::RDS::DBInstance", MultiAZ=False))
    assert not {"db-2", "db-1 db-2", "legend-between", "sample-between"} & cells(single)
    off = change("AWS::ECR::Repository", ImageScanningConfiguration={"ScanOnPush": False})
    assert WORDS.scanned not in draw(edited(documented, off))[".svg"].decode()


def test_each_arrow_is_the_templates_and_each_icon_in_the_picture_once(
    designs: Designs, documented: Design
) -> None:
    cdn = designs("none", "example.com", CDN="on", WAF="on")
    others = [designed(each, "DATABASE=none")[1] for each in ("alone", "after")]
    for design in (documented, cdn, *others):
        assert [*unfounded(design, PRODUCT)] == []
        root = ET.fromstring(draw(design)[".svg"])
        symbols = [each.attrib["id"] for each in root.iter("{http://www.w3.org/2000/svg}symbol")]
        used = {each.attrib["href"][1:] for each in root.iter("{http://www.w3.org/2000/svg}use")}
        assert sorted(symbols) == sorted(used)


def test_what_has_no_place_stands_beside_by_name_and_points_where_it_refers_to(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A CloudFront of the service's own is not the one before the load balancer."""
    design = photos()
    shapes, picture = cells(design), draw(design)[".svg"].decode()
    for text in (
        "S3 Bucket Uploads",
        "SQS Queue Events",
        "CloudFront Distribution Cdn → Uploads",
        f"ECS Service WorkerDeliver: {WORDS.tasks.format(1, 3)}",
        "ECS Service WorkerMailOut",
        "Scheduler Schedule JobPurge: cron(30 3 * * ? *) Asia/Tokyo",
    ):
        assert f">{text}</text>" in picture
    assert not {"cloudfront", "users cloudfront", "cloudfront alb"} & shapes
    assert "Policy" not in picture
    assert [*unfounded(design, PRODUCT)] == []
    monkeypatch.setattr(contents, "_beside", lambda *_: ["SQS Queue Events → Uploads"])
    assert [*unfounded(design, PRODUCT)] == ["an arrow from SQS Queue Events to Uploads"]
