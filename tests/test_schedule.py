"""What is to come is one entry a day, with what is of that day alone."""

from tests.processes import fails, kirosample


def test_each_day_to_come_has_its_quote_and_what_else_it_is() -> None:
    entries = kirosample("schedule", "--days", "400").stdout.splitlines()
    days = [entry.split() for entry in entries if entry.startswith("20")]
    assert len(days) == 400
    new_year = next(n for n, entry in enumerate(entries) if "-01-01 " in entry)
    assert all(entry.endswith(": 元日") for entry in entries[new_year + 1 : new_year + 3])
    first = next(day for day in days if day[2] == days[-1][2])
    assert kirosample("schedule", first[2]).stdout.split()[:2] == first[:2]
    assert "nobody-01 has no day to come" in fails(1, "schedule", "nobody-01")
