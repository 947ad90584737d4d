"""Which names and ports lead visitors to the tasks, in one state of a deployment."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from ipaddress import IPv4Network
from typing import Any

from infra.checks.security_groups import ANYWHERE, read_group
from infra.checks.template import Design, Resource, nodes

LISTENER = "AWS::ElasticLoadBalancingV2::Listener"
RULE = "AWS::ElasticLoadBalancingV2::ListenerRule"

OTHER = "any other name"
"""A host name that no rule mentions, such as the load balancer's own."""

Action = Mapping[str, Any]


@dataclass(frozen=True, order=True)
class Entrance:
    """A port of the load balancer, and the host name that a visitor asks for."""

    port: int
    name: str

    def __str__(self) -> str:
        return f"port {self.port} for {self.name}"


@dataclass(frozen=True)
class _Listener:
    """The default action, and the rules in the order of their priority: host names and action."""

    secure: bool
    default: Action
    rules: tuple[tuple[frozenset[str] | None, Action], ...]

    def action(self, name: str) -> Action:
        """What a visitor of this name meets."""
        for names, action in self.rules:
            if names is None or name in names:
                return action
        return self.default


class Entrances:
    """The listeners of one state."""

    def __init__(self, design: Design) -> None:
        self._design = design
        self._listeners = {
            int(each.properties["Port"]): _read(design, each) for each in design.of_type(LISTENER)
        }
        self._ports = {port for port in self._listeners if _open(design, port)}
        self._with_tasks = _with_tasks(design)
        self.names = frozenset(
            {OTHER, *_records(design)}.union(
                *(names or () for each in self._listeners.values() for names, _ in each.rules)
            )
        )
        """Every host name that a rule or a record mentions, and `OTHER`."""

    def serve(self, entrance: Entrance) -> bool:
        """Whether this visitor reaches the tasks, directly or by redirects."""
        seen = set()
        while entrance not in seen and entrance.port in self._ports:
            seen.add(entrance)
            listener = self._listeners[entrance.port]
            if listener.secure and entrance.name == OTHER:
                return False  # no certificate is for it
            action = listener.action(entrance.name)
            target = _redirect(action, entrance)
            if target is None:
                return any(group in self._with_tasks for group in self._groups(action))
            entrance = target
        return False

    def dead_redirects(self) -> Iterator[str]:
        """Each redirect to a port where nothing listens, or nothing serves the name."""
        for port in self._ports:
            for name in self.names:
                entrance = Entrance(port, name)
                target = _redirect(self._listeners[port].action(name), entrance)
                if target is None or (target.name == OTHER and target.port in self._ports):
                    continue
                if not self.serve(target):
                    yield f"{entrance} is redirected to port {target.port}, which does not serve it"

    def dead_records(self) -> Iterator[str]:
        """Each name in DNS that leads to the load balancer, which does not serve it."""
        for name in _records(self._design):
            if not any(self.serve(Entrance(port, name)) for port in self._ports):
                yield f"{name} leads to the load balancer, which does not serve it"

    def _groups(self, action: Action) -> list[Resource]:
        found = [node.get("TargetGroupArn") for node in nodes(action)]
        return self._design.resolve_all(found, *self._design.templates)


def _read(design: Design, listener: Resource) -> _Listener:
    [default] = listener.properties["DefaultActions"]
    rules = [
        each
        for each in design.of_type(RULE)
        if design.resolve(each.properties["ListenerArn"], each.stack) == listener
    ]
    rules.sort(key=lambda rule: int(rule.properties["Priority"]))
    found = []
    for rule in rules:
        [action] = rule.properties["Actions"]
        names, whole = _condition(rule)
        # A rule for some paths or headers only serves no whole site.
        if whole:
            found.append((names, action))
    return _Listener(listener.properties.get("Protocol") == "HTTPS", default, tuple(found))


def _condition(rule: Resource) -> tuple[frozenset[str] | None, bool]:
    """The host names of a rule (None for any), and whether it is for all that they serve."""
    names: frozenset[str] | None = None
    whole = True
    for condition in rule.properties["Conditions"]:
        if condition["Field"] == "host-header":
            values = condition.get("HostHeaderConfig", condition)["Values"]
            names = frozenset(each for each in values if isinstance(each, str))
        elif condition["Field"] == "path-pattern":
            whole &= condition.get("PathPatternConfig", condition)["Values"] == ["*"]
        else:
            whole = False
    return names, whole


def _redirect(action: Action, entrance: Entrance) -> Entrance | None:
    config = action.get("RedirectConfig")
    if config is None:
        return None
    port, name = str(config.get("Port", "#{port}")), str(config.get("Host", "#{host}"))
    return Entrance(
        entrance.port if port == "#{port}" else int(port),
        entrance.name if name == "#{host}" else name,
    )


def _records(design: Design) -> frozenset[str]:
    """The names in DNS that lead to the load balancer."""
    return frozenset(
        str(record.properties["Name"]).removesuffix(".")
        for record in design.of_type("AWS::Route53::RecordSet")
        if (alias := record.properties.get("AliasTarget"))
        and any(
            target is not None and target.type == "AWS::ElasticLoadBalancingV2::LoadBalancer"
            for node in nodes(alias)
            for target in [design.resolve(node, record.stack)]
        )
    )


def _with_tasks(design: Design) -> set[Resource]:
    """The target groups that a service registers its tasks with."""
    return {
        group
        for service in design.of_type("AWS::ECS::Service")
        for node in nodes(service.properties.get("LoadBalancers", []))
        for key in ("TargetGroupArn", "AlternateTargetGroupArn")
        if (group := design.resolve(node.get(key), service.stack)) is not None
    }


def _open(design: Design, port: int) -> bool:
    """Whether the load balancer's security groups let the internet in."""
    return any(
        rule.ports.protocol in ("tcp", "any")
        and rule.ports.first <= port <= rule.ports.last
        and isinstance(rule.peer, IPv4Network)
        and rule.peer == ANYWHERE
        for balancer in design.of_type("AWS::ElasticLoadBalancingV2::LoadBalancer")
        for group in design.resolve_all(balancer.properties.get("SecurityGroups"), balancer.stack)
        for rule in read_group(design, group).ingress
    )
