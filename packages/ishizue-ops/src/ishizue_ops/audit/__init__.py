"""Known vulnerabilities of what is locked, and of an image."""
