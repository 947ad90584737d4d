"""Nothing overlaps, everything is inside its parent, and no line crosses a text."""

from itertools import combinations, pairwise, product

from infra.drawing.picture import (
    PLAIN,
    Badge,
    Group,
    Icon,
    Picture,
    Point,
    Rect,
    Shape,
    Text,
    text_width,
)
from tests.infra.drawing.reading import badges

Ink = tuple[str, Rect]


def ink(picture: Picture) -> list[Ink]:
    """Icons, texts, discs, and the icons in the corners of frames."""
    found: list[Ink] = []
    for shape in picture.shapes:
        match shape:
            case Icon():
                found += [(shape.id, shape.rect), (f"{shape.id} (label)", shape.label_rect)]
            case Text() | Badge():
                found.append((shape.id, shape.rect))
            case Group():
                if shape.lines:
                    found.append((f"{shape.id} (title)", shape.title_rect))
                if shape.kind not in PLAIN:
                    corner = Rect(shape.rect.x, shape.rect.y, 26, 26)
                    found.append((f"{shape.id} (corner)", corner))
    return found


def ancestors(picture: Picture, shape: Shape) -> set[str]:
    by_id, found, at = picture.by_id(), set(), shape.parent
    while at in by_id:
        found.add(at)
        at = by_id[at].parent
    return found


def test_nothing_overlaps(picture: Picture) -> None:
    for (one, here), (other, there) in combinations(ink(picture), 2):
        assert not here.overlaps(there), f"{one} on {other}"


def test_frames_are_inside_their_parents_and_do_not_overlap(picture: Picture) -> None:
    groups = [one for one in picture.shapes if isinstance(one, Group)]
    for group in groups:
        assert picture.rect(group.parent).contains(group.rect), group.id
    for one, other in combinations(groups, 2):
        related = one.id in ancestors(picture, other) or other.id in ancestors(picture, one)
        assert related or not one.rect.overlaps(other.rect), f"{one.id} on {other.id}"


def test_texts_and_icons_fit_inside_their_parents(picture: Picture) -> None:
    on_lines = {line.id for line in picture.lines}
    for shape in picture.shapes:
        if shape.parent in on_lines:
            continue
        parent = picture.rect(shape.parent)
        assert parent.contains(shape.rect), shape.id
        match shape:
            case Icon():
                assert parent.contains(shape.label_rect), f"{shape.id}: {shape.lines}"
            case Group():
                assert shape.rect.contains(shape.title_rect), f"{shape.id}: {shape.lines}"
            case Text():
                widest = max(text_width(line, shape.size) for line in shape.lines)
                assert widest <= shape.rect.width, f"{shape.id}: {shape.lines}"


def test_texts_and_icons_are_in_no_other_frame(picture: Picture) -> None:
    on_lines = {line.id for line in picture.lines}
    frames = [one for one in picture.shapes if isinstance(one, Group)]
    others = [one for one in picture.shapes if one not in frames and one.parent not in on_lines]
    for shape, frame in product(others, frames):
        if frame.id not in ancestors(picture, shape):
            rects = [shape.rect, *([shape.label_rect] if isinstance(shape, Icon) else [])]
            assert not any(map(frame.rect.overlaps, rects)), f"{shape.id} in {frame.id}"


def test_every_line_ends_on_the_borders_of_its_shapes(picture: Picture) -> None:
    for line in picture.lines:
        if line.id.startswith("sample-"):
            assert not line.source
            assert not line.target
            continue
        for name, point in ((line.source, line.points[0]), (line.target, line.points[-1])):
            assert on_border(picture.rect(name), point), f"{line.id} at {name}"


def on_border(rect: Rect, point: Point) -> bool:
    x, y = point
    across = rect.x <= x <= rect.right and y in (rect.y, rect.bottom)
    return across or (rect.y <= y <= rect.bottom and x in (rect.x, rect.right))


def test_lines_are_orthogonal_and_cross_no_icon_and_no_text(picture: Picture) -> None:
    for line in picture.lines:
        own = {shape.id for shape in picture.children(line.id)}
        for start, end in pairwise(line.points):
            assert start[0] == end[0] or start[1] == end[1], line.id
            for name, rect in ink(picture):
                if name not in own:
                    assert not rect.overlaps(strip(start, end)), f"{line.id} over {name}"


def strip(start: Point, end: Point) -> Rect:
    """A segment as a rectangle two pixels wide, without its ends on borders."""
    (left, right), (top, bottom) = sorted((start[0], end[0])), sorted((start[1], end[1]))
    if left == right:
        return Rect(left - 1, top + 0.1, 2, bottom - top - 0.2)
    return Rect(left + 0.1, top - 1, right - left - 0.2, 2)


def test_the_lines_of_the_flows_may_cross_but_never_overlap(picture: Picture) -> None:
    strips = [
        (line.id, strip(*ends))
        for line in picture.lines
        if line.style in ("page", "data")
        for ends in pairwise(line.points)
    ]
    for (one, here), (other, there) in combinations(strips, 2):
        across = min(here.right, there.right) - max(here.x, there.x)
        down = min(here.bottom, there.bottom) - max(here.y, there.y)
        assert one == other or min(across, down) <= 0 or max(across, down) <= 2, (one, other)


def test_a_disc_is_on_its_line(picture: Picture) -> None:
    lines = {line.id: line for line in picture.lines}
    on_lines = [one for one in badges(picture) if one.parent in lines]
    assert on_lines
    for badge in on_lines:
        line, (x, y) = lines[badge.parent], badge.rect.center
        assert line.style == badge.style
        assert any(
            strip(start, end).contains(Rect(x - 0.5, y - 0.5, 1, 1))
            for start, end in pairwise(line.points)
        ), badge.id
