# One image for portal and worker: `docker run paddock portal`, `docker run paddock worker`.
# ARG BASE lets a site build from its own copy of the base image.
ARG BASE=python:3.11-slim-bookworm

FROM ${BASE} AS build
WORKDIR /src
COPY requirements.lock pyproject.toml requirements.in README.md ./
RUN python -m venv /opt/paddock \
 && /opt/paddock/bin/pip install --no-cache-dir --require-hashes -r requirements.lock
COPY core core
COPY portal portal
COPY pages pages
COPY workers workers

FROM ${BASE}
RUN useradd --system --uid 10001 --home-dir /data --create-home paddock
COPY --from=build /opt/paddock /opt/paddock
WORKDIR /app
COPY .streamlit .streamlit
COPY config config
COPY sql sql
COPY --from=build /src/core core
COPY --from=build /src/portal portal
COPY --from=build /src/pages pages
COPY --from=build /src/workers workers
ENV PATH=/opt/paddock/bin:$PATH PYTHONPATH=/app PYTHONUNBUFFERED=1 PADDOCK_DATA=/data PADDOCK_HOST=0.0.0.0
USER 10001
VOLUME /data
EXPOSE 8600
HEALTHCHECK --interval=10s --timeout=3s --start-period=20s \
  CMD ["python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8600/healthz', timeout=2)"]
ENTRYPOINT ["python", "-m", "portal.cli"]
CMD ["portal"]
