"""What a browser needs to install the app; tests/browser/test_offline.py tests it offline."""

import re
from io import BytesIO

import pytest
from PIL import Image

from tools.servers import Running


@pytest.mark.parametrize(("base", "language"), [("", "ja"), ("/en", "en")])
def test_the_manifest_has_what_a_browser_needs(pages: Running, base: str, language: str) -> None:
    answer = pages.client.get(f"{base}/manifest.webmanifest")
    assert answer.headers["content-type"].startswith("application/manifest+json")
    manifest = answer.json()
    assert manifest["name"].startswith("KiroSample")
    assert manifest["start_url"] == manifest["id"] == f"{base}/"
    assert manifest["scope"] == "/", "the other language is within the app too"
    assert (manifest["display"], manifest["lang"]) == ("standalone", language)
    assert {icon["purpose"] for icon in manifest["icons"]} == {"any", "maskable"}
    words = manifest["name"] + manifest["description"]
    assert bool(re.search("[ぁ-ん]", words)) == (language == "ja")
    assert pages.client.get(manifest["start_url"]).status_code == 200
    shortcuts = {shortcut["url"]: shortcut for shortcut in manifest["shortcuts"]}
    assert list(shortcuts) == [f"{base}{path}" for path in ("/horoscope#mine", "/quote", "/date")]
    for path, shortcut in shortcuts.items():
        assert pages.client.get(path).status_code == 200
        (icon,) = shortcut["icons"]
        image = Image.open(BytesIO(pages.client.get(icon["src"]).content))
        assert f"{image.width}x{image.height}" == icon["sizes"]


def test_every_page_links_to_the_manifest_of_its_language(pages: Running) -> None:
    for page, status in (("/", 200), ("/about", 200), ("/nothing", 404), ("/offline", 200)):
        for base in ("", "/en"):
            html = pages.text(base + page, status=status).replace("&#x2f;", "/")
            (named,) = re.findall('<link rel="manifest" href="([^"]+)">', html)
            assert named == f"{base}/manifest.webmanifest"


@pytest.mark.parametrize("base", ["", "/en"])
def test_the_icons_have_the_sizes_of_the_manifest(pages: Running, base: str) -> None:
    icons = pages.json(f"{base}/manifest.webmanifest")["icons"]
    sizes = []
    for icon in icons:
        answer = pages.client.get(icon["src"])
        assert answer.status_code == 200
        assert answer.headers["content-type"].startswith(icon["type"])
        if icon["type"] == "image/png":
            image = Image.open(BytesIO(answer.content))
            assert f"{image.width}x{image.height}" == icon["sizes"]
            sizes.append((icon["purpose"], image.width))
    assert {("any", 192), ("any", 512), ("maskable", 512)} <= set(sizes)


def test_the_worker_is_revalidated_and_its_files_exist(pages: Running) -> None:
    answer = pages.client.get("/sw.js")
    assert answer.headers["content-type"].startswith("text/javascript")
    assert answer.headers["cache-control"].startswith("max-age=0, must-revalidate")
    found = re.match(r'const BUILD = "([0-9a-f]{10})";\nconst FILES = \[(.*)\];', answer.text)
    assert found
    files = re.findall(r'"([^"]+)"', found[2])
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


def test_the_offline_page_exists_in_each_language(pages: Running) -> None:
    assert '<html lang="ja">' in pages.text("/offline")
    assert '<html lang="en">' in pages.text("/en/offline")
    for path in ("/offline", "/en/offline"):
        assert "data-today" not in pages.text(path)
        assert '<body class="page-error">' in pages.text(path)  # saved: no day's colors
        assert 'rel="canonical"' not in pages.text(path)
