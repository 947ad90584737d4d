"""The steps of a release that need more than a command: what `.github/workflows/deploy.yml` calls.

push: the image into the registry, once for each commit, and its digest out of it.
scan: wait for the registry's scan, and stop at what it found.
deploy: one stack, with that digest.
migrate: the schema, as a one-off task of the new image.
verify: the service runs what was deployed, and nothing else.

Each step can be repeated. Waiting is a loop over `attempts`, so that tests need no clock.
"""


class ReleaseError(Exception):
    """The release must not go on; the message is one line."""
