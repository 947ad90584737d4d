"""The next steps past one database and one region: a paragraph and a picture each.

From AWS's documentation: the Aurora user guide (reader endpoints; "Requirements and considerations"
and "Creating a DB cluster" of Limitless Database), the Aurora DSQL user guide ("Concurrency
control", "Cluster quotas and database limits", "Unsupported PostgreSQL features"), CloudFront's
developer guide, and Global Accelerator's pricing page.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from textwrap import fill

from infra.cost import book
from tools.capacity.balancer import response_bytes
from tools.capacity.measured import Measured
from tools.capacity.readers import LIKE, LIST, MINUTES, Demand, by_minute
from tools.capacity.report.pictures import diagram
from tools.capacity.settings import lists

LIMITLESS_UNITS = 16
"""ACUs: the least that a shard group has."""

ACCELERATOR_HOUR, ACCELERATOR_GIGABYTE = 0.025, 0.010
"""US dollars, and for a GB from Asia to Asia, beside the usual price of data."""

BUSY = 100_000_000
"""Readers a day at which a step's figure is given."""


@dataclass(frozen=True)
class Step:
    """A paragraph and its picture."""

    name: str
    file: str
    words: str
    picture: str

    @property
    def text(self) -> str:
        """The paragraph in lines."""
        return fill(self.words, 100)


def steps(measured: Measured) -> Iterator[Step]:
    busiest = 60 * by_minute().index(max(by_minute()))
    yield _readers(measured)
    yield _likes(Demand(BUSY).rates(busiest)[LIKE])
    yield _cloudfront(busiest)
    yield _regions(measured)


def _readers(measured: Measured) -> Step:
    reads = lists(BUSY)
    return Step(
        "Aurora readers for lists",
        "aurora-readers",
        f"At {BUSY:,} readers a day, {reads:,.0f} lists a second would take "
        f"{reads * measured.read:.1f} cores of the database if each were read on its own; requests "
        "that wait in one task share a read, so they only slow each other. Lists can go to the "
        "cluster's reader endpoint, up to 15 readers; `AURORA_READER=on` already runs one, as the "
        "standby. In the code: `app_contract.DATABASE_SECRETS` gets the reader's host, "
        "`storage/database.py` a second pool for `favorites/store.py`. A reader is milliseconds "
        "behind, and the contract says that a view of favorites is never older than its request: a "
        "visitor's own list stays at the writer, or the contract changes.",
        diagram(
            "Aurora readers",
            [
                [("tasks", "two pools", False)],
                [("writer", "likes, own lists", False), ("readers", "public lists", True)],
                [("Aurora storage", "shared", False)],
            ],
            [
                ((0, 0), (1, 0), "likes"),
                ((0, 0), (1, 1), "lists"),
                ((1, 0), (2, 0), ""),
                ((1, 1), (2, 0), ""),
            ],
        ),
    )


def _likes(likes: float) -> Step:
    unit = float(book.load()["aurora-acu"].usd)
    least = LIMITLESS_UNITS * unit * 24
    return Step(
        "Aurora Limitless or Aurora DSQL for likes",
        "likes",
        f"One database writes all likes: {likes:,.0f} a second at {BUSY:,} readers. Limitless "
        f"spreads a sharded table over at least {LIMITLESS_UNITS} ACU: from {least:,.0f} US "
        "dollars a day at Serverless v2's price (I/O-Optimized, its own, is higher). "
        "`favorite_likes` is sharded by `visitor`, `favorites` is a reference table; the batch of "
        "`favorites/statements.py`, which locks the favorites and adds to their count, would be a "
        "distributed transaction, so the count moves out of it: added up every few seconds. "
        "DSQL has no servers to size and 10,000 connections, but no foreign keys and no sequences, "
        "at most 3,000 changed rows in a transaction, and optimistic concurrency: two tasks that "
        "like one favorite conflict (SQLSTATE 40001). So likes become insert-only rows with UUIDs, "
        "the count the same sum, and `storage/batching.py` repeats a batch that conflicted. With "
        "either, `likes` in a response is no longer the count with this like in it.",
        diagram(
            "Likes in shards",
            [
                [("tasks", "batches of 1,000", False)],
                [("routers", "Limitless or DSQL", True), ("Aurora", "favorites, lists", False)],
                [("shard 1", "likes by visitor", True), ("shard n", "likes by visitor", True)],
            ],
            [
                ((0, 0), (1, 0), "likes"),
                ((0, 0), (1, 1), "lists"),
                ((1, 0), (2, 0), ""),
                ((1, 0), (2, 1), ""),
            ],
        ),
    )


