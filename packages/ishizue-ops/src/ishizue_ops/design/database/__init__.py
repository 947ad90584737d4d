"""The database and what belongs to it: monitoring, alarms on an outage, copies of its backups."""
