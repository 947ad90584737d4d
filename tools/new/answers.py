"""What the new repository is asked for, and the file in it that records the answers."""

import re
import tomllib
from dataclasses import dataclass
from pathlib import Path

from tools.new.names import Name, parse

FILE = ".template.toml"

DATABASES = ("rds", "aurora", "none")


@dataclass(frozen=True, slots=True, kw_only=True)
class Answers:
    """The questions of `make new`, answered."""

    name: Name
    database: str = "rds"
    page: bool = True
    repository: str | None = None
    """OWNER/NAME on GitHub, which the pipeline deploys from."""

    @property
    def regions(self) -> frozenset[str]:
        """The regions of files that the new repository keeps."""
        return frozenset(
            {
                "page" if self.page else "no-page",
                *(("no-database",) if self.database == "none" else ("database", self.database)),
            }
        )

    def record(self, commit: str) -> str:
        """The text of the file that records them, and the commit that they were applied to."""
        answers = {
            "name": self.name.title,
            "database": self.database,
            "page": "yes" if self.page else "no",
            "repository": self.repository or "",
            "commit": commit,
        }
        return "".join(f'{key} = "{value}"\n' for key, value in answers.items())


def read(name: str, database: str, page: str, repository: str) -> Answers:
    """The answers of the command line; an empty one is the default. Raises ValueError."""
    if database not in ("", *DATABASES):
        raise ValueError(f"DATABASE={database!r}: use rds, aurora or none")
    if page not in ("", "yes", "no"):
        raise ValueError(f"PAGE={page!r}: use yes, or no for an API only")
    if repository and not re.fullmatch(r"[A-Za-z0-9-]+/[A-Za-z0-9._-]+", repository):
        raise ValueError(f"REPOSITORY={repository!r}: use OWNER/NAME, as on GitHub")
    return Answers(
        name=parse(name),
        database=database or "rds",
        page=page != "no",
        repository=repository or None,
    )


def recorded(folder: Path) -> Answers:
    """The answers that a repository was made with. Raises ValueError if it has none."""
    path = folder / FILE
    try:
        found = tomllib.loads(path.read_text(encoding="utf-8"))
        return read(found["name"], found["database"], found["page"], found["repository"])
    except (OSError, KeyError, tomllib.TOMLDecodeError) as error:
        raise ValueError(f"{path} does not say how it was made: {error}") from None
