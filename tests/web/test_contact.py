"""What `/about` says of the deployment: who runs the site, and what is logged."""

from dataclasses import replace
from datetime import datetime

from tools.servers import NOON, SETTINGS, serving

_PATH = "/.well-known/security.txt"


def test_the_contact_is_on_the_page_about_the_site_and_in_security_txt() -> None:
    given = replace(
        SETTINGS,
        contact_name="山田 <花子>",
        public_url="https://example.com",
    )
    with serving(None, settings=given) as running:
        for path in ("/about", "/en/about"):
            page = running.text(path)
            assert "href='mailto:owner@example.com'" in page
            assert "山田 &lt;花子&gt;" in page
        answer = running.client.get(_PATH)
    assert answer.headers["content-type"] == "text/plain; charset=utf-8"
    fields = dict(line.split(": ", 1) for line in answer.text.splitlines())
    days = (datetime.fromisoformat(fields.pop("Expires")) - NOON).days
    assert 180 < days < 365  # RFC 9116, 2.5.5
    assert fields == {
        "Contact": "mailto:owner@example.com",
        "Preferred-Languages": "ja, en",
        "Canonical": f"https://example.com{_PATH}",
    }


def test_the_page_about_the_site_names_each_log_that_the_deployment_keeps_and_no_other() -> None:
    logs = {"application": 30, "balancer": 7, "cdn": 90, "firewall": 14}
    for kept in ({}, logs, *({kind: days} for kind, days in logs.items())):
        with serving(None, settings=replace(SETTINGS, logs=kept)) as running:
            for path, sentence in (("/about", "{}日間残します"), ("/en/about", "Kept for {} days")):
                page = running.text(path)
                assert {d for d in logs.values() if sentence.format(d) in page} == {*kept.values()}
                earlier = "以前の分" in page or "logged earlier" in page
                assert earlier is ("application" in kept and "balancer" not in kept)


def test_without_one_nothing_is_claimed() -> None:
    with serving(None, settings=replace(SETTINGS, contact=None)) as running:
        assert "連絡先" not in running.text("/about")
        assert running.client.get(_PATH).status_code == 404
