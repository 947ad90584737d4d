"""The service's name, and every name that is derived from it or shared by design and deployment."""

import re
import tomllib
from dataclasses import dataclass
from pathlib import Path

LONGEST = 26
"""A name has at most so many letters: a delivery of CloudWatch Logs has 60, for the name, an
environment of 16 and a region."""

RESERVED_KEYWORDS = frozenset(
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

_TAKEN = frozenset(
    (
        "none",
        "public",  # no role can be named so
        "postgres",
        "template0",
        "template1",  # databases that exist
        "admin",
        "master",
        "rdsadmin",
        "rdsrepladmin",
        "rdstopmgr",  # RDS's own
        "pg",  # the tasks' role would begin with pg_, as PostgreSQL's own roles alone may
    )
)

_TAKEN_PREFIXES = ("aws", "ssm")
"""No parameter of Systems Manager may begin like this (its API reference, "PutParameter")."""


def validated(name: str) -> str:
    """Return `name` if every resource accepts what is derived from it. Raises ValueError."""
    if not re.fullmatch(rf"[A-Z][A-Za-z0-9]{{1,{LONGEST - 1}}}", name):
        raise ValueError(
            f"NAME={name!r}: use 2 to {LONGEST} letters and digits, starting with a capital "
            "letter, such as BookShelf: stacks, the database and its user are named after it"
        )
    slug = name.lower()
    if slug in RESERVED_KEYWORDS or slug in _TAKEN:
        raise ValueError(f"NAME={name!r}: PostgreSQL or RDS reserves {slug}: use another name")
    for prefix in _TAKEN_PREFIXES:
        if slug.startswith(prefix):
            raise ValueError(
                f"NAME={name!r}: AWS reserves names that start with {prefix}: use another name"
            )
    return name


IMAGE_DIGEST = "ImageDigest"
"""The parameter of both stacks: the image of the service, and of the migration."""

WORKER_SERVICES = "WorkerServices"
WORKER_TASKS = "WorkerTaskDefinitions"
"""Outputs of the service's stack: the workers' services and task definitions, with commas."""

CHECKED_HOST = "Host"
"""The parameter of the external check's stack: the name to request where there is no domain."""

DISTRIBUTION = "DistributionId"
"""Output of the service's stack with CDN=on, and parameter of the external check's stack."""

OWN = "ishizue:constructs"
"""A stack's metadata: the ids of the constructs that this package put into it, or `*` for all."""

COSTS = "ishizue:costs"
"""A resource's metadata: what its maker says that it costs."""

MAY = "ishizue:may"
"""A role's metadata: the rights that `may()` declares of its task."""

ACCESS_LOGS = "AccessLogBucket"
"""Output of the state's stack with CDN=on, and parameter of the external check's stack."""

CDN_CERTIFICATE = "CdnCertificate"
CDN_FIREWALL = "CdnFirewall"
"""Outputs of CloudFront's stack in us-east-1, and parameters of those that use them."""

CDN_ZONE = "HostedZone"
"""The parameter of CloudFront's stack: the zone in which its certificate is validated."""

_LISTS = Path(__file__).with_name("cloudfront_addresses.toml")
CLOUDFRONT_ADDRESSES = tomllib.loads(_LISTS.read_text(encoding="utf-8"))
"""AWS's list, by region, of the addresses from which CloudFront connects to origins."""

DIGEST_PATTERN = "sha256:[0-9a-f]{64}"

DATABASE_LOGS_OUTPUT = "DatabaseLogs"
"""Output of the state's stack: the log groups that RDS makes, comma-separated."""

CDN_STACK = "Cdn"
"""How the name of CloudFront's stack in us-east-1 ends."""

BOOTSTRAP_QUALIFIER = "hnb659fds"
"""The default qualifier of `cdk bootstrap`, in the names of its roles and its parameter."""

SETTINGS_OUTPUT = "Settings"
"""Output of the state's and the copies' stack: the variables of the deployment, as JSON."""

NETWORKS_OUTPUT = "Networks"
"""Output of the state's stack: the networks that the service is in."""

COPY_KEY = "CopyKey"
"""Output of the copies' stack, and parameter of the state's: the key of RDS's backups there."""

PROVIDER_OUTPUT = "GitHubProvider"
"""Output of the state's stack with a pipeline: the identity provider that its role trusts."""

MIGRATION_CONTAINER = "migrate"
"""The migration's container, and the prefix of its log streams."""

MIGRATION_PUBLIC_IP = "MigrationPublicIp"
"""The state's output where the migration's task needs a public address."""


@dataclass(frozen=True, slots=True)
class Names:
    """The names of one deployment. Without an environment it is production.

    A second environment in the account shares no name with it. Its stacks do not merely add a
    suffix: `BookshelfService-*` in production's policies would match them.
    """

    name: str
    """The product's name in CamelCase, as in stacks, tags and the namespace of the metrics."""

    environment: str | None = None
    region: str | None = None
    """None for the default region. Another one is part of names that all regions share."""

    @property
    def slug(self) -> str:
        """The name of the command, the database and its master user."""
        return self.name.lower()

    @property
    def database_role(self) -> str:
        """The tasks' role in the database, which the migration makes; an operator may rotate it."""
        return f"{self.slug}_app"

    def setting(self, name: str) -> str:
        """One of the application's environment variables: `BOOKSHELF_DB_TLS` for `DB_TLS`."""
        return f"{self.name.upper()}_{name}"

    @property
    def title(self) -> str:
        """`Bookshelf`, or `BookshelfStaging`: the prefix of the stacks."""
        return self.name + (self.environment or "").capitalize()

    @property
    def _worldwide(self) -> str:
        """The prefix of what is in another region, or that an account can have once."""
        return self.title + "".join(map(str.capitalize, (self.region or "").split("-")))

    @property
    def in_account(self) -> str:
        """`bookshelf`, or elsewhere `bookshelf-eu-west-1`, where all regions share the names."""
        return f"{self.service}-{self.region}" if self.region else self.service

    @property
    def edge(self) -> str:
        """`bookshelf-cdn`, or elsewhere `bookshelf-eu-west-1`: what is with CloudFront's stack."""
        return self.in_account if self.region else f"{self.service}-cdn"

    @property
    def state_stack(self) -> str:
        """The stack of what must not be lost."""
        return f"{self.title}State"

    @property
    def service_stack(self) -> str:
        """The stack of what can be replaced."""
        return f"{self.title}Service"

    @property
    def external_check_stack(self) -> str:
        """The stack of the external check, in a region of its own."""
        return f"{self._worldwide}Outside"

    @property
    def cdn_stack(self) -> str:
        """The stack of what CloudFront uses, in a region of its own."""
        return f"{self._worldwide}{CDN_STACK}"

    @property
    def copies_stack(self) -> str:
        """The stack of the backups' copies, in a region of its own."""
        return f"{self.title}Copies"

    @property
    def service(self) -> str:
        """`bookshelf`, or `bookshelf-staging`: the service in metrics."""
        return f"{self.slug}-{self.environment}" if self.environment else self.slug

    @property
    def own_bootstrap(self) -> str:
        """The stack of the CDK's roles for this environment alone, which releases to 1.2.0 made."""
        return f"{self._worldwide}Bootstrap"

    @property
    def own_limits(self) -> str:
        """The stack of the policy that limited these roles."""
        return f"{self._worldwide}Limits"

    def alarm(self, stack: str, what: str) -> str:
        """`Bookshelf-production-Cpu`, or `Bookshelf-production-Outside-Unreachable`.

        Two stacks may have an alarm each of one kind in a region.
        """
        home = stack in (self.state_stack, self.service_stack)
        where = "" if home else f"{stack.removeprefix(self.title)}-"
        return f"{self.name}-{self.tags['Environment']}-{where}{what}"

    @property
    def tags(self) -> dict[str, str]:
        """The tags of every resource that takes any.

        Rights are computed from them: another tag here is another condition in
        `design/pipeline.toml`.
        """
        return {"Project": self.name, "Environment": self.environment or "production"}

    @property
    def github_environment(self) -> str:
        """GitHub's environment of the job that deploys this; its rules limit who may deploy."""
        return self.environment or "production"

    def parameter(self, name: str) -> str:
        """A parameter of Systems Manager that one stack writes and the other reads."""
        home = f"{self.slug}/{self.environment}" if self.environment else self.slug
        return f"/{home}/{name}"
