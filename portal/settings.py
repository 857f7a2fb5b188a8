"""One settings file for every place the portal runs; what differs comes from the environment."""

from pathlib import Path

from celery.schedules import crontab
from csp.constants import NONE, SELF

from portal import environment as env

BASE_DIR = Path(__file__).resolve().parent.parent

# Only a development machine sets DEBUG; without it every value below has to be given.
DEBUG = env.flag("DEBUG", default=False)
# Plain http, for the demo on this machine and for tests; never in production.
INSECURE_HTTP = env.flag("INSECURE_HTTP", default=DEBUG)
SECRET_KEY = env.secret("SECRET_KEY", least=1 if DEBUG else env.SECRET_KEY_LENGTH)
if DEBUG:
    ALLOWED_HOSTS = env.hosts("ALLOWED_HOSTS", ["localhost", "127.0.0.1"], any_host=True)
else:
    ALLOWED_HOSTS = env.hosts("ALLOWED_HOSTS", any_host=False)
CSRF_TRUSTED_ORIGINS = env.origins("CSRF_TRUSTED_ORIGINS")
# Where people reach the portal: links in mails begin with it.
SITE_URL = env.text("SITE_URL", *(["http://localhost:8000"] if INSECURE_HTTP else []))
# Demo data, accounts with a known password, a page that shows every mail; never in production.
DEMO = env.flag("DEMO", default=False)

INSTALLED_APPS = [
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "django.contrib.humanize",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "axes",
    "ckeditor",
    "csp",
    "django_filters",
    "django_htmx",
    "heroicons",
    "treebeard",
    "portal.common",
    "portal.accounts",
    "portal.agencies",
    "portal.notices",
    "portal.moderation",
    "portal.official",
    "portal.news",
    "campaigns",
    "documents",
    "feedback",
    "portal.demo",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "portal.urls"
WSGI_APPLICATION = "portal.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    },
]

DATABASES = {"default": env.database("DATABASE_URL")}
DATABASES["default"].update(CONN_MAX_AGE=60, CONN_HEALTH_CHECKS=True)
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

REDIS_URL = env.redis("REDIS_URL")
REDIS_POOL = {
    "max_connections": env.number("REDIS_MAX_CONNECTIONS", 50, least=1),
    "socket_timeout": 2,
    "socket_connect_timeout": 2,
    "health_check_interval": 30,
}
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        "LOCATION": REDIS_URL,
        "OPTIONS": REDIS_POOL,
    }
}

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "django.contrib.auth.backends.ModelBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator"},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]

LANGUAGE_CODE = "vi"
TIME_ZONE = "Asia/Ho_Chi_Minh"
USE_I18N = True
USE_TZ = True
LOCALE_PATHS = [BASE_DIR / "locale"]

STATIC_URL = "/static/"
STATIC_ROOT = env.folder("STATIC_ROOT", str(BASE_DIR / "staticfiles"))
STATICFILES_DIRS = [BASE_DIR / "static"]

_development = {"default": f"file://{BASE_DIR / 'media'}"} if DEBUG else {}
_uploads, MEDIA_ROOT = env.storage("STORAGE_URL", **_development)
MEDIA_URL = "/media/"
STORAGES = {
    "default": _uploads,
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
if MEDIA_ROOT is None:  # kept in S3: nothing is served from this machine
    MEDIA_ROOT = ""

_mail = {"default": "consolemail://"} if DEBUG else {}
globals().update(env.email("EMAIL_URL", **_mail))
DEFAULT_FROM_EMAIL = env.text("DEFAULT_FROM_EMAIL", "Cổng Đại hội <khong-tra-loi@localhost>")
SERVER_EMAIL = DEFAULT_FROM_EMAIL

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
        "manifest-src": [SELF],
    }
}

CELERY_BROKER_URL = env.celery_broker(REDIS_URL)
CELERY_TASK_IGNORE_RESULT = True
CELERY_TIMEZONE = TIME_ZONE
CELERY_TASK_ROUTES = {
    "notices.sweep": {"queue": "deadlines"},
    "notices.mail": {"queue": "mail"},
}
# A run that waited for a minute is useless: the next one does the same work.
CELERY_BEAT_SCHEDULE = {
    "notices.sweep": {"task": "notices.sweep", "schedule": 60.0, "options": {"expires": 55}},
    "notices.mail": {"task": "notices.mail", "schedule": 60.0, "options": {"expires": 55}},
}

# Keys of identities live outside the database and its backup (ADR 0005).
_keys = {"default": str(BASE_DIR / ".demo" / "keys")} if DEBUG else {}
IDENTITY_KEY_DIR = env.folder("IDENTITY_KEY_DIR", **_keys)
_master = {"default": "ZGV2ZWxvcG1lbnQtb25seS1rZXktMzItYnl0ZXMtISE="} if DEBUG else {}
IDENTITY_MASTER_KEY = env.key32("IDENTITY_MASTER_KEY", **_master)

SILENCED_SYSTEM_CHECKS = ["ckeditor.W001"]  # the measures of ADR 0003 stand

# What beat starts; every entry is idempotent and catches up after a downtime.
CELERY_BEAT_SCHEDULE = {
    "agencies-project-today": {
        "task": "agencies.project_today",
        "schedule": crontab(minute="1,31"),
    },
}
