"""The CDK's own command line, at the version that package-lock.json pins."""
