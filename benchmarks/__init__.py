"""`make bench`: compare the portal with nginx and pgbench, or with another commit, on one machine.

`targets` has the rows with their required figures, `rows` and `floods` measure
them with wrk and a probe, and `report` writes `docs/performance.md` and `costs.json`.
"""
