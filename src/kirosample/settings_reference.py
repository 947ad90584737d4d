"""Writes docs/settings.md from the table of settings: `python -m kirosample.settings_reference`."""

from kirosample.settings import OPTIONS, PREFIX, Option

_HEAD = f"""\
# Settings

Generated from `OPTIONS` in [`src/kirosample/settings.py`](../src/kirosample/settings.py) by
`python -m kirosample.settings_reference > docs/settings.md`; a test holds the two together.

By environment variable. A secret may also stand in a file that `<NAME>_FILE` names, and then not in
the variable itself. An unknown `{PREFIX}*` name, an empty value or a value out of form stops the
start with one line that names it, and exit code 2.
"""

_TAIL = """\
A certificate that is to be verified must be signed by one of the system's roots, or by one of
Amazon RDS's in Tokyo, which come with the package. For roots of your own, OpenSSL's `SSL_CERT_FILE`
names a file to be used instead of the system's. A URL that says `sslmode=verify-full` is verified
in the same way, unless it names an `sslrootcert`.

The commands that take these: `kirosample run` serves and migrates, `kirosample serve` only serves,
`kirosample migrate` only migrates, and `kirosample healthcheck` asks the server on `PORT`.
"""


def render() -> str:
    """docs/settings.md."""
    rows = "\n".join(_row(option) for option in OPTIONS)
    return f"{_HEAD}\n| name | meaning | default | secret |\n|---|---|---|---|\n{rows}\n\n{_TAIL}"


def _row(option: Option) -> str:
    secret = f"or `{option.name}_FILE`" if option.secret else ""
    return f"| `{option.name}` | {option.meaning} | {option.default} | {secret} |"


if __name__ == "__main__":
    print(render(), end="")
