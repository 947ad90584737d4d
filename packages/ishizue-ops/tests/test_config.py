"""The deployment's settings: valid ones are parsed, invalid ones are refused by name."""

import re
from dataclasses import replace
from ipaddress import IPv4Network

import pytest

from ishizue_ops import config
from ishizue_ops.config import ConfigError
from ishizue_ops.product import Networks
from ishizue_ops.project import read
from ishizue_ops.variables import OF_PRODUCT, REMOVED, SIZES, VARIABLES, Variable
from ishizue_ops.words import translate

INVALID = [
    ("DOMAIN", {"DOMAIN": "https://example.com"}),
    ("TASKS", {"TASKS": "0"}),
    ("TASKS", {"TASKS": "4", "SIZE": "hobby"}),
    ("NAT_GATEWAYS", {"NAT_GATEWAYS": "2", "SIZE": "hobby"}),
    ("ZONES", {"ZONES": "a,a"}),
    ("ZONES", {"REGION": "ap-northeast-3", "ZONES": "ap-northeast-1a,ap-northeast-1c"}),
    ("TASKS", {"TASKS": "8", "MAX_TASKS": "4"}),
    ("MAX_TASKS", {"DATABASE": "rds", "MAX_TASKS": "11"}),
    ("TASK_CPU", {"TASK_CPU": "1000"}),
    ("TASK_MEMORY", {"TASK_CPU": "256", "TASK_MEMORY": "4096"}),
    ("TASK_MEMORY", {"TASK_MEMORY": "2000"}),
    ("NAT_GATEWAYS", {"NAT_GATEWAYS": "3"}),
    ("DATABASE_STORAGE", {"DATABASE_STORAGE": "5"}),
    ("AURORA_MAX_CAPACITY", {"AURORA_MAX_CAPACITY": "0.5"}),
    ("BACKUP_DAYS", {"BACKUP_DAYS": "0"}),
    ("LOG_DAYS", {"LOG_DAYS": "31"}),
    ("ALARM_URL", {"ALARM_URL": "http://example.com/key"}),
    ("ALARM_URL", {"ALARM_URL": "https://"}),
    ("ENVIRONMENT", {"ENVIRONMENT": "Staging"}),
    ("ENVIRONMENT", {"ENVIRONMENT": "production"}),
    ("DOMAIN", {"HOSTED_ZONE_ID": "Z0123456789ABC"}),
    ("BACKUP_COPY_REGION", {"BACKUP_COPY_REGION": "us-west-2", "REGION": "us-west-2"}),
    ("BACKUP_COPY_REGION", {"BACKUP_COPY_REGION": "us-west-2", "DATABASE": "aurora"}),
    ("GITHUB_OWNER_ID", {"GITHUB_REPOSITORY_ID": "2"}),
    ("GITHUB_REPOSITORY_ID", {"GITHUB_OWNER_ID": "1"}),
    ("GITHUB_REPOSITORY", {"GITHUB_OWNER_ID": "1", "GITHUB_REPOSITORY_ID": "2"}),
    ("DATABASE", {"DATBASE": "rds"}),
    ("NAT_GATEWAYS", {"SIZE": "hobby", "NAT": "2"}),
    ("DOMAIN", {"DOMIAN": "example.com"}),
    ("TASKS", {"TASK": "3"}),
    ("IMAGE_DIGEST", {"IMAGE_DIGETS": "sha256:00"}),
]

UUID = "12345678-1234-1234-1234-123456789012"


def test_a_small_task_may_run_on_the_processor_of_whoever_builds_its_image() -> None:
    assert read({"SIZE": "hobby"}).architecture == "arm64"
    assert read({"SIZE": "hobby", "ARCHITECTURE": "x86_64"}).architecture == "x86_64"


def test_in_a_workflow_the_repository_s_number_counts_only_with_the_owner_s() -> None:
    """GitHub sets it everywhere: to refuse it alone would refuse CI, and older subjects."""
    given = {"GITHUB_ACTIONS": "true", "GITHUB_REPOSITORY": "owner/name"}
    given |= {"GITHUB_REPOSITORY_ID": "2", "GITHUB_REPOSITORY_OWNER_ID": "1"}
    assert read(given).explicit == {"GITHUB_REPOSITORY": "owner/name"}
    both = read({**given, "GITHUB_OWNER_ID": "1"})
    assert (both.github_owner_id, both.github_repository_id) == ("1", "2")


@pytest.mark.parametrize("locales", ["ja_JP", "ja_JP:ja", "en_US:en", "C.UTF-8", "C"])
def test_the_shells_list_of_locales_is_not_a_setting(locales: str) -> None:
    """gettext's variable has the name of ours: Debian and Ubuntu set it."""
    assert read({"LANGUAGE": locales}).explicit == {}


@pytest.mark.parametrize("variable", VARIABLES, ids=lambda variable: variable.name)
def test_a_wrong_value_is_refused_in_both_languages(variable: Variable) -> None:
    with pytest.raises(ConfigError, match=f"{variable.name}=!: .*[a-z]") as refused:
        read({variable.name: "!"})
    assert str(refused.value).isascii()
    japanese = translate(refused.value, "ja")
    assert re.match(f"{variable.name}=!: .*[\u3040-\u9fff]", japanese)


