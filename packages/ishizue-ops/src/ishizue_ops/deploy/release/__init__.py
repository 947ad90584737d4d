"""The steps of a release, which `.github/workflows/release.yml` runs.

push: push the image, once per commit, and print its digest.
deploy: deploy one stack with that digest.
migrate: migrate the schema in a one-off task of the new image.
verify: wait until the service runs that image only.
invalidate: empty CloudFront's cache, if there is one.

The job with the credentials synthesizes nothing: it deploys the assembly in `build/cdk.out`, which
has the settings. Of their variables it needs ENVIRONMENT alone.

Each step can be repeated. Waiting is a loop over `attempts`, so that tests need no clock.
"""

import time
from collections.abc import Iterator


def every(seconds: float, *, times: int) -> Iterator[None]:
    """Yield immediately, and after each pause of so many seconds, `times` in all."""
    yield
    for _ in range(times - 1):
        time.sleep(seconds)
        yield
