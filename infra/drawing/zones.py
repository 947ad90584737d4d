"""The zones with their subnets, tasks and database, and the service that spans them."""

from infra.checks.security_groups import ANYWHERE
from infra.checks.topology import INTERNET_GATEWAY
from infra.drawing import grid, words
from infra.drawing.facts import Database, Facts, Subnet
from infra.drawing.grid import Column, Rows, flows, short, spine
from infra.drawing.picture import Badge, Group, Icon, Line, Pieces, Point


def _route(subnet: Subnet) -> str:
    if subnet.route is None:
        return words.NO_ROUTE
    gateway, _, zone = subnet.route.partition(" in ")
    name = "Internet Gateway" if gateway == INTERNET_GATEWAY else "NAT Gateway"
    return f"{ANYWHERE} → {name}" + (f" ({short(zone)})" if zone else "")


def zone(column: Column, facts: Facts) -> Pieces:
    """A zone's frame, its two subnets and what is in them."""
    key, rows = column.key, Rows(facts)
    public = column.rect(10, rows.public, grid.PUBLIC_HEIGHT)
    private = column.rect(10, rows.private, rows.private_height)
    frame = column.rect(0, rows.zones, private.bottom + 10 - rows.zones)
    yield Group(
        f"zone-{key}",
        "vpc",
        frame,
        "zone",
        (f"Availability Zone {column.zone.name}",),
        column.outward,
    )
    for kind, name, subnet, rect in (
        ("public", "Public Subnet", column.zone.public, public),
        ("private", "Private Subnet", column.zone.private, private),
    ):
        title = (f"{name} {subnet.cidr}", _route(subnet))
        yield Group(f"{kind}-{key}", f"zone-{key}", rect, kind, title, column.outward)
    if column.zone.public.nat:
        place = column.from_outer(grid.OUTER, rows.public + grid.TITLE)
        label = ("NAT", "Gateway")
        yield Icon(f"nat-{key}", f"public-{key}", place, "nat", label, column.inward)
    yield from _node(column, facts)
    yield from _task(column, facts)


def _node(column: Column, facts: Facts) -> Pieces:
    """The load balancer's node in the zone."""
    key, nodes = column.key, Rows(facts).nodes
    place = column.from_inner(grid.INNER, nodes)
    label, home = words.ALB_NODE, "private" if facts.cdn else "public"
    yield Icon(f"alb-{key}", f"{home}-{key}", place, "alb", label, column.outward)
    middle = place.center[1]
    near, far = column.facing(spine(nodes)), column.inner_edge(place)
    for style, aside in flows(facts):
        ends = ((near, middle + aside), (far, middle + aside))
        yield Line(f"{style}-alb-{key}", style, ends, "alb", f"alb-{key}")


def _task(column: Column, facts: Facts) -> Pieces:
    key, rows = column.key, Rows(facts)
    parent, middle = f"task-{key}", rows.task + grid.TASK_HEIGHT / 2
    yield Group(parent, f"private-{key}", column.rect(20, rows.task, grid.TASK_HEIGHT), "task")
    size = (f"{facts.cpu_units / 1024:g} vCPU", f"{facts.memory_mib / 1024:g} GB")
    fargate = column.from_outer(grid.OUTER, middle - grid.ICON / 2)
    yield Icon(f"fargate-{key}", parent, fargate, "fargate", (words.TASK, *size), column.inward)
    place = column.from_inner(grid.INNER, middle - grid.ICON / 2)
    label = (words.CONTAINER, facts.container, words.port(facts.port))
    yield Icon(f"container-{key}", parent, place, "container", label, column.outward)
    beside = column.beside(place)
    on_way = rows.task - 22 if facts.cdn else rows.private - 29
    step = 4 if facts.cdn else 3
    for style, aside in flows(facts):
        x = place.center[0] + aside
        ends = ((x, rows.nodes + grid.ICON), (x, place.y))
        yield Line(f"{style}-task-{key}", style, ends, f"alb-{key}", f"container-{key}")
        yield Badge.at(f"{style}-task-{key}", style, step, (x, on_way), f"-{key}")
    yield Badge.at(parent, "page", step + 1, (beside, middle - 22), f"-{key}")
    yield Badge.at(parent, "page", step + 2, (beside, middle), f"-{key}")
    if facts.database:
        yield Badge.at(parent, "data", step + 3, (beside, middle + 22), f"-{key}")


def cluster(facts: Facts, columns: tuple[Column, ...]) -> Pieces:
    """The service, which manages the tasks of both zones."""
    task = Rows(facts).task
    middle = task + grid.TASK_HEIGHT / 2
    place = spine(middle - grid.ICON / 2)
    label = (
        "ECS Cluster",
        words.SERVICE,
        *words.scaling(facts.least_tasks, facts.most_tasks, facts.cpu_target, facts.memory_target),
    )
    yield Icon("ecs", "vpc", place, "ecs", label, "above")
    for column in columns:
        box = column.rect(20, task, grid.TASK_HEIGHT)
        ends = ((column.facing(place), middle), (column.inner_edge(box), middle))
        yield Line(f"ecs-task-{column.key}", "manages", ends, "ecs", f"task-{column.key}")


def database(store: Database, facts: Facts, columns: tuple[Column, ...]) -> Pieces:
    """The primary is drawn in the first zone; on AWS it may be in either."""
    rows, step = Rows(facts), 5 if facts.cdn else 4
    product = "RDS for PostgreSQL" if store.kind == "rds" else "Aurora PostgreSQL"
    for column, role in zip(columns[: store.instances], words.ROLES[store.kind], strict=False):
        label = (
            f"{product} {store.version}",
            words.instance(role, store.size),
            words.data(encrypted=store.encrypted, backup_days=store.backup_days),
        )
        place = column.from_inner(grid.INNER, rows.database)
        parent = f"private-{column.key}"
        yield Icon(f"db-{column.key}", parent, place, store.kind, label, column.outward)
    first, second = columns
    main, target = first.from_inner(grid.INNER, rows.database), f"db-{first.key}"
    below = rows.task + grid.TASK_HEIGHT
    turn = below + 30
    for column in columns:
        start = column.from_inner(grid.INNER, rows.task + (grid.TASK_HEIGHT - grid.ICON) / 2)
        x, end = start.center[0], main.center[0]
        points: tuple[Point, ...] = ((x, start.bottom), (x, main.y))
        if column is not first:
            end += grid.APART
            points = ((x, start.bottom), (x, turn), (end, turn), (end, main.y))
        line = f"data-db-{column.key}"
        yield Line(line, "data", points, f"container-{column.key}", target)
        yield Badge.at(line, "data", step, (x, below + 14), f"-{column.key}")
    beside = (first.beside(main), main.y + 8)
    yield Badge.at(f"private-{first.key}", "data", step + 1, beside)
    if store.instances > 1:
        other, middle = second.from_inner(grid.INNER, rows.database), main.center[1] + 6
        ends = ((main.right, middle), (other.x, middle))
        yield Line("replica", "replica", ends, target, f"db-{second.key}")
