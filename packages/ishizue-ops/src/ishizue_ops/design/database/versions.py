"""PostgreSQL's versions: which a database has, and until when AWS supports each."""

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

VERSIONS: Mapping[str, Mapping[str, Any]] = tomllib.loads(
    Path(__file__).with_suffix(".toml").read_text(encoding="utf-8")
)
"""By the major version: `aurora`, its release of Aurora, and `support_ends`, a date."""

NEWEST = max(VERSIONS, key=int)
"""What a new database starts on: the newest that RDS, Aurora and our tests have."""

PARAMETER = "DatabaseVersion"
"""The parameter of the state's stack. A deployment that does not give it keeps its value."""
