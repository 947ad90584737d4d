"""What a role must not reach: the same call on what belongs to another environment."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace

from infra.config import Config
from infra.iam.cases import Case
from infra.names import Names

_OTHER = "other"


def cases(found: Iterable[Case], config: Config) -> Iterator[Case]:
    """Each allowed call of a role on a resource of ours, on another environment's: refused."""
    here, there = config.names, Names(_OTHER)
    renamed = {here.state_stack: there.state_stack, here.service_stack: there.service_stack}
    for case in found:
        request = case.request
        resource = _renamed(request.resource, renamed)
        if case.allowed and case.identity and resource != request.resource:
            context = {key: _renamed(value, renamed) for key, value in request.context.items()}
            context["aws:PrincipalArn"] = request.principal
            other = replace(request, resource=resource, context=context)
            yield replace(case, request=other, source="another environment's", allowed=False)


def _renamed(text: str, names: dict[str, str]) -> str:
    """With other stacks in it; the names of some resources are in lower case."""
    for old, new in names.items():
        text = re.sub(rf"{old}\b|{old}(?=[A-Z])", new, text).replace(old.lower(), new.lower())
    return text
