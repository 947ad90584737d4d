"""What a small service needs to serve: HTTP, PostgreSQL, telemetry."""

__version__ = "1.1.0"
