"""The image in the registry: pushed once for each commit, known by its digest from then on."""

import base64
import os
import subprocess
import tempfile
from typing import Any

from infra.release import ReleaseError


def digest(ecr: Any, *, repository: str, tag: str) -> str | None:
    """The digest (`sha256:…`) that the tag stands for, or None where there is no such tag."""
    try:
        [image] = ecr.describe_images(repositoryName=repository, imageIds=[{"imageTag": tag}])[
            "imageDetails"
        ]
    except ecr.exceptions.ImageNotFoundException:
        return None
    return str(image["imageDigest"])


def push(ecr: Any, *, uri: str, local: str, tag: str) -> str:
    """Push docker's image `local` to `uri:tag`; the digest that the registry gave it.

    Where the tag is there, the image behind it is the one: nothing is pushed. So a release that
    is run again, today or as a rollback, deploys the very image that it did the first time.
    """
    repository = uri.partition("/")[2]
    present = digest(ecr, repository=repository, tag=tag)
    if present:
        return present
    # The registry's password stays out of the user's own docker configuration.
    with tempfile.TemporaryDirectory() as folder:
        environ = {**os.environ, "DOCKER_CONFIG": folder}
        user, password = _login(ecr)
        registry = uri.partition("/")[0]
        _docker(environ, "login", "--username", user, "--password-stdin", registry, stdin=password)
        _docker(environ, "tag", local, f"{uri}:{tag}")
        _docker(environ, "push", "--quiet", f"{uri}:{tag}")
    pushed = digest(ecr, repository=repository, tag=tag)
    if pushed is None:
        raise ReleaseError(f"push: {repository} does not have {tag}, which docker pushed")
    return pushed


def _login(ecr: Any) -> tuple[str, str]:
    [data] = ecr.get_authorization_token()["authorizationData"]
    user, _, password = base64.b64decode(data["authorizationToken"]).decode().partition(":")
    return user, password


def _docker(environ: dict[str, str], *arguments: str, stdin: str | None = None) -> None:
    command = ["docker", *arguments]
    try:
        done = subprocess.run(  # noqa: S603
            command, env=environ, input=stdin, capture_output=True, text=True
        )
    except FileNotFoundError:
        raise ReleaseError("push: there is no docker here") from None
    if done.returncode:
        reason = (done.stderr.strip().splitlines() or ["no reason given"])[-1]
        raise ReleaseError(f"push: docker {arguments[0]} failed: {reason}")
