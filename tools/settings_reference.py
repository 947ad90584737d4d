"""Generates docs/settings.md: `python -m tools.settings_reference > docs/settings.md`."""

from kirosample.settings import OPTIONS, PREFIX, Option, Settings

_HEAD = f"""\
# Settings

Generated from [`src/kirosample/settings.py`](../src/kirosample/settings.py) by
`python -m tools.settings_reference > docs/settings.md`.

Settings are environment variables. A secret may be in a file instead, which `<NAME>_FILE` names. An
unknown `{PREFIX}*` name, an empty or a malformed value stops the start with one line that names the
setting, and exit code 2.
"""

_TAIL = """\
A verified certificate must be signed by one of the system's roots, or by one of Amazon RDS's in
Tokyo, which the package contains. To use other roots instead of the system's, name their file in
OpenSSL's `SSL_CERT_FILE`. A URL with `sslmode=verify-full` is verified in the same way, unless it
names an `sslrootcert`.

These commands read them: `kirosample run` migrates and serves, `kirosample serve` only serves,
`kirosample migrate` only migrates, and `kirosample healthcheck` asks the server on `PORT`.

With `KIROSAMPLE_MIGRATION_DB_USER` and `_PASSWORD`, which `kirosample run` and `serve` refuse,
`kirosample migrate` connects as that role, which needs CREATEROLE, and gives the role
`KIROSAMPLE_DB_USER` its password and exactly the rights of the application: rows, no DDL. For a new
password without downtime, name the role's alternate (`app_clone` for `app`, and back), migrate, and
replace the servers: both roles work until a later `kirosample migrate` finds no connections of the
old one, and locks it.
"""


def render() -> str:
    """The text of docs/settings.md."""
    rows = "\n".join(_row(option) for option in OPTIONS)
    return f"{_HEAD}\n| name | meaning | default | secret |\n|---|---|---|---|\n{rows}\n\n{_TAIL}"


def _row(option: Option) -> str:
    secret = f"or `{option.name}_FILE`" if option.secret else ""
    default = option.default.format(getattr(Settings(), option.field, ""))
    return f"| `{option.name}` | {option.meaning} | {default} | {secret} |"


if __name__ == "__main__":
    print(render(), end="")
