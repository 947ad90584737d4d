"""`make deploy`: the first deployment in its order, and every later one. Needs credentials of AWS.

1. Credentials: somebody whom AWS knows.
2. Settings: those of the last deployment are set at this one too; a domain must not go because
   somebody forgot it.
3. Bootstrap: what the CDK needs in an account and region, once.
4. State: `KiroSampleState`: network, registry, zone, database. Nothing runs yet.
5. Image: in the registry, which step 4 made. The service would never become stable without one.
6. Delegation: the domain's registrar names the servers of our zone. The certificate would wait
   for that, and the deployment with it.
7. Schema: the migration, as a one-off task of that image. A task on an older schema is never
   ready, and the service would never become stable either.
8. Service: `KiroSampleService`: certificate, load balancer, tasks.

Each step looks first whether it is done. Where only you can go on (push an image, delegate the
domain), it says how and stops with exit code 1: do that, and run it again. Exit code 2 means a
wrong setting or no credentials, and nothing was changed.

Settings are those of `infra.config`, and `IMAGE_DIGEST` (sha256:…) to run another image than the
one that runs now, or at first the newest in the registry. The CDK asks before it widens
permissions; `CDK_REQUIRE_APPROVAL=never` answers for you.
"""

import os
import re
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import boto3
from botocore.exceptions import BotoCoreError, ClientError

from infra import delegation
from infra.cdk import cli
from infra.config import REGION, Config, ConfigError, read
from infra.release import ReleaseError, migration, settings
from infra.release.attempts import every
from infra.release.stacks import DIGEST, SERVICE, STATE, Stack, describe
from infra.synth import OUT, DesignError, synthesize

BOOTSTRAP_VERSION = "/cdk-bootstrap/hnb659fds/version"
"""The parameter that the CDK's bootstrap leaves behind."""

DELEGATION_MINUTES = 60
DELEGATION_POLL_SECONDS = 20
MIGRATION_SECONDS = 20 * 60


class NoCredentialsError(Exception):
    """AWS does not know us; the message is one line."""


class Stopped(Exception):
    """A step that needs the operator; the message says what to do."""


