"""The calendar's first and last day have their pages."""

from datetime import datetime

import pytest

from tools.servers import serving

OF_TODAY = (
    "/",
    "/en/date",
    "/date",
    "/horoscope/leo",
    "/horoscope/leo/aries",
    "/quote",
    "/feeds/quote.xml",
    "/calendar.ics",
    "/api/date",
    "/api/horoscopes",
)


@pytest.mark.parametrize("now", ["1900-01-01T00:00:00+09:00", "2100-12-31T23:59:59+09:00"])
def test_the_first_and_the_last_day_of_the_calendar_have_their_pages(now: str) -> None:
    with serving(None, clock=lambda: datetime.fromisoformat(now)) as server:
        for path in OF_TODAY:
            assert server.client.get(path).status_code == 200, path
