"""The steps of `make deploy`, from an empty account to a running service."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import boto3
from botocore.exceptions import BotoCoreError, ClientError

from ishizue_ops.config import OUTSIDE_REGION, Config
from ishizue_ops.deploy import (
    Stopped,
    cdn,
    database_log,
    domain,
    new_account,
    quota,
    replication,
    subscribers,
)
from ishizue_ops.deploy.cdk import cli
from ishizue_ops.deploy.ending import caller
from ishizue_ops.deploy.release import every, migration, settings
from ishizue_ops.deploy.release.stacks import Stack, deploy, describe, read_template
from ishizue_ops.design import stack_parameters
from ishizue_ops.design.database import versions
from ishizue_ops.names import (
    BOOTSTRAP_QUALIFIER,
    CDN_ZONE,
    CHECKED_HOST,
    COPY_KEY,
    IMAGE_DIGEST,
    Names,
)
from ishizue_ops.project import label, localized
from ishizue_ops.synth import synthesize
from ishizue_ops.words import Text


@dataclass(frozen=True)
class Deployment:
    """One run of the command.

    The assembly goes into `out`. `cdk` runs the CDK CLI, `lookup` finds DNS records, `say` prints
    a step and its result.
    """

    config: Config
    session: boto3.Session
    out: Path
    image_digest: str | None = None
    database_version: str | None = None
    cdk: Callable[[list[str]], None] = cli.run
    lookup: domain.Lookup = domain.records
    say: Callable[[str, str | Text], None] = lambda step, text: print(
        f"{label(step)}: {localized(text)}", flush=True
    )

    @property
    def _names(self) -> Names:
        return self.config.names

    def run(self) -> None:
        """Run all steps. Raises ConfigError, Stopped and the errors of their modules."""
        account = self.account()
        synthesize(self.config, self.out)
        self.settings()
        self.domain()
        self.quota()
        self.new_account()
        self.bootstrap(account)
        self.copies()
        self.state()
        self.replication(account)
        digest = self.image()
        self.delegation()
        self.schema(digest)
        self.cdn_stack()
        self.service(digest)
        self.external_check()
        self.cdn_stack(shrinking=True)
        self.subscribers()

    def account(self) -> str:
        """The account number of the credentials."""
        who = caller(self.session)
        self.say("credentials", Text("account", number=who["Account"], arn=who["Arn"]))
        return str(who["Account"])

    def settings(self) -> None:
        """Refuse settings that would be dropped, or that cannot change."""
        state = self._deployed(self._names.state_stack)
        if state is None:
            new_account.check_region(self.session.client("s3"), self.config)
            return
        changed = settings.check(state, assembly=self.out)
        service = self._serving()
        if service is None:
            return
        cdn.refuse_switch(self.config, service.outputs)
        # The image that runs was built for the other processor.
        if "ARCHITECTURE" in changed and not self.image_digest:
            raise Stopped(Text("new-architecture", config=self.config))

    def quota(self) -> None:
        """Compare Fargate's quota with what the tasks need; stop only if none could serve."""
        allowed = quota.read(self.session.client("service-quotas"))
        advice = quota.advice(self.config, allowed)
        if allowed < sum(quota.need(self.config).values()) and not self._serving():
            raise Stopped(Text("because", what="quota", why=advice))
        self.say("quota", advice)

    def new_account(self) -> None:
        """Make the roles that AWS's services would make too late, and warn of what AWS may refuse.

        An account on the Free plan has no database of ours.
        """
        if self.config.database != "none":
            freetier = self.session.client("freetier", region_name=OUTSIDE_REGION)
            try:
                new_account.check_plan(freetier)
            except (BotoCoreError, ClientError) as error:  # an older account has no plan
                self.say("plan", Text("unread", error=" ".join(str(error).split())))
        for role in new_account.make_roles(self.session.client("iam"), self.config):
            self.say("new account", Text("made", what=role))
        if self.config.product.web:
            balancers = self.session.client("elbv2").describe_load_balancers(PageSize=1)
            if not balancers["LoadBalancers"]:
                self.say("new account", new_account.NO_BALANCER)

    def domain(self) -> None:
        """Check the zone and the certificate that exist, or what a new zone would cut off."""
        say = partial(self.say, "domain")
        if self.config.domain is None:
            return
        if self.config.certificate_arn:
            region = OUTSIDE_REGION if self.config.cdn else self.config.region
            domain.check_certificate(self.session.client("acm", region_name=region), self.config)
        if self.config.hosted_zone_id:
            service = self._deployed(self._names.service_stack)
            url = service.outputs.get("PublicUrl") if service else None
            ours = url == f"https://{self.config.domain}"
            route53 = self.session.client("route53")
            domain.check_zone(route53, self.lookup, self.config, ours=ours, say=say)
            return
        state = self._deployed(self._names.state_stack)
        delegated = domain.name_servers(self.lookup, self.config.domain)
        if not delegated or not state or delegated != _servers(state):
            domain.check_records(self.lookup, self.config.domain, say)

    def bootstrap(self, account: str) -> None:
        """Create the CDK's bucket and roles in each region of a stack, unless they exist."""
        if self.config.environment:
            self.say("bootstrap", Text("one-account", name=self.config.environment))
        other = OUTSIDE_REGION if self.config.has_external_check_stack else None
        regions = dict.fromkeys((self.config.region, other, self.config.copies_region))
        for region in filter(None, regions):
            ssm = self.session.client("ssm", region_name=region)
            try:
                response = ssm.get_parameter(Name=f"/cdk-bootstrap/{BOOTSTRAP_QUALIFIER}/version")
            except ssm.exceptions.ParameterNotFound:
                self.say("bootstrap", Text("bootstrapping", account=account, region=region))
                # Without an assembly the CLI would synthesize once more.
                where = f"aws://{account}/{region}"
                self.cdk(["bootstrap", where, "--app", str(self.out)])
            else:
                version = response["Parameter"]["Value"]
                self.say("bootstrap", Text("bootstrapped", region=region, version=version))

    def copies(self) -> None:
        """Deploy the key of the backups' copies, before what uses it."""
        if region := self.config.copies_region:
            name = self._names.copies_stack
            self.say("copies", Text("deploying", name=name, region=region))
            self._deploy(name)

    def state(self) -> None:
        """Deploy the state's stack; the CLI skips it if nothing changes.

        A new database starts on the newest PostgreSQL; an existing one keeps its version.
        """
        name = self._names.state_stack
        given = {}
        self.say("state", Text("deploying", name=name, region=self.config.region))
        if self.config.database != "none":
            before = self._deployed(name)
            exists = before and "DatabaseMasterSecret" in before.outputs
            if version := self.database_version or (None if exists else versions.NEWEST):
                self.say("state", f"PostgreSQL {version}")
                given[versions.PARAMETER] = version
        if region := self.config.copies_region:
            given[COPY_KEY] = self._stack(self._names.copies_stack, region).output(COPY_KEY)
        self._deploy(name, given)

    def replication(self, account: str) -> None:
        """Have the registry copy images to the region of the copies, or no longer."""
        if "BACKUP_COPY_REGION" not in self.config.explicit:
            return
        uri = self._stack(self._names.state_stack).output("RepositoryUri")
        repository = uri.partition("/")[2]
        region = self.config.copies_region
        ecr = self.session.client("ecr")
        if replication.replicate(ecr, repository, account=account, region=region):
            self.say("replication", Text("replicated", region=region or Text("no-region")))

    def image(self) -> str:
        """The digest to run: the requested one, the running one, or the newest one with a tag."""
        uri = self._stack(self._names.state_stack).output("RepositoryUri")
        if self.image_digest:
            if not self._images(uri, self.image_digest):
                missing = Text("absent-image", digest=self.image_digest, uri=uri)
                raise Stopped(_how_to_push(missing, uri, self.config))
            self.say("image", Text("requested-image", digest=self.image_digest))
            return self.image_digest
        service = self._serving()
        if service and (running := service.parameters.get(IMAGE_DIGEST)):
            self.say("image", Text("running-image", digest=running))
            return running
        pushed = [image for image in self._images(uri) if image.get("imageTags")]
        if not pushed:
            raise Stopped(_how_to_push(Text("empty-registry"), uri, self.config))
        newest = str(max(pushed, key=lambda image: image["imagePushedAt"])["imageDigest"])
        self.say("image", Text("newest-image", digest=newest))
        return newest

    def delegation(self) -> None:
        """Stop until the domain is delegated to our zone, which the certificate waits for.

        With a certificate that exists, nothing waits for it: visitors move when it is delegated.
        """
        say = partial(self.say, "delegation")
        name = self.config.domain
        if name is None:
            say(Text("http-only"))
            return
        if self.config.hosted_zone_id:
            say(Text("existing-zone", zone=self.config.hosted_zone_id))
            return
        ours = _servers(self._stack(self._names.state_stack))
        needed = not self.config.certificate_arn
        domain.check_delegation(self.lookup, name, ours, needed=needed, say=say)

    def schema(self, digest: str) -> None:
        """Run the image's migration if there is a database; repeating it is harmless."""
        state = self._stack(self._names.state_stack)
        if "MigrationTask" not in state.outputs:
            self.say("schema", Text("without-database"))
            return
        if days := database_log.keep(self.session.client("logs"), state):
            self.say("log", Text("log-kept", days=days))
        self._deploy(self._names.state_stack, {IMAGE_DIGEST: digest})
        last_line = migration.run(
            self.session.client("ecs"),
            self.session.client("logs"),
            state=self._stack(self._names.state_stack),
            digest=digest,
            attempts=every(5, times=migration.ATTEMPTS),
        )
        self.say("schema", last_line or Text("done"))

    def cdn_stack(self, *, shrinking: bool = False) -> None:
        """Deploy what CloudFront uses. The certificate waits for the domain's delegation.

        What the distribution used before stays, or is deleted when `shrinking`, after the service.
        """
        name = self._names.cdn_stack
        given = {}
        if not self.config.has_cdn_stack:
            if shrinking:
                self._delete(name)
            return
        cloudformation = self.session.client("cloudformation", region_name=OUTSIDE_REGION)
        stack = self._deployed(name, OUTSIDE_REGION)
        more = cdn.grown(cloudformation, stack, read_template(self.out, name)) if stack else None
        if shrinking and not more:
            return
        self.say("cdn", Text("deploying", name=name, region=OUTSIDE_REGION))
        if self.config.makes_cdn_certificate:
            stored = self._names.parameter(stack_parameters.HOSTED_ZONE)
            response = self.session.client("ssm").get_parameter(Name=stored)
            given = {CDN_ZONE: str(response["Parameter"]["Value"])}
        if more and not shrinking:
            cdn.grow(cloudformation, name, more, given)
        else:
            self._deploy(name, given)

    def service(self, digest: str) -> None:
        """Deploy the service's stack with the image, and wait until it is stable."""
        name = self._names.service_stack
        self.say("service", Text("deploying", name=name, region=self.config.region))
        given = self._cdn_values(name) if self.config.has_cdn_stack else {}
        try:
            self._deploy(name, {IMAGE_DIGEST: digest, **given})
        finally:
            # A release that ECS took back left pages too, which would stay until midnight.
            deployed = self._deployed(name) if self.config.cdn else None
            if deployed and cdn.invalidate(self.session.client("cloudfront"), deployed):
                self.say("cdn", Text("emptied-caches"))
        url = self._stack(name).outputs.get("PublicUrl")
        self.say("service", Text("serving", url=url) if url else Text("workers-deployed"))

    def external_check(self) -> None:
        """Deploy the check of the name that visitors use, and CloudFront's alarms, or delete it."""
        name = self._names.external_check_stack
        if not self.config.has_external_check_stack:
            self._delete(name)
            return
        self.say("external check", Text("deploying", name=name, region=OUTSIDE_REGION))
        service = self._stack(self._names.service_stack)
        url = service.outputs.get("PublicUrl", "")
        given = {}
        if self.config.outside_check and not self.config.domain:
            given[CHECKED_HOST] = url.partition("://")[2]
        if self.config.cdn:
            given |= self._cdn_values(name, service)
        self._deploy(name, given)
        self.say("external check", Text("watched", what=url or Text("budget")))

    def subscribers(self) -> None:
        """Say whom the alarms of each region reach."""
        stacks = {self._names.state_stack: self.config.region}
        if self.config.has_external_check_stack:
            stacks[self._names.external_check_stack] = OUTSIDE_REGION
        for name, region in stacks.items():
            cloudformation = self.session.client("cloudformation", region_name=region)
            sns = self.session.client("sns", region_name=region)
            for line in subscribers.of_stack(cloudformation, sns, name):
                self.say("alarms", Text("alarms-in", region=region, line=line))

    def _cdn_values(self, stack: str, *others: Stack) -> dict[str, str]:
        """The parameters of a stack that are outputs of the state, the CDN's stack or others."""
        stacks = [self._stack(self._names.state_stack), *others]
        if self.config.has_cdn_stack:
            stacks.append(self._stack(self._names.cdn_stack, OUTSIDE_REGION))
        wanted = read_template(self.out, stack).get("Parameters", {})
        outputs = {name: value for source in stacks for name, value in source.outputs.items()}
        return {name: value for name, value in outputs.items() if name in wanted}

    def _delete(self, name: str) -> None:
        """Delete a stack in the other region, if there is one."""
        if self._deployed(name, OUTSIDE_REGION) is None:
            return
        self.say("cloudformation", Text("deleting", name=name, region=OUTSIDE_REGION))
        cloudformation = self.session.client("cloudformation", region_name=OUTSIDE_REGION)
        cloudformation.delete_stack(StackName=name)
        cloudformation.get_waiter("stack_delete_complete").wait(StackName=name)

    def _serving(self) -> Stack | None:
        """The service's stack, if it was ever deployed successfully."""
        service = self._deployed(self._names.service_stack)
        failed = service and service.status in ("ROLLBACK_COMPLETE", "REVIEW_IN_PROGRESS")
        return None if failed else service

    def _deployed(self, name: str, region: str | None = None) -> Stack | None:
        try:
            return self._stack(name, region)
        except Stopped:
            return None

    def _stack(self, name: str, region: str | None = None) -> Stack:
        return describe(self.session.client("cloudformation", region_name=region), name)

    def _images(self, uri: str, digest: str | None = None) -> list[Mapping[str, Any]]:
        repository = uri.partition("/")[2]
        chosen = {"imageIds": [{"imageDigest": digest}]} if digest else {}
        ecr = self.session.client("ecr")
        try:
            pages = ecr.get_paginator("describe_images").paginate(
                repositoryName=repository, **chosen
            )
            return [image for page in pages for image in page["imageDetails"]]
        except ecr.exceptions.ImageNotFoundException:
            return []

    def _deploy(self, stack: str, given: Mapping[str, str] = {}) -> None:
        deploy(stack, assembly=self.out, cdk=self.cdk, parameters=given)


def _how_to_push(why: Text, uri: str, config: Config) -> Text:
    registry = uri.partition("/")[0]
    platform = {"x86_64": "linux/amd64", "arm64": "linux/arm64"}[config.architecture]
    tag = f"{uri}:$(git rev-parse --short HEAD)"
    commands = f"""\
  aws ecr get-login-password --region {config.region} \\
    | docker login --username AWS --password-stdin {registry}
  docker build --platform {platform} --provenance=false --tag {tag} .
  docker push {tag}
  docker inspect --format '{{{{index .RepoDigests 0}}}}' {tag}"""
    return Text("push-an-image", why=why, commands=commands)


def _servers(state: Stack) -> set[str]:
    """The name servers of the zone that the stack made; empty without one."""
    return set(filter(None, state.outputs.get("NameServers", "").lower().split(",")))
