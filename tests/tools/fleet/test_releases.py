"""Releases in the model of ECS: a good one stays, a slow one is taken back."""

import asyncio
import shutil

import pytest

from tools.fleet.fleet import COLUMNS, TASKS, fleet
from tools.fleet.releases import Deployment, bad_release
from tools.fleet.service import QUICK
from tools.loadtest import report

pytestmark = [
    pytest.mark.long,
    pytest.mark.external,
    pytest.mark.serial,
    pytest.mark.skipif(not shutil.which("haproxy"), reason="no HAProxy on this machine"),
]


def test_a_slow_release_is_rolled_back() -> None:
    result = asyncio.run(bad_release("rolling", QUICK, "slow"))
    assert not result.failures, report.text(0, result, COLUMNS)


def test_a_good_canary_takes_over_without_a_lost_request() -> None:
    async def drill() -> None:
        async with fleet(QUICK) as here:
            old = list(here.service.tasks)
            async with here.under_load():
                deployment = Deployment(here, "canary")
                await deployment.roll(None)
            tasks = set(here.service.tasks)  # in the order in which they were ready
            assert tasks == set(deployment.new)
            assert len(tasks) == TASKS
            assert not tasks & set(old)
            assert not here.result("a good release").failures

    asyncio.run(drill())
