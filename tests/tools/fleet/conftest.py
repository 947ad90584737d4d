"""The fleet's network is built from the same templates that tests of `infra` read."""

from ishizue_ops.testing.designs import assembly as assembly
