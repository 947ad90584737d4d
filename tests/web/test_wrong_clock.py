"""With a clock outside the calendar, responses and the log say so."""

from datetime import datetime

import pytest

from kirosample.routes import ROUTES
from tools.servers import serving

WRONG = ("1899-12-31T23:59:59+09:00", "2101-01-01T00:00:00+09:00")
RIGHT = ("1900-01-01T00:00:00+09:00", "2100-12-31T23:59:59+09:00")
OF_TODAY = (
    "/",
    "/en/date",
    "/date",
    "/horoscope/leo",
    "/quote",
    "/feeds/quote.xml",
    "/calendar.ics",
)


@pytest.mark.parametrize("now", WRONG)
def test_pages_and_api_are_503_and_name_the_clocks_date(
    database: str, now: str, caplog: pytest.LogCaptureFixture
) -> None:
    with serving(database, clock=lambda: datetime.fromisoformat(now)) as server:
        server.ready()
        for path in (*OF_TODAY, "/api/date", "/api/horoscopes", "/nowhere", "/date?date=x"):
            response = server.client.get(path)
            assert response.status_code == 503, path
            for said in (now[:10], "1900-01-01", "2100-12-31"):
                assert said in response.text, path
        paths = [path for method, path, *_ in ROUTES if method == "GET" and "{" not in path]
        assert not [path for path in paths if server.client.get(path).status_code == 500]
        for path in ("/livez", "/readyz", "/favorites", "/favorites?mine=true", "/api/favorites"):
            assert server.client.get(path).status_code == 200, path
    errors = [record.getMessage() for record in caplog.records if record.levelname == "ERROR"]
    assert len(errors) == 1
    assert f"the clock says {now[:10]}" in errors[0]


@pytest.mark.parametrize("now", RIGHT)
def test_the_first_and_the_last_day_of_the_calendar_have_their_pages(now: str) -> None:
    with serving(None, clock=lambda: datetime.fromisoformat(now)) as server:
        for path in (*OF_TODAY, "/api/date", "/api/horoscopes"):
            assert server.client.get(path).status_code == 200, path