def _cloudfront(busiest: float) -> Step:
    plain, behind = (Demand(1e7, cdn=cdn) for cdn in (False, True))
    sent, left = sum(plain.rates(busiest)), sum(behind.rates(busiest))
    rest = behind.rates(busiest)
    return Step(
        "CloudFront",
        "cloudfront",
        f"`CDN=on` is there: of {sent:,.0f} requests a second in the busiest minute of ten million "
        f"readers, {left:,.0f} reach the tasks, {rest[LIKE] + rest[LIST]:,.0f} of them likes and "
        "lists, which are never cached. In the code nothing changes: the pages carry `s-maxage`. "
        "Next would be Origin Shield, one cache for all regional ones, once readers are abroad; "
        "and lists that may be a second old (`s-maxage=1` on the public first page), which changes "
        "the contract. It costs more than it saves, because pages are small and CloudFront charges "
        "for each request; what it buys is the minute on television.",
        diagram(
            "CloudFront",
            [
                [("readers", f"{sent:,.0f}/s at seven", False)],
                [("CloudFront", "pages and files", True)],
                [("balancer", "internal", False)],
                [("tasks", "2 to 10", False)],
            ],
            [
                ((0, 0), (1, 0), "HTTPS"),
                ((1, 0), (2, 0), f"{left:,.0f}/s"),
                ((2, 0), (3, 0), ""),
            ],
        ),
    )


def _regions(measured: Measured) -> Step:
    demand = Demand(1e7)
    sizes = response_bytes(measured)
    size = sum(
        60 * amount * each
        for minute in range(MINUTES)
        for amount, each in zip(demand.rates(60 * minute), sizes, strict=True)
    )
    cost = 24 * ACCELERATOR_HOUR + size / 1e9 * ACCELERATOR_GIGABYTE
    return Step(
        "Global Accelerator and a second region",
        "two-regions",
        "Two fixed addresses lead to the nearest healthy region, without waiting for DNS: "
        f"{cost:,.2f} US dollars a day for ten million readers, beside the usual data price, and a "
        "second service. The pages need nothing: they are a function of the date. The database is "
        "an Aurora Global Database: one region writes, the other forwards its writes or shows "
        "likes as read-only. In the code: `infra/config.py`'s `REGION` and `ZONES` become those of "
        "a deployment, as `ENVIRONMENT` is today; the cookie keys are replicated by Secrets "
        "Manager, or a visitor would lose their likes by moving; `make deploy` releases one region "
        "after the other. With `CDN=on`, an origin group of CloudFront does the same for reads.",
        diagram(
            "Two regions",
            [
                [("readers", "two addresses", False)],
                [("Global Accelerator", "health of both", True)],
                [("Tokyo", "balancer, tasks", False), ("Osaka", "balancer, tasks", True)],
                [("Aurora, primary", "writes", False), ("Aurora, secondary", "reads", True)],
            ],
            [
                ((0, 0), (1, 0), ""),
                ((1, 0), (2, 0), ""),
                ((1, 0), (2, 1), ""),
                ((2, 0), (3, 0), ""),
                ((2, 1), (3, 1), ""),
                ((3, 0), (3, 1), ""),
            ],
        ),
    )
