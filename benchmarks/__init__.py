"""`make bench`: compare the portal with nginx and pgbench on one machine.

`targets` has the required figures, `rows` measures them, `report` writes `docs/performance.md`.
"""