@dataclass(frozen=True)
class Deployment:
    """One run: from an account that may be empty to a service that serves.

    `cdk` runs the CLI with these arguments, `name_servers` asks who serves a domain, `say` shows a
    step and what became of it, and `patience` is how many seconds a delegation is waited for.
    """

    config: Config
    session: boto3.Session
    image_digest: str | None = None
    cdk: Callable[[list[str]], None] = cli.run
    name_servers: Callable[[str], set[str]] = delegation.name_servers
    say: Callable[[str, str], None] = lambda step, text: print(f"{step}: {text}", flush=True)
    patience: int = 0
    out: Path = OUT
    _clients: dict[str, Any] = field(default_factory=dict, init=False, repr=False)

    def run(self) -> None:
        """All steps. Raises NoCredentialsError, Stopped, and what the steps' own modules raise."""
        account = self.account()
        synthesize(self.config, self.out)
        self.settings()
        self.bootstrap(account)
        self.state()
        digest = self.image()
        self.delegated()
        self.schema(digest)
        self.service(digest)

    def account(self) -> str:
        """Whose credentials these are: the account's number."""
        try:
            who = self._client("sts").get_caller_identity()
        except (BotoCoreError, ClientError) as error:
            reason = " ".join(str(error).split())
            raise NoCredentialsError(f"no credentials that AWS accepts: {reason}") from None
        self.say("credentials", f"account {who['Account']}, as {who['Arn']}")
        return str(who["Account"])

    def settings(self) -> None:
        """Refuse what would be undone only because its variable is left out, or cannot change."""
        state = self._deployed(STATE)
        changed = settings.check(state, assembly=self.out) if state else set()
        # What is not asked for goes on running, and it was built for the other processor.
        if "ARCHITECTURE" in changed and not self.image_digest and self._running():
            raise ReleaseError(
                f"settings: ARCHITECTURE={self.config.architecture} is another than before: "
                "set IMAGE_DIGEST to an image that was built for it"
            )

    def bootstrap(self, account: str) -> None:
        """Make the CDK's own bucket and roles, unless they are there."""
        try:
            found = self._client("ssm").get_parameter(Name=BOOTSTRAP_VERSION)
        except self._client("ssm").exceptions.ParameterNotFound:
            self.say("bootstrap", f"account {account} in {REGION}, once")
            self.cdk(["bootstrap", f"aws://{account}/{REGION}"])
        else:
            self.say("bootstrap", f"done, version {found['Parameter']['Value']}")

    def state(self) -> None:
        """Deploy what holds state; the CLI itself sees where nothing changes."""
        self.say("state", f"deploying {STATE}")
        self._deploy(STATE)

    def image(self) -> str:
        """The digest to run: the one asked for, the one that runs now, or the newest pushed."""
        uri = self._stack(STATE).output("RepositoryUri")
        if self.image_digest:
            if not self._images(uri, self.image_digest):
                raise Stopped(f"image: {self.image_digest} is not in {uri}: push it first")
            self.say("image", f"{self.image_digest}, as asked for")
            return self.image_digest
        running = self._running()
        if running:
            self.say("image", f"{running}, which runs now (IMAGE_DIGEST=… for another)")
            return running
        pushed = [image for image in self._images(uri) if image.get("imageTags")]
        if not pushed:
            raise Stopped(_how_to_push(uri, self.config.architecture))
        newest = str(max(pushed, key=lambda image: image["imagePushedAt"])["imageDigest"])
        self.say("image", f"{newest}, the newest in the registry")
        return newest

    def delegated(self) -> None:
        """Wait until the domain is served by our zone, as long as patience lasts."""
        domain = self.config.domain
        if domain is None:
            self.say("delegation", "no DOMAIN: HTTP only, at the load balancer's own name")
            return
        ours = set(self._stack(STATE).output("NameServers").lower().split(","))
        until = time.monotonic() + self.patience
        told = False
        while (found := self._served_by(domain)) != ours:
            if not told:
                self.say("delegation", _how_to_delegate(domain, ours, found))
                told = True
            if time.monotonic() + DELEGATION_POLL_SECONDS > until:
                raise Stopped("delegation: run this again when the registrar has taken it over")
            time.sleep(DELEGATION_POLL_SECONDS)
        self.say("delegation", f"{domain} is served by our zone")

    def schema(self, digest: str) -> None:
        """Run the image's migration, where there is a database; once more does no harm."""
        if "MigrationTask" not in self._stack(STATE).outputs:
            self.say("schema", "no database")
            return
        self._deploy(STATE, digest)
        said = migration.run(
            self._client("ecs"),
            self._client("logs"),
            state=self._stack(STATE),
            digest=digest,
            attempts=every(5, during=MIGRATION_SECONDS),
        )
        self.say("schema", said or "done")

    def service(self, digest: str) -> None:
        """Deploy what serves, with the image; comes back when it is stable."""
        self.say("service", f"deploying {SERVICE}")
        self._deploy(SERVICE, digest)
        self.say("service", f"serving at {self._stack(SERVICE).output('PublicUrl')}")

    def _running(self) -> str | None:
        """The image of the service, or None where none was ever deployed."""
        service = self._deployed(SERVICE)
        if service is None or service.status in ("ROLLBACK_COMPLETE", "REVIEW_IN_PROGRESS"):
            return None
        return service.parameters.get(DIGEST)

    def _deployed(self, name: str) -> Stack | None:
        try:
            return self._stack(name)
        except ReleaseError:
            return None

    def _stack(self, name: str) -> Stack:
        return describe(self._client("cloudformation"), name)

    def _images(self, uri: str, digest: str | None = None) -> list[Mapping[str, Any]]:
        repository = uri.partition("/")[2]
        chosen = {"imageIds": [{"imageDigest": digest}]} if digest else {}
        ecr = self._client("ecr")
        try:
            pages = ecr.get_paginator("describe_images").paginate(
                repositoryName=repository, **chosen
            )
            return [image for page in pages for image in page["imageDetails"]]
        except ecr.exceptions.ImageNotFoundException:
            return []

    def _served_by(self, domain: str) -> set[str]:
        try:
            return self.name_servers(domain)
        except delegation.LookupFailed as error:
            raise Stopped(f"delegation: {error}") from None

    def _deploy(self, stack: str, digest: str | None = None) -> None:
        parameters = ["--parameters", f"{stack}:{DIGEST}={digest}"] if digest else []
        # The other stack has its own step.
        self.cdk(["deploy", stack, "--app", str(self.out), "--exclusively", *parameters])

    def _client(self, service: str) -> Any:
        if service not in self._clients:
            self._clients[service] = self.session.client(service)
        return self._clients[service]


def _how_to_push(uri: str, architecture: str) -> str:
    registry = uri.partition("/")[0]
    platform = {"x86_64": "linux/amd64", "arm64": "linux/arm64"}[architecture]
    tag = f"{uri}:$(git rev-parse --short HEAD)"
    return f"""image: none in the registry yet. Push one, then run this again:
  aws ecr get-login-password --region {REGION} \\
    | docker login --username AWS --password-stdin {registry}
  docker build --platform {platform} --provenance=false --tag {tag} .
  docker push {tag}"""


def _how_to_delegate(domain: str, ours: set[str], found: set[str]) -> str:
    records = "\n".join(f"  {domain}. NS {name}." for name in sorted(ours))
    now = ", ".join(sorted(found)) or "nobody"
    return f"{domain} is served by {now}. At its registrar, set\n{records}"


def digest(environ: Mapping[str, str]) -> str | None:
    """IMAGE_DIGEST, where it is set. Raises ConfigError when it is no digest."""
    found = environ.get("IMAGE_DIGEST", "").strip()
    if found and not re.fullmatch(r"sha256:[0-9a-f]{64}", found):
        raise ConfigError(f"IMAGE_DIGEST is no sha256: and 64 hexadecimal digits ({found})")
    return found or None


def session() -> boto3.Session:
    """The operator's. Raises NoCredentialsError for a profile that is not there."""
    try:
        return boto3.Session(region_name=REGION)
    except BotoCoreError as error:
        raise NoCredentialsError(str(error)) from None


def main() -> int:
    """The command; exit codes as above."""
    try:
        deployment = Deployment(
            config=read(os.environ),
            session=session(),
            image_digest=digest(os.environ),
            patience=DELEGATION_MINUTES * 60 if sys.stdin.isatty() else 0,
        )
        deployment.run()
    except (ConfigError, NoCredentialsError) as error:
        print(f"deploy: {error}", file=sys.stderr)
        return 2
    except (Stopped, cli.CdkError, DesignError, ReleaseError, BotoCoreError, ClientError) as error:
        print(error, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main())
