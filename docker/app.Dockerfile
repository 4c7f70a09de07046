# API and action server: one image, two commands (`python -m api`, `python -m actions`).
#   docker build -f docker/app.Dockerfile -t spinewise-app .
FROM python:3.12-slim-bookworm AS environment
COPY requirements/uv.txt requirements/app.txt /build/
RUN python -m venv /opt/uv && /opt/uv/bin/pip install -q --no-cache-dir --require-hashes -r /build/uv.txt
RUN /opt/uv/bin/uv venv -q --python python3.12 /opt/venv \
 && VIRTUAL_ENV=/opt/venv /opt/uv/bin/uv pip sync -q --no-cache --require-hashes --compile-bytecode /build/app.txt

FROM environment AS checked
WORKDIR /app
COPY data/ data/
COPY bot/ bot/
# A clinical file that does not make sense ends the build, not a conversation.
RUN /opt/venv/bin/python -m bot.triage

FROM python:3.12-slim-bookworm
RUN useradd --system --uid 10001 --user-group --no-create-home spinewise \
 && mkdir -p /app/var && chown spinewise:spinewise /app/var
WORKDIR /app
COPY --from=environment /opt/venv /opt/venv
COPY --from=checked /app/data data
COPY alembic.ini ./
COPY api/ api/
COPY actions/ actions/
COPY bot/ bot/
COPY bin/ bin/
USER spinewise
# Nothing is written but to /tmp, so the root may be read-only; /app/var holds the database only where it is SQLite.
ENV PATH=/opt/venv/bin:$PATH HOME=/tmp PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 \
    PORT=8000 SPINEWISE_HOST=0.0.0.0 SPINEWISE_ENVIRONMENT=production SPINEWISE_RASA_URL=http://rasa:5005 \
    ACTIONS_PORT=5055 ACTIONS_HOST=0.0.0.0
EXPOSE 8000 5055
HEALTHCHECK --interval=10s --timeout=5s --start-period=30s --retries=3 \
  CMD ["python", "-c", "import os, urllib.request; urllib.request.urlopen(f\"http://127.0.0.1:{os.environ['PORT']}/healthz\", timeout=4)"]
STOPSIGNAL SIGTERM
CMD ["python", "-m", "api"]
