"""The command as a process: what starts, what does not, and how it ends."""

from pathlib import Path

from ishizue.testing.postgres import folder
from ishizue.testing.processes import Command

from bookshelf import PRODUCT

bookshelf = Command("bookshelf", Path(__file__).parents[1] / "src")


def test_it_migrates_and_serves_on_a_database_of_its_own_and_ends_on_sigterm() -> None:
    with folder() as data:
        settings = {f"{PRODUCT.prefix}DATA_DIR": str(data)}
        for applied in ("applied: 1", "applied: nothing"):
            done = bookshelf("migrate", **settings)
            assert (done.returncode, done.stderr) == (0, "")
            assert done.stdout.startswith(applied)
        with bookshelf.server("run", **settings) as running:
            running.wait_for("/readyz")
            for title in ("Emma", "Persuasion"):
                created = running.client.post("/api/books", json={"title": title})
                assert created.status_code == 201
            assert bookshelf("books", "remove", "2", **settings).returncode == 0  # beside it
            assert running.end() == 0
        for book, code in (("1", 0), ("1", 1), ("0", 2)):
            assert bookshelf("books", "remove", book, **settings).returncode == code
