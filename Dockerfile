# The portal's image: the same for web, worker and beat; the command tells them apart.
FROM python:3.11-slim-bookworm AS build
ENV PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1
RUN python -m venv /opt/venv
# Extra packages by build argument, e.g. EXTRA_PACKAGES="django-storages[s3]" for S3 storage.
ARG EXTRA_PACKAGES=""
COPY requirements.txt /tmp/requirements.txt
RUN /opt/venv/bin/pip install -r /tmp/requirements.txt ${EXTRA_PACKAGES}

FROM python:3.11-slim-bookworm
ENV PATH=/opt/venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    DJANGO_SETTINGS_MODULE=portal.settings \
    STATIC_ROOT=/srv/static
RUN groupadd --system --gid 10001 portal \
    && useradd --system --uid 10001 --gid portal --home-dir /srv --shell /usr/sbin/nologin portal \
    && install -d -o portal -g portal /srv/static /srv/media /srv/keys /srv/beat
COPY --from=build /opt/venv /opt/venv
WORKDIR /srv/app
COPY . .
# Values that only let the settings load here; nothing of them stays in the image.
RUN DEBUG=1 SECRET_KEY=build DATABASE_URL=postgresql://build@build/build \
    REDIS_URL=redis://build:6379/0 STATIC_HASHED=1 \
    python manage.py collectstatic --no-input --verbosity 0 \
    && chown -R portal:portal /srv/static
USER portal
EXPOSE 8000
CMD ["gunicorn", "-c", "python:portal.gunicorn", "--bind", "0.0.0.0:8000"]
