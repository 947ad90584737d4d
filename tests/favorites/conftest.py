"""What the tests of favorites share."""

from collections.abc import Iterator

import pytest
from tests.favorites.switch import Switch
from tests.postgres import folder

from kirosample.embedded_postgres import EmbeddedPostgres


@pytest.fixture
def switch() -> Iterator[Switch]:
    with folder() as path:
        switch = Switch(lambda: EmbeddedPostgres.start(path))
        yield switch
        switch.off()
