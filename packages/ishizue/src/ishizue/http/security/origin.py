"""Origins as browsers write them in the `Origin` header."""

_DEFAULT_PORTS = {"http": 80, "https": 443}


def origin(scheme: str, host: str, port: int | None) -> str:
    """The serialized origin (RFC 6454, 6.2): no default port, an IPv6 address in brackets."""
    bracketed = f"[{host}]" if ":" in host else host
    suffix = "" if port in (None, _DEFAULT_PORTS.get(scheme)) else f":{port}"
    return f"{scheme}://{bracketed}{suffix}"
