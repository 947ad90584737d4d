"""`make bench`: the portal beside nginx and PostgreSQL's own pgbench, in one run, on one machine.

`targets` is the table of what must be reached; `pages`, `favorites` and `tasks` measure its rows;
`report` says what was reached and writes `docs/performance.md`.
"""
