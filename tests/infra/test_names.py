"""The service's name becomes the name of stacks, a database, a user and settings."""

import pytest

from infra.names import NAME, Names, validated


@pytest.mark.parametrize("name", ["BookShelf", "Bookshelf2", NAME])
def test_a_name_of_letters_and_digits_is_valid(name: str) -> None:
    assert validated(name) == name


@pytest.mark.parametrize(
    "name", ["book-shelf", "Book_Shelf", "bookShelf", "2Books", "B", "B" * 32, "Postgres", ""]
)
def test_a_name_that_a_resource_would_refuse_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match=f"NAME='{name}'"):
        validated(name)


def test_environments_share_no_name() -> None:
    def all_of(names: Names) -> set[str]:
        stacks = {names.state_stack, names.service_stack, names.outside_stack}
        return stacks | {names.service, names.parameter("zone")}

    assert all_of(Names()).isdisjoint(all_of(Names("staging")))
