"""How a database's certificate is verified: `verify-full`, as libpq means it."""

import ssl
from importlib import resources


def verify_full() -> ssl.SSLContext:
    """A context that checks the certificate's chain, dates and host name.

    Trusted are the system's roots (another set by `SSL_CERT_FILE`, as everywhere with OpenSSL) and
    Amazon RDS's in Tokyo, which no system carries.
    """
    context = ssl.create_default_context()
    context.load_verify_locations(
        cadata=resources.files("kirosample").joinpath("rds_roots.pem").read_text(encoding="ascii")
    )
    # Python 3.13 also refuses certificates that lack optional extensions. libpq does not, and a
    # server must not become unreachable by a newer Python.
    context.verify_flags &= ~ssl.VERIFY_X509_STRICT
    return context
