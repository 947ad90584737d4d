"""Every function and block of docs/operations.md works with every pair of settings that matter."""

import re
import shutil
import sys
from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest

from ishizue_ops.config import Config
from ishizue_ops.project import read
from ishizue_ops.template import Design
from ishizue_ops.testing.aws_cli import Ran, options, run
from ishizue_ops.testing.designs import Designs
from ishizue_ops.testing.rows import RUNBOOK, rows
from tests.infra.operations.account import Account
from tests.infra.operations.test_document import BLOCKS, FUNCTIONS

pytestmark = [
    pytest.mark.slow,
    pytest.mark.external,
    pytest.mark.skipif(not shutil.which("jq"), reason="there is no jq here"),
]

WHERE: dict[str, Callable[[Config], object]] = {
    r"beside_rds|DBInstance Rds|instance-identifier \"\$old\"": lambda c: c.database == "rds",
    r"beside_aurora|AURORA|cluster-identifier": lambda c: c.database == "aurora",
    r"run_once|end_blockers|signed|psql|_secret |pg_|DatabaseLogs": lambda c: c.database != "none",
    r"DistributionId|admit_cloudfront": lambda c: c.cdn,
    r"HealthCheck": lambda c: c.outside_check,
    r"NameServers": lambda c: c.domain and not c.hosted_zone_id,
    r"certificate_says": lambda c: c.domain,
    r"FirewallLogs": lambda c: c.has_firewall,
    r"NAT_GATEWAYS=2": lambda c: c.nat_gateways and c.size == "standard",
    r"copied_|settings copies|output copies|copy_": lambda c: c.copies_region,
    r"delete_records": lambda c: c.domain,
}
"""The settings that a block is for, by a pattern of its text."""

[LOST] = [block for block in BLOCKS if "settings copies &&\n  make deploy" in block]
AFTER = [block for block in BLOCKS if re.search(r"copied_|copy_|settings copies && ", block)]
"""The block that deploys in the region of the copies, and those that need what it deploys."""

PROGRAMS = (
    "psql",
    "pg_dump",
    "pg_restore",
    "curl",
    "git",
    "gh",
    "openssl",
    "docker",
    "tar",
)
MAKE = """
make() { # what it is told, and what the shell exports
  aws make $(compgen -e | while read -r name; do echo "$name=${!name//[[:space:]]/_}"; done) "$@"
}
"""
BLANKS = {"snapshot": "kept", "old": "old-db", "zone": "Z0123456789ABC", "bucket": "ours"}


def shell(folder: Path, account: Account, block: str) -> Ran:
    """Run a block with this account in a checkout, where each line must succeed."""
    config = account.config
    (folder / "infra").mkdir(exist_ok=True)
    (folder / "infra" / "operations.sh").write_text(FUNCTIONS, encoding="utf-8")
    (folder / "build").mkdir(exist_ok=True)
    for blank, value in BLANKS.items():
        block = re.sub(rf"^{blank}=….*", f"{blank}={value}", block, flags=re.M)
    block = block.replace("export REGION=ap-northeast-3", f"export REGION={account.region}")
    python = f"PYTHON={sys.executable} AWS_ACCESS_KEY_ID=one AWS_SECRET_ACCESS_KEY=two"
    prepared = f"export {python} ENVIRONMENT={config.environment or ''} REGION={account.region}"
    script = f"{MAKE}{prepared}; . infra/operations.sh; set -e\n{block}"
    return run(script, account, folder=folder, others=PROGRAMS)


def there(config: Config, design: Design) -> Account:
    """The account as it is in the region of the copies."""
    name = config.names.copies_stack
    return Account(config, Design({name: design.templates[name]}), config.copies_region)


def recovered(copies: Account, designs: Designs, folder: Path) -> Account:
    """The account in the region of the copies after the block has deployed the design there."""
    done = shell(folder, copies, LOST)
    assert done.code == 0, done.said
    config = read(copies.made[-1])
    # An account has one identity provider of GitHub's, and the lost stack's is there.
    assert (config.region, config.github_provider) == (copies.region, "existing")
    made = designs(**config.explicit)
    return Account(config, Design({**made.templates, **copies.design.templates}))


@pytest.fixture(scope="module")
def once(designs: Designs) -> Designs:
    """Designs that are loaded once."""
    return cache(designs)


@pytest.mark.parametrize("block", BLOCKS)
def test_a_block_works_with_every_pair_of_settings(
    block: str, once: Designs, tmp_path: Path
) -> None:
    called = set[tuple[str, ...]]()
    signed_in = set[tuple[str, str]]()
    for row in rows(2, RUNBOOK):
        config = read(row)
        if any(re.search(part, block) and not holds(config) for part, holds in WHERE.items()):
            continue
        if "signed" in block:  # Python signs, which takes longer than all else
            if (config.region, config.database) in signed_in:
                continue
            signed_in.add((config.region, config.database))
        design = once(database="", **row)
        account = Account(config, design)
        if block in (LOST, *AFTER) or "output copies" in block:
            account = there(config, design)
        if block in AFTER:
            account = recovered(account, once, tmp_path)
        done = shell(tmp_path, account, block)
        assert done.code == 0, (row, done.said)
        for made in account.made:
            read({name: text for name, text in made.items() if "…" not in text})
        if "build/deployed" in block:
            saved = (tmp_path / "build/deployed").iterdir()
            assert {file.name.partition(".")[0] for file in saved} == design.templates.keys(), row
        if "signed" in block:
            command = next(
                options(words)["overrides"] for words in done.calls if "run-task" in words
            )
            own = "" if config.region == "us-east-1" else f".{config.region}"
            assert f"https://ours.s3{own}.amazonaws.com/" in command, row
        called |= {tuple(words[:2]) for words in done.calls}
    code = re.sub(r"(^|\s)#.*", "", block, flags=re.MULTILINE)
    assert set(re.findall(r"\baws ([a-z\d-]+) ([a-z\d-]+)", code)) <= called


def test_without_a_database_a_task_says_why_it_does_not_run(once: Designs, tmp_path: Path) -> None:
    account = Account(read({"DATABASE": "none"}), once("none"))
    done = shell(tmp_path, account, "run_once --help")
    assert (done.code, done.said) == (
        1,
        "run_once: without a database there is no task to run it in\n",
    )


def test_nat_gateways_come_and_go_with_every_pair_of_settings(once: Designs) -> None:
    """A service imports public or private subnets: CloudFormation removes no export in use."""
    for row in rows(2, RUNBOOK):
        design = once(database="", **row)
        exports = [output.get("Export", {}).get("Name", "") for *_, output in design.outputs]
        subnets = [subnet.logical_id for subnet in design.of_type("AWS::EC2::Subnet")]
        assert len(subnets) == 4, row
        assert [name for name in subnets if name not in " ".join(exports)] == [], row
