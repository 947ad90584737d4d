"""AWS accepts the names of a service that is named as long as `make new` allows."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from infra.names import LONGEST
from tools.new import answers, tree

SETTINGS = [
    {"DATABASE": "rds", "DEPLOYMENT": "canary"},
    pytest.param(
        {"DATABASE": "aurora", "CDN": "on", "DOMAIN": "example.com"}, marks=pytest.mark.long
    ),
]
EVERY = {
    "ENVIRONMENT": "e" * 16,
    "WAF": "on",
    "OUTSIDE_CHECK": "on",
    "BACKUP_COPY_REGION": "ap-northeast-3",
    "GITHUB_REPOSITORY": "owner/name",
    "GITHUB_PROVIDER": "create",
}


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("longest")
    tree.write(folder, answers.read("B" * LONGEST, "", "", ""))
    return folder


@pytest.mark.slow
@pytest.mark.parametrize("settings", SETTINGS, ids=["rds", "aurora"])
def test_the_longest_name_in_the_longest_environment(
    service: Path, settings: dict[str, str]
) -> None:
    """The CDK checks some lengths, and cfn-lint those in CloudFormation's schemas."""
    environ = {"PATH": os.environ["PATH"], "HOME": os.environ["HOME"], **EVERY, **settings}
    done = run(service, [sys.executable, "-m", "infra.checks"], environ)
    assert done.returncode == 0, done.stderr
    templates = sorted((service / "build" / "cdk.out").glob("*.template.json"))
    assert all(template.name.startswith("B" * LONGEST) for template in templates)
    lint = Path(sys.executable).parent / "cfn-lint"
    # W3005 is about a dependency of the canary that is stated twice.
    options = ["--regions", "ap-northeast-1", "--ignore-checks", "W3005"]
    done = run(service, [str(lint), *options, "--template", *map(str, templates)], environ)
    assert done.stdout + done.stderr == ""


def run(
    folder: Path, command: list[str], environ: dict[str, str]
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, cwd=folder, env=environ, capture_output=True, text=True)
