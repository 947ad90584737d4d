"""The paths of the health checks."""

LIVENESS_PATH, READINESS_PATH = "/livez", "/readyz"
