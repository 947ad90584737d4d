"""A name is translated into one that AWS, PostgreSQL and Python accept, or refused."""

import pytest

from infra.names import LONGEST
from tools.new.names import parse


@pytest.mark.parametrize(
    ("given", "title", "slug"),
    [
        ("bookshelf", "Bookshelf", "bookshelf"),
        ("BookShelf", "BookShelf", "bookshelf"),
        ("book-shelf", "BookShelf", "bookshelf"),
        ("my_book-shelf2", "MyBookShelf2", "mybookshelf2"),
    ],
)
def test_a_name_is_translated(given: str, title: str, slug: str) -> None:
    name = parse(given)
    assert (name.title, name.slug) == (title, slug)


def test_everything_is_renamed_and_nothing_else() -> None:
    text = "KiroSample kirosample_app KIROSAMPLE_DB_HOST Kiro sample"
    assert (
        parse("book-shelf").rename(text) == "BookShelf bookshelf_app BOOKSHELF_DB_HOST Kiro sample"
    )


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        ("2books", "starting with a letter"),
        ("book shelf", "starting with a letter"),
        ("book--shelf", "starting with a letter"),
        ("本棚", "starting with a letter"),
        ("b" * 40, f"2 to {LONGEST} letters"),
        ("b", f"2 to {LONGEST} letters"),
        ("user", "reserve"),  # PostgreSQL
        ("select", "reserve"),
        ("order", "reserve"),
        ("rdsadmin", "reserve"),  # RDS
        ("awsome", "reserve"),  # Systems Manager: no parameter /aws…
        ("class", "Python"),  # a keyword
        ("json", "Python"),  # the standard library
        ("starlette", "Python"),  # a dependency
        ("tools", "Python"),  # a folder of the repository
        ("kirosample", "Python"),
    ],
)
def test_a_name_that_something_would_refuse_is_refused(given: str, reason: str) -> None:
    with pytest.raises(ValueError, match=f"(?i)NAME='.?.*{reason}"):
        parse(given)
