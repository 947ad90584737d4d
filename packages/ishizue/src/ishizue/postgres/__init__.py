"""The local PostgreSQL server that `make run` starts."""
