"""`verify-full` trusts Amazon RDS in Tokyo and the system's roots."""

import ssl
from datetime import UTC, datetime, timedelta
from importlib import resources

import pytest

from kirosample.storage.database_url import DatabaseUrl, verify_full

URL = "postgresql://app@db.example/kirosample"
NAMES = {f"Amazon RDS ap-northeast-1 Root CA {key} G1" for key in ("RSA2048", "RSA4096", "ECC384")}


def roots() -> list[dict[str, object]]:
    """The bundle's certificates; OpenSSL lists only those of authorities."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.load_verify_locations(str(resources.files("kirosample.storage") / "rds_roots.pem"))
    return context.get_ca_certs()  # type: ignore[return-value]


def common_name(certificate: dict[str, object], part: str = "subject") -> str:
    fields: tuple[tuple[tuple[str, str]]] = certificate[part]  # type: ignore[assignment]
    return dict(field for (field,) in fields)["commonName"]


def test_the_bundle_has_the_three_self_signed_roots_of_tokyo() -> None:
    assert {common_name(root) for root in roots()} == NAMES
    assert all(common_name(root, "issuer") == common_name(root) for root in roots())


def test_no_root_expires_within_a_year() -> None:
    for root in roots():
        ends = datetime.fromtimestamp(ssl.cert_time_to_seconds(str(root["notAfter"])), UTC)
        assert ends - datetime.now(UTC) > timedelta(days=365), common_name(root)


def test_a_verified_connection_trusts_the_system_and_rds_and_checks_the_name() -> None:
    context = verify_full()
    trusted = {str(certificate["serialNumber"]) for certificate in context.get_ca_certs()}
    system = ssl.create_default_context().get_ca_certs()
    assert {str(root["serialNumber"]) for root in roots()} <= trusted
    assert {str(certificate["serialNumber"]) for certificate in system} <= trusted
    assert context.check_hostname
    assert context.verify_mode is ssl.CERT_REQUIRED


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
