"""SVG paths as polylines, because Pillow draws no curves."""

import re
from collections.abc import Iterator
from math import atan2, cos, hypot, pi, radians, sin, sqrt, tau
from typing import Final

Point = tuple[float, float]

_TOKENS: Final = re.compile(r"[A-Za-z]|[-+]?(?:\d*\.\d+|\d+)(?:[eE][-+]?\d+)?")
_TAKES: Final = {"M": 2, "L": 2, "H": 1, "V": 1, "C": 6, "S": 4, "A": 7, "Z": 0}
_STEPS: Final = 64  # for each curve


def lines(path: str) -> list[list[Point]]:
    """The points of each subpath; a closed one ends at its first point.

    Supports M, L, H, V, C, S, A and Z, absolute and relative. Raises ValueError for others.
    """
    subpaths: list[list[Point]] = []
    at = (0.0, 0.0)
    control = None
    for command, numbers in _commands(path):
        x, y = at
        kind = command.upper()
        given = numbers if command == kind else _absolute(kind, numbers, at)
        control_before, control = control, None
        if kind == "M":
            subpaths.append([(given[0], given[1])])
        elif kind == "Z":
            subpaths[-1].append(subpaths[-1][0])
            subpaths.append([subpaths[-1][0]])  # the next subpath begins there
        elif kind in ("L", "H", "V"):
            subpaths[-1].append((x if kind == "V" else given[0], y if kind == "H" else given[-1]))
        elif kind == "A":
            subpaths[-1] += _arc(at, given)
        else:
            if kind == "S":
                mirrored_x, mirrored_y = control_before or at
                given = [2 * x - mirrored_x, 2 * y - mirrored_y, *given]
            control = (given[2], given[3])
            subpaths[-1] += _cubic(at, given)
        at = subpaths[-1][-1]
    return [line for line in subpaths if len(line) > 1]


def _commands(path: str) -> Iterator[tuple[str, list[float]]]:
    """Each command with its numbers. A repeated command's letter may be missing.

    An arc's flags may lack the space after them.
    """
    tokens = _TOKENS.findall(path)
    command = ""
    while tokens:
        if tokens[0].isalpha():
            command = tokens.pop(0)
            if command.upper() not in _TAKES:
                raise ValueError(f"unsupported path command {command}")
        elif command.upper() in ("", "Z"):
            raise ValueError(f"expected a path command, not {tokens[0]}")
        numbers = []
        for n in range(_TAKES[command.upper()]):
            token = tokens.pop(0)
            if command.upper() == "A" and n in (3, 4) and len(token) > 1:
                tokens.insert(0, token[1:])
                token = token[0]
            numbers.append(float(token))
        yield command, numbers
        command = {"M": "L", "m": "l"}.get(command, command)


def _absolute(kind: str, numbers: list[float], at: Point) -> list[float]:
    if kind == "H":
        return [at[0] + numbers[0]]
    if kind == "V":
        return [at[1] + numbers[0]]
    if kind == "A":
        return [*numbers[:5], at[0] + numbers[5], at[1] + numbers[6]]
    return [number + at[n % 2] for n, number in enumerate(numbers)]


def _cubic(start: Point, numbers: list[float]) -> list[Point]:
    (x0, y0), (x1, y1, x2, y2, x3, y3) = start, numbers
    points = []
    for step in range(1, _STEPS + 1):
        t = step / _STEPS
        a, b, c, d = (1 - t) ** 3, 3 * t * (1 - t) ** 2, 3 * t * t * (1 - t), t**3
        points.append((a * x0 + b * x1 + c * x2 + d * x3, a * y0 + b * y1 + c * y2 + d * y3))
    return points


def _arc(start: Point, numbers: list[float]) -> list[Point]:
    """From the endpoints of an arc to its center and angles: SVG 2, B.2.4."""
    rx, ry, rotation, large, sweep, x, y = numbers
    turn = radians(rotation)
    dx, dy = (start[0] - x) / 2, (start[1] - y) / 2
    px, py = cos(turn) * dx + sin(turn) * dy, -sin(turn) * dx + cos(turn) * dy
    scale = max(1.0, hypot(px / rx, py / ry))  # enlarge radii that are too small
    rx, ry = rx * scale, ry * scale
    reach = (px / rx) ** 2 + (py / ry) ** 2
    factor = sqrt(max(0.0, 1 / reach - 1)) * (-1 if large == sweep else 1) if reach else 0.0
    cx, cy = factor * rx * py / ry, -factor * ry * px / rx
    middle_x = cos(turn) * cx - sin(turn) * cy + (start[0] + x) / 2
    middle_y = sin(turn) * cx + cos(turn) * cy + (start[1] + y) / 2
    first = atan2((py - cy) / ry, (px - cx) / rx)
    angle = (atan2((-py - cy) / ry, (-px - cx) / rx) - first) % tau
    if not sweep:
        angle -= tau
    steps = max(2, round(_STEPS * abs(angle) / pi))
    angles = (first + angle * step / steps for step in range(1, steps + 1))
    ellipse = ((rx * cos(at), ry * sin(at)) for at in angles)
    return [
        (middle_x + cos(turn) * ex - sin(turn) * ey, middle_y + sin(turn) * ex + cos(turn) * ey)
        for ex, ey in ellipse
    ]
