"""Values in templates are escaped."""

import pytest
from ishizue.http.assets import Assets

from bookshelf.web.templating import Templates

VALUE = "<script>&\"'"
ENDINGS = ("", ".html", ".HTML", ".htm", ".xhtml", ".xml", ".svg", ".SVG", ".txt", ".md", ".json")


@pytest.mark.parametrize("ending", [*ENDINGS, ".js", ".css", ".ics", ".j2", ".html.j2", ".none"])
def test_values_are_escaped_whatever_the_ending_of_the_template(ending: str) -> None:
    inner, outer = f"inner{ending}", f"outer{ending}"
    sources = {inner: "{{ value }}", outer: f"{{{{ value }}}}{{% include '{inner}' %}}"}
    templates = Templates(sources, Assets({}))
    for name, times in ((inner, 1), (outer, 2)):
        assert templates.render(name, value=VALUE) == "&lt;script&gt;&amp;&quot;&#x27;" * times
