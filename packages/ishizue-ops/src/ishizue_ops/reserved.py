"""Words that AWS or PostgreSQL refuse as the name of a database, of a role or of a parameter."""

KEYWORDS = frozenset(
    """
    all analyse analyze and any array as asc asymmetric authorization binary both case cast
    check collate collation column concurrently constraint create cross default deferrable desc
    distinct do else end except false fetch for foreign freeze from full grant group having
    ilike in initially inner intersect into is isnull join lateral leading left like limit
    localtime localtimestamp natural not notnull null offset on only or order outer overlaps
    placing primary references returning right select similar some symmetric table tablesample
    then to trailing true union unique user using variadic verbose when where window with
    """.split()  # noqa: SIM905
)
"""PostgreSQL's reserved words of letters (`pg_get_keywords()`): unquoted, they name no database."""

NAMES = frozenset(
    (
        *("none", "public"),  # no role can be named so
        *("postgres", "template0", "template1"),  # databases that exist
        *("admin", "master", "rdsadmin", "rdsrepladmin", "rdstopmgr"),  # RDS's own
        "pg",  # the tasks' role would begin with pg_, as PostgreSQL's own roles alone may
    )
)

PREFIXES = ("aws", "ssm")
"""No parameter of Systems Manager may begin so (its API reference, "PutParameter")."""
