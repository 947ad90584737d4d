"""The command: one question's answer, questions that are refused, pictures, and what it prices."""

from dataclasses import replace
from xml.etree import ElementTree as ET

import pytest

from tools.capacity.__main__ import main
from tools.capacity.balancer import Balancer
from tools.capacity.bill import bill
from tools.capacity.design import Deployment
from tools.capacity.measured import load
from tools.capacity.model import simulate
from tools.capacity.outcomes import Outcome, television
from tools.capacity.readers import Demand
from tools.capacity.report import page, pictures
from tools.capacity.settings import limits, most_tasks

RDS = Deployment("rds", False)
MEASURED = load()


@pytest.fixture(scope="module")
def link() -> Outcome:
    return television(10_000_000, RDS, MEASURED)


@pytest.mark.parametrize(
    ("question", "complaint"),
    [
        (["--readers", "-5"], "--readers -5: from 1 to 10,000,000,000 a day"),
        (["--readers", "0"], "--readers 0: from 1 to 10,000,000,000 a day"),
        (["--readers", "many"], "--readers many: not a number"),
        (["--readers", "nan"], "--readers nan: from 1 to 10,000,000,000 a day"),
        (["--readers", "5", "--database", "mysql"], "--database mysql: rds, aurora or none"),
        (["--readers", "5", "--cdn", "maybe"], "--cdn maybe: on or off"),
        (["--database", "rds"], "--database and --cdn are for one question: add --readers"),
        (["--readers", "5", "--check"], "--check is not for one question: leave out --readers"),
    ],
)
def test_a_bad_question_is_one_line(
    question: list[str], complaint: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(question) == 2
    assert capsys.readouterr() == ("", f"capacity: {complaint}\n")


def test_the_answer_says_what_fails_and_what_it_costs(link: Outcome) -> None:
    text = page.answer(link, link)
    assert "tasks        2 to 7" in text
    assert "the tasks are saturated" in text
    assert "US dollars" in text


def test_what_fails_comes_in_its_order(link: Outcome) -> None:
    seconds = [event.second for event in link.events()]
    assert seconds == sorted(seconds)
    assert all(19.5 * 3600 <= second < 20 * 3600 for second in seconds)


def test_a_link_that_ten_million_know_loses_requests_but_none_behind_cloudfront(
    link: Outcome,
) -> None:
    behind = Demand(10_000_000, cdn=True, television=True)
    scenario = replace(
        link.scenario, demand=lambda second: behind.rates(link.begin + second), database=None
    )
    assert link.lost() > 0.3
    assert replace(link, day=simulate(scenario)).lost() == 0


@pytest.mark.parametrize("picture", ["readers", "television", "diagram"])
def test_a_picture_is_well_formed_and_always_the_same(picture: str, link: Outcome) -> None:
    def draw() -> str:
        if picture == "diagram":
            return pictures.diagram("Two", [[("a", "", True)], [("b & c", "", False)]], [])
        if picture == "television":
            return pictures.link_on_television(link)
        return pictures.readers_of_a_day()

    text = draw()
    assert text == draw()
    assert "nan" not in text
    root = ET.fromstring(text)
    assert root.find("{http://www.w3.org/2000/svg}title") is not None
    assert "prefers-color-scheme: dark" in text


def test_a_balancer_unit_is_the_largest_of_its_dimensions() -> None:
    """1,000 readers a second at seven: 40 units of new connections, 20 of active ones."""
    demand = Demand(1000 / (max(Demand(1).visits(420 * 60)) or 1))
    new, active, size = Balancer(demand, MEASURED).units(420 * 60)
    assert [new, active] == pytest.approx([40, 20])
    assert size > new
    assert Balancer(demand, MEASURED).peak()[1] == "bytes"


def test_ten_tasks_serve_five_times_the_readers_of_two_and_cloudfront_more() -> None:
    found = {(limit.tasks, limit.use, limit.cdn): limit.readers for limit in limits(MEASURED)}
    assert found[10, 1.0, False] == pytest.approx(5 * found[2, 1.0, False])
    assert found[2, 1.0, True] > 3 * found[2, 1.0, False]


def test_the_largest_number_of_tasks_is_the_one_that_the_settings_accept() -> None:
    assert most_tasks() >= RDS.settings.max_tasks


def test_tasks_cost_what_they_run_and_readers_what_they_request(link: Outcome) -> None:
    one, two = (bill(RDS, Demand(number), link.day, MEASURED) for number in (1e6, 2e6))
    assert two.parts["tasks"] == one.parts["tasks"] == pytest.approx(_task_hours(link) * 0.06162)
    assert two.parts["delivery"] == pytest.approx(2 * one.parts["delivery"], rel=0.01)
    assert two.parts["all else"] == one.parts["all else"]


def _task_hours(outcome: Outcome) -> float:
    return sum(outcome.day.tasks) / 3600


@pytest.mark.parametrize(
    ("amount", "text"), [(0.2, "0"), (1234.0, "1,230"), (12.4, "12"), (47_812_345.0, "47,800,000")]
)
def test_a_count_has_three_digits(amount: float, text: str) -> None:
    assert page.count(amount) == text
