# syntax=docker/dockerfile:1
# tenantlint as an image: its wheel and what that needs, run by a user without rights. docs/nightly.md tells how to use it.
#
# The base is pinned by its full version. Before you rely on it, pin the digest too, which says exactly which image is
# meant: `docker buildx imagetools inspect python:3.13.12-slim-bookworm`, and then `python:3.13.12-slim-bookworm@sha256:…`.
ARG BASE=python:3.13.12-slim-bookworm

# The first stage makes the wheel and installs it, from wheels alone, into an environment that the second one takes over.
# (DL3006 asks for a version of the base: it is in BASE.)
# hadolint ignore=DL3006
FROM ${BASE} AS build
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1
WORKDIR /source
COPY pyproject.toml README.md LICENSE ./
COPY scanner scanner
COPY plugins plugins
COPY queries queries
# The very file that was made is installed: an index might have another tenantlint of a higher version.
RUN python -m pip wheel --no-deps --wheel-dir /wheels . \
    && python -m venv /opt/tenantlint \
    && /opt/tenantlint/bin/python -m pip install --only-binary=:all: "$(echo /wheels/tenantlint-*.whl)[source-map]"

# hadolint ignore=DL3006
FROM ${BASE}
ARG VERSION=0.1.0
LABEL org.opencontainers.image.title="tenantlint" \
      org.opencontainers.image.description="Judges an Azure tenant by what is documented, and writes SARIF." \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.licenses="MIT"
COPY --from=build /opt/tenantlint /opt/tenantlint
ENV PATH="/opt/tenantlint/bin:${PATH}" PYTHONUNBUFFERED=1
# By number, so that Kubernetes can see that it is not root. Only /tmp has to be writable, and where reports go.
USER 10001:10001
WORKDIR /reports
ENTRYPOINT ["tenantlint"]
CMD ["--help"]
