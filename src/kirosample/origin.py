"""Origins: where a page comes from, as browsers write it in `Origin`."""

_DEFAULT_PORTS = {"http": 80, "https": 443}


def origin(scheme: str, host: str, port: int | None) -> str:
    """The origin (RFC 6454, 6.2): a scheme's own port is left out, an IPv6 address in brackets."""
    written = f"[{host}]" if ":" in host else host
    told = "" if port in (None, _DEFAULT_PORTS.get(scheme)) else f":{port}"
    return f"{scheme}://{written}{told}"
