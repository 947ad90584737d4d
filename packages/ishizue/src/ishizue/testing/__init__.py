"""What a service's tests need: databases, a running server, clients, logs.

`-p ishizue.testing.plugin` gives pytest the fixtures.
"""
