"""The fleet's network is built from the same templates that tests of `infra` read."""

from tests.infra.conftest import assembly as assembly
