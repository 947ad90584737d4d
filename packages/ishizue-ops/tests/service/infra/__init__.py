"""The service that the tests design."""
