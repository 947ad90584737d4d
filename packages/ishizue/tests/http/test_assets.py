"""Static files are named by their content, and another release's name leads to this one's."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.notes_settings import Settings

from ishizue import CHEAP, Service, service
from ishizue.http.assets import Assets
from ishizue.testing.running import RunningService, serving


@pytest.fixture
def assets(tmp_path: Path) -> Assets:
    (tmp_path / "style.css").mkdir()
    for number, part in enumerate(("a {}", "b {}")):
        (tmp_path / "style.css" / f"{number}.css").write_text(part)
    (tmp_path / "icon.png").write_bytes(b"png")
    return Assets.load(tmp_path)


@pytest.fixture
def server(assets: Assets) -> Iterator[RunningService]:
    def files(port: int) -> Service:
        routes = (("GET", "/static/{name}", assets.serve, CHEAP),)
        return service(Settings(port=port), routes, log=None)

    with serving(files) as running:
        yield running


def test_a_file_of_another_release_redirects_to_this_one_s(
    server: RunningService, assets: Assets
) -> None:
    for name in ("style.css", "icon.png"):
        url = assets.url(name)
        other = re.sub(r"\.[0-9a-f]{10}\.", ".0123456789.", url)
        assert other != url
        answer = server.client.get(other, follow_redirects=False)
        assert (answer.status_code, answer.headers["location"]) == (307, url)
        assert answer.headers["cache-control"] == "no-store"
        assert server.client.get(url).headers["cache-control"].endswith("immutable")
    assert server.text(assets.url("style.css")) == "a {}\nb {}"
    for nothing in ("style.css", "gone.0123456789.css", "style.012345678g.css", ".0123456789.css"):
        assert server.client.get(f"/static/{nothing}").status_code == 404
