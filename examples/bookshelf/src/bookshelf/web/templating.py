"""The templates, and the static files that they refer to."""

from importlib import resources
from typing import Any, Self

import minijinja
from ishizue.http.assets import Assets

_WEB = resources.files("bookshelf.web")


class Templates:
    """Renders `templates/`, escaping every value as HTML, whatever the name of its template."""

    def __init__(self, sources: dict[str, str], assets: Assets) -> None:
        self.assets = assets
        self._environment = minijinja.Environment(
            templates=sources,
            filters={"day": lambda moment: moment.strftime("%-d %B %Y")},
            globals={"asset": lambda name: minijinja.safe(assets.url(name))},
            auto_escape_callback=lambda _: "html",  # the default goes by the ending
            undefined_behavior="strict",
            trim_blocks=True,
            lstrip_blocks=True,
        )

    @classmethod
    def load(cls) -> Self:
        """Read the templates and the static files of this package."""
        files = (_WEB / "templates").iterdir()
        sources = {file.name: file.read_text(encoding="utf-8") for file in files}
        return cls(sources, Assets.load(_WEB / "static"))

    def render(self, template: str, **context: Any) -> str:
        """The HTML of this template with these values."""
        return self._environment.render_template(template, **context)
