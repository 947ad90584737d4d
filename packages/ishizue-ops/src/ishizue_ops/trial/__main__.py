"""`make trial`: an environment's whole life in a real account, which no simulation knows.

ENVIRONMENT names one that does not exist; TRIAL_USD is what it may cost. A small environment runs a
command in a task and grows, with copies in another region; one release is good, one fails its smoke
test. Then everything goes, on Ctrl-C and after a failure too.

The image is built by docker, or IMAGE_DIGEST is one in production's registry. build/trial/trial.log
is there to be attached to an issue. Exit codes: 1 a step failed or something is left; 2 nothing was
done.
"""

import io
import json
import os
import shutil
import signal
import subprocess
import sys
from contextlib import redirect_stdout
from dataclasses import replace
from pathlib import Path
from typing import TextIO
from urllib.request import urlopen

import boto3

from ishizue_ops.config import Config, ConfigError
from ishizue_ops.cost.book import BookError
from ishizue_ops.deploy import Stopped
from ishizue_ops.deploy.__main__ import digest as wanted
from ishizue_ops.deploy.cdk import cli
from ishizue_ops.deploy.ending import NoCredentialsError
from ishizue_ops.deploy.release import image
from ishizue_ops.deploy.release.stacks import describe
from ishizue_ops.project import localized
from ishizue_ops.synth import DesignError
from ishizue_ops.trial.steps import Trial, settings

OUT = Path("build/trial")


def built(session: boto3.Session, uri: str, config: Config) -> str:
    """Build this folder's image, push it, and return its digest."""
    platform = {"x86_64": "linux/amd64", "arm64": "linux/arm64"}[config.architecture]
    local = f"{config.names.service}:trial"
    build = ["docker", "build", "--platform", platform, "--provenance=false", "--tag", local, "."]
    subprocess.run(build, check=True, stdout=sys.stderr)  # noqa: S603
    return image.push(session.client("ecr"), uri=uri, local=local, tag="trial")


def copied(session: boto3.Session, uri: str, config: Config, digest: str) -> str:
    """Copy the image with this digest from production's registry, layer by layer."""
    production = replace(config, environment=None).names.state_stack
    source = describe(session.client("cloudformation"), production).output("RepositoryUri")
    ecr = session.client("ecr")
    old, new = (each.partition("/")[2] for each in (source, uri))
    wanted = ecr.batch_get_image(repositoryName=old, imageIds=[{"imageDigest": digest}])
    if not wanted["images"]:
        raise Stopped(f"image: {digest} is not in {source}")
    manifest = wanted["images"][0]["imageManifest"]
    parts = json.loads(manifest)
    if "layers" not in parts:
        raise Stopped(f"image: {digest} is a list of images: name the one of {config.architecture}")
    for layer in (parts["config"], *parts["layers"]):
        name = layer["digest"]
        download = ecr.get_download_url_for_layer(repositoryName=old, layerDigest=name)
        with urlopen(download["downloadUrl"]) as response:  # noqa: S310  (ECR's own)
            started = ecr.initiate_layer_upload(repositoryName=new)
            first = 0
            upload = {"repositoryName": new, "uploadId": started["uploadId"]}
            while part := response.read(started["partSize"]):
                last = first + len(part) - 1
                ecr.upload_layer_part(
                    **upload, partFirstByte=first, partLastByte=last, layerPartBlob=part
                )
                first = last + 1
        ecr.complete_layer_upload(**upload, layerDigests=[name])
    ecr.put_image(repositoryName=new, imageManifest=manifest, imageTag="trial")
    return digest


class _Tee(io.TextIOBase):
    """Standard output, and the log."""

    def __init__(self, *files: TextIO) -> None:
        self._files = files

    def write(self, text: str) -> int:
        for file in self._files:
            file.write(text)
            file.flush()
        return len(text)


def main() -> int:
    """Run the command; exit codes as above."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        small, large = settings(os.environ)
        given = wanted(os.environ)
        session = boto3.Session(region_name=small.region)
        for program in ("bash", "aws", "jq", *(() if given else ("docker",))):
            if not shutil.which(program):
                raise ConfigError(f"{program} is not installed")
        OUT.mkdir(parents=True, exist_ok=True)
        environ = {**os.environ, "CDK_REQUIRE_APPROVAL": "never"}
        with (
            (OUT / "trial.log").open("w", encoding="utf-8") as log,
            redirect_stdout(_Tee(sys.stdout, log)),
        ):
            failures = Trial(
                small=small,
                large=large,
                session=session,
                folder=OUT,
                push=lambda uri, config: (
                    copied(session, uri, config, given) if given else built(session, uri, config)
                ),
                cdk=lambda arguments: cli.run(arguments, environ=environ, log=OUT / "cdk.log"),
                environ=os.environ,
            ).run()
    except (ConfigError, NoCredentialsError, BookError, DesignError, KeyboardInterrupt) as error:
        print(f"trial: {localized(error) or 'stopped before anything was made'}", file=sys.stderr)
        return 2
    print(f"the log is {OUT / 'trial.log'}, and the CDK's beside it")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
