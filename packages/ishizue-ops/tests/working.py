"""The service of the tests with workers and a job, and its design."""

from dataclasses import replace
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from infra.product import PRODUCT
from ishizue_ops.config import Config, read
from ishizue_ops.product import Product, ScheduledJob, Worker
from ishizue_ops.synth import synthesize
from ishizue_ops.template import Design, load

DELIVER = Worker(
    name="deliver", command=("work",), cpu=512, memory=1024, max_tasks=3, metric="Pending"
)
MAIL = Worker(name="mail-out", command=("mail",), connections=2)
PURGE = ScheduledJob(
    name="purge", command=("purge",), schedule="cron(30 3 * * ? *)", time_zone="Asia/Tokyo"
)


def working(*, web: bool = True) -> Product:
    """The service with two workers and a job, or these alone."""
    return replace(PRODUCT, web=web, workers=(DELIVER, MAIL), jobs=(PURGE,))


@cache
def designed(product: str, *settings: str) -> tuple[Config, Design]:
    """The design `with` all of them, of these `alone`, `without` them, or `after` the last one."""
    chosen = {
        "with": working(),
        "alone": working(web=False),
        "without": PRODUCT,
        "after": replace(PRODUCT, jobs=()),
    }
    config = read(dict(setting.split("=") for setting in settings), chosen[product])
    with TemporaryDirectory() as folder:
        return config, load(synthesize(config, Path(folder, "cdk.out")))
