"""Known vulnerabilities of what is locked."""
