"""The day's pages in the page cache follow midnight and what is liked."""

from datetime import datetime, timedelta

from ishizue.testing.wire import counting
from tools.servers import serving

PATHS = ("/", "/date", "/horoscope", "/horoscope/leo", "/horoscope/leo/aries", "/quote")
MIDNIGHT = datetime.fromisoformat("2026-11-25T00:00:00+09:00")
BEFORE = MIDNIGHT - timedelta(microseconds=1)


def test_no_page_of_yesterday_is_served_after_midnight_in_japan() -> None:
    targets = (*PATHS, "/date?date=2026-11-24")
    now = [BEFORE]
    with serving(None, clock=lambda: now[0]) as running, counting(running) as counted:

        def pages() -> dict[str, str]:
            return {target: running.text(target) for target in targets}

        before = pages()
        assert pages() == before
        assert len(counted) == len(targets)
        now[0] = MIDNIGHT
        after = pages()
        assert len(counted) == len(targets), "yesterday's page"
        assert not [target for target in targets if after[target] == before[target]]
        now[0] = BEFORE
        assert pages() == before


def test_tomorrows_page_is_served_a_day_ahead_as_it_will_be() -> None:
    now = [BEFORE]
    paths = [prefix + path for prefix in ("", "/en") for path in PATHS]
    with serving(None, clock=lambda: now[0]) as running:
        ahead = [running.text(f"{path}?today=2026-11-25") for path in paths]
        assert running.text("/date?today=2026-11-24") == running.text("/date")
        for day in ("2026-11-23", "2026-11-26", "tomorrow"):
            assert "明日のページまで" in running.text(f"/date?today={day}", status=400)
        assert running.json("/api/date?today=2026-11-25")["date"] == "2026-11-24"
        rendered = running.service_state.page_cache.bytes
        now[0] = MIDNIGHT
        assert [running.text(path) for path in paths] == ahead
        assert running.service_state.page_cache.bytes <= rendered, "rendered again"


def test_a_page_that_is_not_found_has_the_moon_of_its_day_in_the_language_of_its_path() -> None:
    now = [BEFORE]
    with serving(None, clock=lambda: now[0]) as running:
        first, english = (running.client.get(f"{base}/nothing") for base in ("", "/en"))
        assert running.client.get("/nothing/else").text == first.text
        assert "見つかりませんでした" in first.text
        assert "Not found" in english.text
        now[0] = MIDNIGHT
        later = running.client.get("/nothing")
    assert later.text != first.text
    assert {answer.status_code for answer in (first, english, later)} == {404}
    assert later.headers["cache-control"] == "no-store"
