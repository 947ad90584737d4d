"""A lost database, restored from a dump. RDS's own way is `deploy.restore`."""
