# The server image: web, worker and beat run from it (docker-compose.yml). No embedded servers inside.
FROM python:3.11-slim

ENV PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    PIP_NO_CACHE_DIR=1 \
    PIP_DISABLE_PIP_VERSION_CHECK=1 \
    FANGPIN_VAR=/data \
    FANGPIN_STATIC=/app/staticfiles \
    FANGPIN_HASHED_STATIC=1 \
    KEYRING_FILE=/keys/keyring.json

WORKDIR /app
COPY requirements-server.lock .
RUN pip install --require-hashes -r requirements-server.lock

# Named volumes take over the owner of the directory they are first mounted on.
RUN useradd --system --uid 10001 --user-group --no-create-home --shell /usr/sbin/nologin fangpin \
    && install -d -o fangpin -g fangpin -m 700 /data /keys

COPY . .
# Settings want a key ring; this one is thrown away again within the layer.
RUN KEYRING_FILE=/tmp/keyring.json python manage.py collectstatic --noinput && rm /tmp/keyring.json

USER fangpin
EXPOSE 8000
CMD ["gunicorn", "fangpin.wsgi", "--bind", "0.0.0.0:8000", "--worker-class", "gthread", "--workers", "3", \
     "--threads", "4", "--timeout", "60", "--max-requests", "2000", "--max-requests-jitter", "200", \
     "--worker-tmp-dir", "/dev/shm"]
