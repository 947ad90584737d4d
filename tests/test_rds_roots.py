"""`verify-full` trusts Amazon RDS in Tokyo, beside whom the system trusts."""

import ssl
from datetime import UTC, datetime, timedelta
from importlib import resources

import pytest

from kirosample import tls
from kirosample.settings import ExternalDatabase, SettingsError, read

URL = "postgresql://app@db.example/kirosample"
NAMES = {f"Amazon RDS ap-northeast-1 Root CA {key} G1" for key in ("RSA2048", "RSA4096", "ECC384")}


def roots() -> list[dict[str, object]]:
    """The bundle's certificates; OpenSSL lists only those that may sign others."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    text = resources.files("kirosample").joinpath("rds_roots.pem").read_text(encoding="ascii")
    context.load_verify_locations(cadata=text)
    return context.get_ca_certs()  # type: ignore[return-value]


def common_name(certificate: dict[str, object], part: str = "subject") -> str:
    fields: tuple[tuple[tuple[str, str]]] = certificate[part]  # type: ignore[assignment]
    return dict(field for (field,) in fields)["commonName"]


def test_the_bundle_is_the_three_authorities_of_tokyo_each_signed_by_itself() -> None:
    assert {common_name(root) for root in roots()} == NAMES
    assert all(common_name(root, "issuer") == common_name(root) for root in roots())


def test_no_root_ends_within_a_year() -> None:
    for root in roots():
        ends = datetime.fromtimestamp(ssl.cert_time_to_seconds(str(root["notAfter"])), UTC)
        assert ends - datetime.now(UTC) > timedelta(days=365), common_name(root)


def test_a_verified_connection_trusts_the_system_and_rds_and_checks_the_name() -> None:
    context = tls.verify_full()
    trusted = {str(certificate["serialNumber"]) for certificate in context.get_ca_certs()}
    system = ssl.create_default_context().get_ca_certs()
    assert {str(root["serialNumber"]) for root in roots()} <= trusted
    assert {str(certificate["serialNumber"]) for certificate in system} <= trusted
    assert context.check_hostname
    assert context.verify_mode is ssl.CERT_REQUIRED


def test_no_python_verifies_more_strictly_than_another(monkeypatch: pytest.MonkeyPatch) -> None:
    strict = ssl.create_default_context()
    strict.verify_flags |= ssl.VERIFY_X509_STRICT  # as Python 3.13 makes it
    monkeypatch.setattr("ssl.create_default_context", lambda: strict)
    assert not tls.verify_full().verify_flags & ssl.VERIFY_X509_STRICT


@pytest.mark.parametrize(
    ("database", "verified"),
    [
        (ExternalDatabase(URL, "verify-full"), True),
        (ExternalDatabase(f"{URL}?sslmode=verify-full"), True),
        (ExternalDatabase(f"{URL}?sslmode=verify-full&sslrootcert=/own.pem"), False),
        (ExternalDatabase(f"{URL}?sslmode=verify-full", "require"), False),
        (ExternalDatabase(f"{URL}?sslmode=require"), False),
        (ExternalDatabase(URL), False),
    ],
)
def test_our_roots_are_used_where_verification_is_asked_for_and_no_others_are_named(
    database: ExternalDatabase, verified: bool
) -> None:
    assert isinstance(database.connect_arguments().get("ssl"), ssl.SSLContext) is verified


def test_an_unknown_sslmode_is_refused_without_showing_the_url() -> None:
    with pytest.raises(SettingsError, match="DATABASE_URL has an unknown sslmode") as caught:
        read({"DATABASE_URL": "postgresql://app:s3cret@db/x?sslmode=verify_full"})
    assert "s3cret" not in str(caught.value)
