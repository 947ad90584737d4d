"""`make bench`: compare the portal with nginx and pgbench, or with another commit, on one machine.

`rows` has what a row is and the table, `portal` and `floods` the rows with their required figures.
"""
