# The image of one task. `make image-check` builds it and runs it as ECS does.

# The base, named in one stage: Dependabot does not read an ARG. Pin it (…-trixie@sha256:…) where a
# registry can be asked for the digest; Dependabot renews that too.
FROM docker.io/library/python:3.13-slim-trixie AS base


FROM base AS build

ENV PIP_NO_CACHE_DIR=1 \
    PIP_DISABLE_PIP_VERSION_CHECK=1 \
    PIP_ROOT_USER_ACTION=ignore
WORKDIR /build

# For `strip`; whichever version Debian has does.
# hadolint ignore=DL3008
RUN apt-get update && apt-get install --yes --no-install-recommends binutils

# What seldom changes comes first, so that a change of ours does not install it again. The wheels'
# debugging symbols are more than half of what is installed, and nobody debugs C in a task.
COPY requirements/build.txt requirements/serve.txt ./
RUN python -m venv --without-pip /app \
    && python -m pip --python /app/bin/python install --no-deps --require-hashes -r serve.txt \
    && python -m pip install --no-deps --require-hashes --target /build/tools -r build.txt \
    && find /app -name '*.so' -exec strip --strip-debug {} +

COPY pyproject.toml README.md ./
COPY src src
RUN PYTHONPATH=/build/tools python -m flit_core.wheel --outdir /build/wheel \
    && python -m pip --python /app/bin/python install --no-deps --no-index /build/wheel/*.whl


FROM base

# The user has a number that a task definition and a volume can name.
RUN useradd --uid 10001 --user-group --no-create-home --home-dir /nonexistent \
        --shell /usr/sbin/nologin kirosample \
    && python -m pip uninstall --yes --quiet --root-user-action ignore pip

COPY --from=build /app /app
ENV PATH=/app/bin:$PATH

# The base image's standard library comes without bytecode, and a read-only root cannot keep any:
# what serving imports is compiled here once, instead of at each start and each health check.
RUN python -c 'import kirosample.cli, kirosample.healthcheck, kirosample.operating, kirosample.server, kirosample.share.worker'
ENV PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1

USER 10001:10001
EXPOSE 3000
# The same as the task definition's: ECS does not read this one, compose and Docker do.
HEALTHCHECK --interval=10s --timeout=5s --start-period=60s --retries=3 \
    CMD ["kirosample", "healthcheck"]
# Without a shell between, so that the server itself is PID 1 and gets SIGTERM.
ENTRYPOINT ["kirosample"]
CMD ["serve"]

# Last, since they change with every commit.
ARG VERSION=unversioned
ARG REVISION=unknown
LABEL org.opencontainers.image.title="KiroSample" \
      org.opencontainers.image.description="A Japanese daily portal" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.revision="${REVISION}"
