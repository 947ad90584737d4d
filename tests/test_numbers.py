"""What was read and liked, as tables in a terminal and as one page that loads nothing."""

from pathlib import Path

from ishizue.testing.postgres import execute
from tests.processes import kirosample

_ROWS = """
INSERT INTO page_counts SELECT current_date - n, page, n + 1
    FROM generate_series(0, 9, 3) AS n, unnest(ARRAY['/', '/horoscope/leo']) AS page;
INSERT INTO favorites VALUES (1, 'quote', 'a', '<script>春', '漱石', now(), 2);
INSERT INTO favorite_likes SELECT 1, gen_random_uuid(), now() - n * interval '50 days'
    FROM generate_series(0, 1) AS n"""


def test_the_numbers_are_a_page_of_its_own(database: str, tmp_path: Path) -> None:
    file = tmp_path / "numbers.html"
    at = {"DATABASE_URL": database}
    assert kirosample("migrate", **at).returncode == 0
    for statement in ("", *_ROWS.split(";")):
        if statement:
            execute(database, statement)
        assert kirosample("numbers", "--html", str(file), **at).stdout == f"{file}\n"
        assert kirosample("numbers", **at).returncode == 0
    page = file.read_text()
    assert not any(outside in page for outside in ("<script", "http", "url(", "src=", "href="))
    assert ("&lt;script&gt;春" in page, "しし座 Leo" in page, "2 in all" in page) == (True,) * 3
    assert page.count("<title>") >= 10 + 51
    assert "いいね likes" in kirosample("numbers", **at).stdout
