"""The command as a process: what starts, what does not, and how it ends."""

from pathlib import Path

import pytest
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
        for code in (0, 1):
            assert bookshelf("books", "remove", "1", **settings).returncode == code


@pytest.mark.parametrize(
    ("arguments", "settings", "words"),
    [
        (("dance",), {}, "invalid choice"),
        (("books", "remove", "0"), {}, "not a number"),
        (("serve",), {"PORT": "0"}, "PORT is not a whole number from 1 to 65535 ('0')"),
        (("serve",), {f"{PRODUCT.prefix}COLOR": "red"}, "is not a setting"),
    ],
)
def test_what_cannot_be_meant_is_exit_2(
    arguments: tuple[str, ...], settings: dict[str, str], words: str
) -> None:
    done = bookshelf(*arguments, **settings)
    assert done.returncode == 2
    assert words in done.stderr.splitlines()[-1]
