# Rasa 3.6 alone, frozen on Python 3.10, with the model trained into the image.
#   docker build -f docker/rasa.Dockerfile -t spinewise-rasa .
FROM python:3.10-slim-bookworm AS environment
COPY requirements/uv.txt requirements/rasa.txt /build/
RUN python -m venv /opt/uv && /opt/uv/bin/pip install -q --no-cache-dir --require-hashes -r /build/uv.txt
RUN /opt/uv/bin/uv venv -q --python python3.10 /opt/venv \
 && VIRTUAL_ENV=/opt/venv /opt/uv/bin/uv pip sync -q --no-cache --require-hashes --compile-bytecode /build/rasa.txt

FROM environment AS model
WORKDIR /app
COPY config.yml domain.yml endpoints.yml credentials.yml ./
COPY data/ data/
COPY bot/ bot/
COPY tools/__init__.py tools/train.py tools/
COPY requirements/rasa.txt requirements/
RUN /opt/venv/bin/python tools/train.py

FROM python:3.10-slim-bookworm
RUN useradd --system --uid 10001 --user-group --no-create-home spinewise
WORKDIR /app
COPY --from=environment /opt/venv /opt/venv
COPY --from=model /app/models models
COPY config.yml domain.yml endpoints.yml credentials.yml ./
COPY data/language/ data/language/
COPY bot/__init__.py bot/
COPY bot/language/ bot/language/
COPY bot/nlu/ bot/nlu/
USER spinewise
# Nothing is written but to /tmp, so the root may be read-only.
ENV PATH=/opt/venv/bin:$PATH HOME=/tmp MPLCONFIGDIR=/tmp/matplotlib \
    PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 LOG_LEVEL=WARNING \
    RASA_PORT=5005 RASA_INTERFACE=0.0.0.0 ACTIONS_URL=http://actions:5055/webhook
EXPOSE 5005
HEALTHCHECK --interval=10s --timeout=5s --start-period=90s --retries=3 \
  CMD ["python", "-c", "import os, urllib.request; urllib.request.urlopen(f\"http://127.0.0.1:{os.environ['RASA_PORT']}/\", timeout=4)"]
STOPSIGNAL SIGTERM
CMD ["python", "-m", "bot.nlu.server", "run", "-m", "models", "--endpoints", "endpoints.yml", "--credentials", "credentials.yml"]
