"""What a simulated day costs, by the price book and the charges of `make cost`."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from infra.cost import book, cdn
from infra.cost.charge import Line, Month
from infra.cost.charges import charges
from infra.cost.usage import HOURS, LOGS, REQUESTS
from tools.capacity.balancer import Balancer, response_bytes
from tools.capacity.design import ACU_VCPU, VCPU, Deployment
from tools.capacity.measured import Measured
from tools.capacity.model import Day
from tools.capacity.readers import MINUTES, Demand

DAYS = Decimal(HOURS) / 24
"""In a month of the price book: CloudFront's price has monthly tiers."""

CREDITS = 12
"""CPU credits that a db.t3.micro earns in an hour: a vCPU's minute each. RDS runs T3 in unlimited
mode, and charges what a day uses beyond."""

_LOGGED = ("log-ingestion", "log-storage", "nat-gateway-data")

PARTS = ("tasks", "delivery", "logs", "balancer", "database", "all else")


@dataclass(frozen=True)
class Bill:
    """US dollars a day, by part."""

    parts: Mapping[str, float]

    @property
    def total(self) -> float:
        return sum(self.parts.values())


def bill(deployment: Deployment, demand: Demand, day: Day, measured: Measured) -> Bill:
    """An ordinary day, as one of a month of such days."""
    prices = book.load()
    month = charges(Month(deployment.template()))
    tasks = [charge for charge in month if charge.line is Line.FARGATE]
    task_hour = sum(
        charge.quantity / charge.count / HOURS * prices[charge.key].usd for charge in tasks
    )
    minutes = range(MINUTES)
    sent = [60 * sum(each) for each in zip(*(demand.sent(60 * m) for m in minutes), strict=True)]
    served = 60 * sum(sum(demand.rates(60 * minute)) for minute in minutes)
    sizes = response_bytes(measured)
    gigabytes = Decimal(sum(n * size for n, size in zip(sent, sizes, strict=True)) / 1e9)
    if deployment.cdn:
        delivery = cdn.delivery(prices, gigabytes * DAYS, Decimal(sum(sent)) * DAYS) / DAYS
    else:
        delivery = prices["internet-egress"].cost(gigabytes * DAYS) / DAYS
    logs = Decimal(served) * LOGS.value / REQUESTS.value
    parts = {
        "tasks": Decimal(sum(day.tasks) * day.step / 3600) * task_hour,
        "delivery": delivery,
        # They leave through the NAT gateway, and are kept for a month.
        "logs": logs * sum(prices[key].usd for key in _LOGGED),
        "balancer": Decimal(Balancer(demand, measured).hours()) * prices["alb-lcu"].usd,
        "database": _database(deployment, day, prices),
        "all else": deployment.fixed(),
    }
    return Bill({part: float(parts[part]) for part in PARTS})


def credits_used(day: Day) -> float:
    """CPU credits of a db.t3.micro: minutes of a vCPU."""
    return sum(day.database) * day.step / VCPU / 60


def surplus(day: Day) -> float:
    """vCPU-hours beyond the credits that it earns in a day."""
    return max(0.0, credits_used(day) - 24 * CREDITS) / 60


def _database(deployment: Deployment, day: Day, prices: book.Book) -> Decimal:
    """What the database costs with its load: Aurora's units, or a T3's surplus credits."""
    if deployment.database == "aurora":
        instances = [
            charge for charge in charges(Month(deployment.template())) if charge.key == "aurora-acu"
        ]
        hours = sum(day.database_size) * day.step / 3600 / (ACU_VCPU * VCPU)
        return Decimal(hours * len(instances)) * prices["aurora-acu"].usd
    return Decimal(surplus(day)) * prices["rds-t3-credits"].usd
