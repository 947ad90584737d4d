"""Which names and ports lead visitors to the tasks, in one state of a deployment."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from ipaddress import IPv4Network
from typing import Any

from infra.checks.security_groups import ANYWHERE, PrefixList, Rule, read_group
from infra.checks.template import Design, Resource, nodes
from infra.checks.topology import origins

LISTENER = "AWS::ElasticLoadBalancingV2::Listener"
RULE = "AWS::ElasticLoadBalancingV2::ListenerRule"
BALANCER = "AWS::ElasticLoadBalancingV2::LoadBalancer"
DISTRIBUTION = "AWS::CloudFront::Distribution"

PORTS = (80, 443)

OTHER = "any other name"
"""A host name that no rule mentions, such as the load balancer's own."""

CLOUDFRONT = "CloudFront's own name"

Action = Mapping[str, Any]


@dataclass(frozen=True, order=True)
class Entrance:
    """A port, and the host name that a visitor asks for."""

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


@dataclass(frozen=True)
class _Balancer:
    """Listeners by port, and the ports that the internet and CloudFront reach."""

    listeners: Mapping[int, _Listener]
    public: frozenset[int]
    origin: frozenset[int]


class Entrances:
    """The ways in of one state: public load balancers, and CloudFront before internal ones."""

    def __init__(self, design: Design) -> None:
        self._design = design
        self._balancers = {each: _balancer(design, each) for each in design.of_type(BALANCER)}
        self._with_tasks = _with_tasks(design)
        self._records = _records(design)
        public = [each for each, found in self._balancers.items() if found.public]
        self._own = {
            OTHER: frozenset(public),
            CLOUDFRONT: frozenset(design.of_type(DISTRIBUTION)),
        }
        self.names = frozenset(
            {OTHER, CLOUDFRONT, *self._records}.union(
                *(
                    names or ()
                    for balancer in self._balancers.values()
                    for listener in balancer.listeners.values()
                    for names, _ in listener.rules
                )
            )
        )
        """Every host name that a rule or a record mentions, `OTHER` and `CLOUDFRONT`."""

    def ways(self, name: str) -> frozenset[Resource]:
        """The load balancer or the distribution that a name leads to, or both."""
        return self._records.get(name) or self._own.get(name, self._own[OTHER])

    @property
    def records(self) -> frozenset[str]:
        """The names in DNS that lead to a way in."""
        return frozenset(self._records)

    @property
    def serving(self) -> frozenset[Resource]:
        """The ways in by which some visitor reaches the tasks."""
        return frozenset(
            way
            for way in self._own[OTHER] | self._own[CLOUDFRONT]
            if any(self.serves(way, Entrance(port, name)) for port in PORTS for name in self.names)
        )

    def serve(self, entrance: Entrance) -> bool:
        """Whether this visitor reaches the tasks, directly or by redirects."""
        ways = self.ways(entrance.name)
        return bool(ways) and all(self.serves(way, entrance) for way in ways)

    def serves(self, way: Resource, entrance: Entrance) -> bool:
        """The same for a visitor whose resolver still knows this way in."""
        seen: set[Entrance] = set()
        while entrance not in seen:
            seen.add(entrance)
            if way.type == DISTRIBUTION:
                return self._distributes(way, entrance.name)
            found = self._balancers.get(way)
            if found is None or entrance.port not in found.public:
                return False
            listener = found.listeners[entrance.port]
            if listener.secure and entrance.name == OTHER:
                return False  # no certificate is for it
            action = listener.action(entrance.name)
            target = _redirect(action, entrance)
            if target is None:
                return self._forwards(action)
            if target.name != entrance.name:
                return self.serve(target)
            entrance = target
        return False

    def dead_redirects(self) -> Iterator[str]:
        """Each redirect to a port where nothing listens, or nothing serves the name."""
        for balancer in self._balancers.values():
            for port in balancer.public:
                for name in self.names - {CLOUDFRONT}:
                    entrance = Entrance(port, name)
                    target = _redirect(balancer.listeners[port].action(name), entrance)
                    if target is None or (target.name == OTHER and target.port in balancer.public):
                        continue
                    if not self.serve(target):
                        yield (
                            f"{entrance} is redirected to port {target.port}, "
                            "which does not serve it"
                        )

    def dead_records(self) -> Iterator[str]:
        """Each name in DNS that leads to a way in which does not serve it."""
        for name, ways in self._records.items():
            for way in ways:
                if not any(self.serves(way, Entrance(port, name)) for port in PORTS):
                    what = "CloudFront" if way.type == DISTRIBUTION else "the load balancer"
                    yield f"{name} leads to {what}, which does not serve it"

    def _distributes(self, distribution: Resource, name: str) -> bool:
        """Whether the distribution, which redirects port 80 itself, passes this name on."""
        config = distribution.properties.get("DistributionConfig", {})
        if name not in (CLOUDFRONT, *config.get("Aliases", ())):
            return False
        return any(
            self._forwards(balancer.listeners[port].action(name))
            for balancer in self._balancers.values()
            for port in balancer.origin
        )

    def _forwards(self, action: Action) -> bool:
        found = [node.get("TargetGroupArn") for node in nodes(action)]
        groups = self._design.resolve_all(found, *self._design.templates)
        return any(group in self._with_tasks for group in groups)


def _balancer(design: Design, balancer: Resource) -> _Balancer:
    listeners = {
        int(each.properties["Port"]): _read(design, each)
        for each in design.of_type(LISTENER)
        if design.resolve(each.properties["LoadBalancerArn"], each.stack) == balancer
    }
    groups = design.resolve_all(balancer.properties.get("SecurityGroups"), balancer.stack)
    rules = [rule for group in groups for rule in read_group(design, group).ingress]
    facing = balancer.properties.get("Scheme", "internet-facing") == "internet-facing"
    return _Balancer(
        listeners,
        frozenset(
            port for port in listeners if facing and any(_admits(rule, port) for rule in rules)
        ),
        frozenset(
            port
            for port in origins(design, balancer) & listeners.keys()
            if any(_admits(rule, port, cloudfront=True) for rule in rules)
        ),
    )


def _admits(rule: Rule, port: int, *, cloudfront: bool = False) -> bool:
    """Whether a rule lets the internet in, or CloudFront."""
    if rule.ports.protocol not in ("tcp", "any") or not rule.ports.first <= port <= rule.ports.last:
        return False
    if cloudfront:
        return isinstance(rule.peer, PrefixList)
    return isinstance(rule.peer, IPv4Network) and rule.peer == ANYWHERE


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


def _records(design: Design) -> dict[str, frozenset[Resource]]:
    """The names in DNS, and the ways in that they lead to."""
    found: dict[str, frozenset[Resource]] = {}
    for record in design.of_type("AWS::Route53::RecordSet"):
        name = str(record.properties["Name"]).removesuffix(".")
        for node in nodes(record.properties.get("AliasTarget", {})):
            target = design.resolve(node, record.stack)
            if target is not None and target.type in (BALANCER, DISTRIBUTION):
                found[name] = found.get(name, frozenset()) | {target}
    return found


def _with_tasks(design: Design) -> set[Resource]:
    """The target groups that a service registers its tasks with."""
    return {
        group
        for service in design.of_type("AWS::ECS::Service")
        for node in nodes(service.properties.get("LoadBalancers", []))
        for key in ("TargetGroupArn", "AlternateTargetGroupArn")
        if (group := design.resolve(node.get(key), service.stack)) is not None
    }
