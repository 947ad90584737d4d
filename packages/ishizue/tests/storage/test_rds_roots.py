"""`verify-full` trusts Amazon RDS in every region and the system's roots."""

import re
import ssl
from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from ishizue.storage.database_url import DatabaseUrl, verify_full

URL = "postgresql://app@db.example/notes"
NAME = re.compile("Amazon RDS ([a-z0-9-]+) Root CA (RSA2048|RSA4096|ECC384) G1")


def test_a_verified_connection_trusts_the_system_and_rds_for_a_year_and_checks_the_name() -> None:
    context = verify_full()
    assert context.check_hostname
    assert context.verify_mode is ssl.CERT_REQUIRED
    system = ssl.create_default_context().get_ca_certs()
    trusted: list[Any] = context.get_ca_certs()
    assert all(certificate in trusted for certificate in system)
    added = [certificate for certificate in trusted if certificate not in system]
    names = [dict(field for (field,) in root["subject"])["commonName"] for root in added]
    regions = Counter(match[1] for match in map(NAME.fullmatch, names) if match)
    assert {"ap-northeast-1", "ap-northeast-3", "us-east-1", "eu-west-1"} <= regions.keys()
    assert {*regions.values()} == {3}
    assert len(names) == regions.total()
    for root in added:
        ends = datetime.fromtimestamp(ssl.cert_time_to_seconds(root["notAfter"]), UTC)
        assert ends - datetime.now(UTC) > timedelta(days=365), root["subject"]


def test_all_python_versions_verify_alike(monkeypatch: pytest.MonkeyPatch) -> None:
    strict = ssl.create_default_context()
    strict.verify_flags |= ssl.VERIFY_X509_STRICT  # as Python 3.13 makes it
    monkeypatch.setattr("ssl.create_default_context", lambda: strict)
    assert not verify_full().verify_flags & ssl.VERIFY_X509_STRICT


@pytest.mark.parametrize(
    ("database", "verified"),
    [
        (DatabaseUrl(URL, "verify-full"), True),
        (DatabaseUrl(f"{URL}?sslmode=verify-full"), True),
        (DatabaseUrl(f"{URL}?sslmode=verify-full&sslrootcert=/own.pem"), False),
        (DatabaseUrl(f"{URL}?sslmode=verify-full", "require"), False),
        (DatabaseUrl(f"{URL}?sslmode=require"), False),
        (DatabaseUrl(URL), False),
    ],
)
def test_our_roots_are_used_for_verification_unless_the_url_names_others(
    database: DatabaseUrl, verified: bool
) -> None:
    assert isinstance(database.connect_arguments().get("ssl"), ssl.SSLContext) is verified
