"""The image in the registry: pushed once per commit, identified by its digest."""

import base64
import os
import tempfile
from typing import Any

from ishizue_ops import programs
from ishizue_ops.deploy import Stopped
from ishizue_ops.words import Text


def digest(ecr: Any, *, repository: str, tag: str) -> str | None:
    """The digest (`sha256:…`) of the tag, or None."""
    try:
        [image] = ecr.describe_images(repositoryName=repository, imageIds=[{"imageTag": tag}])[
            "imageDetails"
        ]
    except ecr.exceptions.ImageNotFoundException:
        return None
    return str(image["imageDigest"])


def push(ecr: Any, *, uri: str, local: str, tag: str) -> str:
    """Push the local image to `uri:tag`, and return its digest.

    If the tag exists, push nothing and return its digest: a repeated release, or a rollback,
    deploys the same image as the first time.
    """
    repository = uri.partition("/")[2]
    present = digest(ecr, repository=repository, tag=tag)
    if present:
        return present
    # Keep the registry's password out of the user's docker configuration.
    with tempfile.TemporaryDirectory() as folder:
        environ = {**os.environ, "DOCKER_CONFIG": folder}
        [data] = ecr.get_authorization_token()["authorizationData"]
        token = base64.b64decode(data["authorizationToken"]).decode()
        user, _, password = token.partition(":")
        registry = uri.partition("/")[0]
        _docker(environ, "login", "--username", user, "--password-stdin", registry, stdin=password)
        _docker(environ, "tag", local, f"{uri}:{tag}")
        _docker(environ, "push", "--quiet", f"{uri}:{tag}")
    pushed = digest(ecr, repository=repository, tag=tag)
    if pushed is None:
        raise Stopped(Text("push-lost", repository=repository, tag=tag))
    return pushed


def _docker(environ: dict[str, str], *arguments: str, stdin: str | None = None) -> None:
    failure = Text("docker-failed", command=arguments[0])
    programs.run(["docker", *arguments], Stopped, failure, env=environ, input=stdin)
