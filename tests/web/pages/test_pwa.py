"""What a browser needs to install the app; tests/browser/test_offline.py tests it offline."""

import re
from functools import partial
from io import BytesIO

import pytest
from PIL import Image

from kirosample import PRODUCT
from kirosample.web import site
from tools.servers import Running, serving


def is_an_image(pages: Running, icon: dict[str, str]) -> bool:
    answer = pages.client.get(icon["src"])
    image = Image.open(BytesIO(answer.content))
    return answer.status_code == 200 and f"{image.width}x{image.height}" == icon["sizes"]


@pytest.mark.parametrize(("base", "language"), [("", "ja"), ("/en", "en")])
def test_the_manifest_has_what_a_browser_needs(pages: Running, base: str, language: str) -> None:
    answer = pages.client.get(f"{base}/manifest.webmanifest")
    assert answer.headers["content-type"].startswith("application/manifest+json")
    manifest = answer.json()
    what = getattr(site.TAGLINE, language)
    assert (manifest["name"], manifest["short_name"]) == (getattr(site.NAME, language), what)
    assert manifest["start_url"] == manifest["id"] == f"{base}/"
    assert manifest["scope"] == "/", "the other language is within the app too"
    assert (manifest["display"], manifest["lang"]) == ("standalone", language)
    words = manifest["name"] + manifest["description"]
    assert bool(re.search("[ぁ-ん]", words)) == (language == "ja")
    icons = [icon for icon in manifest["icons"] if icon["type"] == "image/png"]
    assert all(is_an_image(pages, icon) for icon in icons)
    needed = {("any", "192x192"), ("any", "512x512"), ("maskable", "512x512")}
    assert needed <= {(icon["purpose"], icon["sizes"]) for icon in icons}
    for icon in manifest["icons"]:
        served = pages.client.get(icon["src"])
        assert served.headers["content-type"].startswith(icon["type"])
    shortcuts = {shortcut["url"]: shortcut["icons"] for shortcut in manifest["shortcuts"]}
    assert list(shortcuts) == [f"{base}{path}" for path in ("/date", "/horoscope#mine", "/omikuji")]
    for path, (icon,) in shortcuts.items():
        assert pages.client.get(path).status_code == 200
        assert is_an_image(pages, icon)
    for page, status in (("/", 200), ("/nothing", 404), ("/offline", 200)):
        html = pages.text(base + page, status=status).replace("&#x2f;", "/")
        assert f'<link rel="manifest" href="{base}/manifest.webmanifest">' in html
        assert f" | {manifest['name']}</title>" in html.replace("&amp;", "&")


def test_the_worker_is_revalidated_and_its_files_exist(pages: Running) -> None:
    answer = pages.client.get("/sw.js")
    assert answer.headers["content-type"].startswith("text/javascript")
    assert answer.headers["cache-control"].startswith("max-age=0, must-revalidate")
    head = re.match(r'const BUILD = "([0-9a-f]{10})";\nconst FILES = \[(.*)\];', answer.text)
    assert head
    files = re.findall(r'"([^"]+)"', head[2])
    assert len(files) == 5
    for path in files:
        assert pages.client.get(path).status_code == 200, path
    html = pages.text("/").replace("&#x2f;", "/")
    for path in files:
        assert path in html or path.endswith("offline"), path


def test_the_worker_changes_with_its_files(pages: Running) -> None:
    assets = pages.portal.assets
    before = pages.text("/sw.js")
    css = assets["style.css"]
    try:
        assets._by_name["style.css"] = type(css)("/static/style.other.css", css.body, "text/css")
        pages.service_state.page_cache._pages.pop("worker")
        after = pages.text("/sw.js")
    finally:
        assets._by_name["style.css"] = css
        pages.service_state.page_cache._pages.pop("worker")
    assert before.splitlines()[0] != after.splitlines()[0]
    assert "/static/style.other.css" in after


def test_the_site_s_name_is_not_the_service_s(request: pytest.FixtureRequest) -> None:
    """Its owner may rename the site; alarms watch the metrics under the service's name."""
    request.addfinalizer(partial(object.__setattr__, PRODUCT, "name", PRODUCT.name))
    object.__setattr__(PRODUCT, "name", "Bookshelf")
    with serving(None) as server:
        for path in ("/about", "/calendar.ics", "/feeds/quote.xml", "/manifest.webmanifest"):
            for base, name in (("", site.SITE.ja), ("/en", site.SITE.en)):
                text = server.text(base + path)
                assert (name in text, "Bookshelf" in text) == (True, False), path
