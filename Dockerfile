# The image of one task. `make image-check` builds it and runs it as ECS does.

# A fixed number, for task definitions and volumes.
ARG APP_UID=10001

# The base is named in one stage, since Dependabot, which updates the digest, does not read an ARG. It is
# the digest of the index of all platforms, as `docker buildx imagetools inspect` prints it.
FROM docker.io/library/python:3.13-slim-trixie@sha256:70729b46c69b4f1e97c4822c1af3df53a1476cf5ddc6c087c0c10bc3a5678c2f AS base


FROM base AS build

ENV PIP_NO_CACHE_DIR=1 \
    PIP_DISABLE_PIP_VERSION_CHECK=1 \
    PIP_ROOT_USER_ACTION=ignore
WORKDIR /build

# For `strip`; any version works.
# hadolint ignore=DL3008
RUN apt-get update && apt-get install --yes --no-install-recommends binutils

# Requirements first, so that changes to our code do not reinstall them. Debugging symbols are more
# than half of the wheels, and nobody debugs C in a task.
COPY requirements/build.txt requirements/serve.txt ./
RUN python -m venv --without-pip /app \
    && python -m pip --python /app/bin/python install --no-deps --require-hashes -r serve.txt \
    && python -m pip install --no-deps --require-hashes --target /build/tools -r build.txt \
    && find /app -name '*.so' -exec strip --strip-debug {} +

COPY packages packages
COPY LICENSE pyproject.toml README.md ./
COPY src src
RUN export PYTHONPATH=/build/tools:/build/packages/ishizue/src:/build/src \
    && /app/bin/python -B -m kirosample.commands.content \
    && python -m flit_core.wheel --outdir /build/wheel packages/ishizue \
    && python -m flit_core.wheel --outdir /build/wheel \
    && python -m pip --python /app/bin/python install --no-deps --no-index /build/wheel/*.whl


# The image of compose.dev.yaml, which restarts the server when a file changes.
FROM base AS development

COPY --from=build /app /app
COPY requirements/reload.txt /
RUN python -m pip --no-cache-dir --python /app/bin/python install --no-deps --require-hashes -r /reload.txt
ENV PATH=/app/bin:$PATH
ARG APP_UID
USER ${APP_UID}:${APP_UID}


FROM base

ARG APP_UID
RUN useradd --uid ${APP_UID} --user-group --no-create-home --home-dir /nonexistent \
        --shell /usr/sbin/nologin kirosample \
    && python -m pip uninstall --yes --quiet --root-user-action ignore pip

COPY --from=build /app /app
ENV PATH=/app/bin:$PATH

# The base image's standard library has no bytecode, and a read-only root cannot store any: compile
# what serving imports here, instead of at every start and health check.
RUN \
    python -c 'import kirosample.web.drawing.worker' && \
    python -c 'import ishizue.commands.admin, ishizue.commands.healthcheck, kirosample.cli, kirosample.commands.serve'
# Rendering takes large blocks for a moment: from this size on, malloc maps each of them and returns it to
# the system. From the heap they leave gaps that stay with the process.
ENV PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    MALLOC_MMAP_THRESHOLD_=65536

USER ${APP_UID}:${APP_UID}
EXPOSE 3000
# As in the task definition: Docker and compose read this one, ECS does not.
HEALTHCHECK --interval=10s --timeout=5s --start-period=60s --retries=3 \
    CMD ["kirosample", "healthcheck"]
# No shell, so that the server is PID 1 and gets SIGTERM.
ENTRYPOINT ["kirosample"]
CMD ["serve"]

# Last, because they change with every commit.
ARG VERSION=unversioned
ARG REVISION=unknown
LABEL org.opencontainers.image.title="KiroSample" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.revision="${REVISION}"
