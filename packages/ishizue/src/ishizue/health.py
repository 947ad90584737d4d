"""The paths of the health checks."""

LIVENESS_PATH = "/livez"
READINESS_PATH = "/readyz"