def test_an_empty_variable_counts_as_unset() -> None:
    assert read(dict.fromkeys((variable.name for variable in VARIABLES), "")) == read({})


def test_a_size_is_its_parts_and_leaves_the_rest_free() -> None:
    parts = {**SIZES["hobby"], "MAX_TASKS": "2", "BUDGET_USD": "100"}
    assert read({"SIZE": "hobby"}) == replace(read(parts), size="hobby")
    assert read({"SIZE": "hobby", "TASKS": "1", "MAX_TASKS": "4"}).max_tasks == 4


def test_a_contact_has_no_control_character() -> None:
    assert read({"CONTACT": "a@example.com", "CONTACT_NAME": "山田\u3000太郎"}).contact_name
    for code in (*range(0x20), *range(0x7F, 0xA0), 0x2028, 0x2029):
        for environ in (
            {"CONTACT": f"a@exam{chr(code)}ple.com"},
            {"CONTACT": f"https://example.com/{chr(code)}x"},
            {"CONTACT": "a@example.com", "CONTACT_NAME": f"A{chr(code)}B"},
        ):
            with pytest.raises(ConfigError, match="CONTACT"):
                read(environ)


@pytest.mark.parametrize(("name", "environ"), INVALID)
def test_an_invalid_setting_is_refused_by_name(name: str, environ: dict[str, str]) -> None:
    with pytest.raises(ConfigError, match=rf"\b{name}\b") as refused:
        read(environ)
    assert "\n" not in str(refused.value)


def test_a_variable_that_is_the_product_s_now_says_so_unless_it_says_the_same() -> None:
    kept = {
        "VPC_CIDR": "10.0.0.0/16",
        "PUBLIC_CIDRS": "10.0.1.0/24, 10.0.2.0/24",
        "PRIVATE_CIDRS": "10.0.11.0/24,10.0.12.0/24",
        "AURORA_MIN_CAPACITY": "0.5",
        "RUNBOOK_URL": "none",
    }
    assert read(kept) == read({})
    assert kept.keys() == OF_PRODUCT.keys()
    for name, path in OF_PRODUCT.items():
        with pytest.raises(ConfigError, match=rf"^{name}=1: {path} of infra/product\.py .*\w$"):
            read({name: "1"})
    four = replace(read({}).product, aurora_min_capacity=4)
    assert config.read({"AURORA_MIN_CAPACITY": "4.0", "AURORA_MAX_CAPACITY": "4"}, four)
    with pytest.raises(ConfigError, match=r"aurora_min_capacity=4 .* AURORA_MAX_CAPACITY=2"):
        config.read({}, four)


@pytest.mark.parametrize(
    ("cdn", "networks"),
    [
        ("off", Networks(public=(IPv4Network("10.0.1.0/27"), IPv4Network("10.0.2.0/28")))),
        ("on", Networks(private=(IPv4Network("10.0.3.16/28"), IPv4Network("10.0.4.0/27")))),
    ],
)
def test_the_load_balancer_s_subnets_are_large_enough(cdn: str, networks: Networks) -> None:
    product = replace(read({}).product, networks=networks)
    with pytest.raises(ConfigError, match="/28 is smaller than /27"):
        config.read({"CDN": cdn}, product)
    assert config.read({"CDN": "on" if cdn == "off" else "off"}, product)


@pytest.mark.parametrize("name", REMOVED)
def test_a_removed_variable_says_what_replaced_it_unless_it_says_what_holds(name: str) -> None:
    assert read({name: REMOVED[name][0]}) == read({})
    with pytest.raises(ConfigError, match=f"^{name}=10.9.0.0/16 is [^\n]*\\w$") as refused:
        read({name: "10.9.0.0/16"})
    assert re.search("[\u3040-\u9fff]", translate(refused.value, "ja"))


def _certificate(region: str) -> str:
    return f"arn:aws:acm:{region}:123456789012:certificate/{UUID}"


@pytest.mark.parametrize(
    ("region", "cdn", "wrong", "right"),
    [
        ("", "on", "ap-northeast-1", "us-east-1"),
        ("", "off", "us-east-1", "ap-northeast-1"),
        ("eu-west-1", "off", "ap-northeast-1", "eu-west-1"),
    ],
)
def test_a_certificate_is_in_the_region_that_uses_it(
    region: str, cdn: str, wrong: str, right: str
) -> None:
    given = {"DOMAIN": "example.com", "CDN": cdn, "REGION": region}
    assert read({**given, "CERTIFICATE_ARN": _certificate(right)}).certificate_arn
    with pytest.raises(ConfigError, match=f"not in {right}: CDN={cdn} needs one"):
        read({**given, "CERTIFICATE_ARN": _certificate(wrong)})


def test_none_removes_an_earlier_setting() -> None:
    none = dict.fromkeys(("DOMAIN", "ALARM_EMAIL", "ALARM_URL", "GITHUB_REPOSITORY"), "none")
    assert read(none) == read({})
    assert read(none).explicit == none
