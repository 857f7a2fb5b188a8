"""One settings file for every place the portal runs; what differs comes from the environment."""

import datetime as dt
from pathlib import Path

from celery.schedules import crontab
from csp.constants import NONE, SELF
from kombu import Queue

from portal import environment as env
from portal.common import logs

BASE_DIR = Path(__file__).resolve().parent.parent

# Only a development machine sets DEBUG; without it every value below has to be given.
DEBUG = env.flag("DEBUG", default=False)


def in_debug(value):
    """The default of a development machine; anywhere else there is none."""
    return value if DEBUG else env.REQUIRED


# Plain http, for the demo on this machine and for tests; never in production.
INSECURE_HTTP = env.flag("INSECURE_HTTP", default=DEBUG)
SECRET_KEY = env.secret("SECRET_KEY", least=1 if DEBUG else env.SECRET_KEY_LENGTH)
ALLOWED_HOSTS = env.hosts("ALLOWED_HOSTS", in_debug("localhost,127.0.0.1"), any_host=DEBUG)
CSRF_FAILURE_VIEW = "portal.common.keeping.csrf_failure"
CSRF_TRUSTED_ORIGINS = env.origins("CSRF_TRUSTED_ORIGINS")
# Links in mails and feeds begin with it.
SITE_URL = env.origin("SITE_URL", in_debug("http://localhost:8000"))
# bin/demo sets it: pages that only a demo has (outgoing mail), files served by the portal itself.
DEMO = env.flag("DEMO", default=False)

# Transport
SECURE_SSL_REDIRECT = not INSECURE_HTTP
SECURE_REDIRECT_EXEMPT = [r"^healthz$"]
SECURE_PROXY_SSL_HEADER = None if INSECURE_HTTP else ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_HSTS_SECONDS = 0 if INSECURE_HTTP else env.number("HSTS_SECONDS", 31_536_000)
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = not INSECURE_HTTP
# How many reverse proxies of our own stand before the portal (see ClientAddressMiddleware).
TRUSTED_PROXY_COUNT = env.number("TRUSTED_PROXY_COUNT", 0)

# Cookies: `__Host-` ties them to this host and to https; two demos on one host need a suffix.
_host_only = "" if INSECURE_HTTP else "__Host-"
_suffix = env.text("COOKIE_SUFFIX", "")
SESSION_COOKIE_NAME = f"{_host_only}phien{_suffix}"
CSRF_COOKIE_NAME = f"{_host_only}csrf{_suffix}"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = not INSECURE_HTTP
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SESSION_ENGINE = "portal.common.sessions"
SESSION_COOKIE_AGE = 12 * 3600
IDLE_LOGOUT_SECONDS = env.number("IDLE_LOGOUT_SECONDS", 2 * 3600, least=60)
X_FRAME_OPTIONS = "DENY"

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
    "portal.common.pagecache.middleware.PageCacheMiddleware",
    "portal.common.middleware.RequestLogMiddleware",
    "portal.common.middleware.ClientAddressMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "portal.common.middleware.IdleLogoutMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "portal.accounts.middleware.AccountGateMiddleware",
    "portal.agencies.middleware.SecondStepMiddleware",
    "axes.middleware.AxesMiddleware",
    "portal.news.middleware.OldAddressMiddleware",
    "documents.middleware.KeepInside",
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
                "portal.common.context.site",
                "portal.notices.navigation.context",
            ],
        },
    },
]

DATABASES = {"default": env.database("DATABASE_URL")}
DATABASES["default"].update(CONN_MAX_AGE=60, CONN_HEALTH_CHECKS=True)
DATABASES["default"]["OPTIONS"].setdefault("connect_timeout", "5")
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

REDIS_URL = env.redis("REDIS_URL")
REDIS_POOL = {
    "max_connections": env.number("REDIS_MAX_CONNECTIONS", 50, least=1),
    "socket_timeout": 1,
    "socket_connect_timeout": 1,
}
CACHES = {
    "default": {
        "BACKEND": "portal.common.rediscache.RedisCache",
        "LOCATION": REDIS_URL,
        "OPTIONS": REDIS_POOL,
    }
}
# Public pages from kept bytes (ADR 0010); a developer wants to see each edit of a template.
PAGE_CACHE = env.flag("PAGE_CACHE", default=not DEBUG)
PAGE_CACHE_MB = env.number("PAGE_CACHE_MB", 32, least=1)

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "portal.accounts.backends.LoginBackend",
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "landing"
ACCOUNT_ADAPTER = "portal.accounts.adapter.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"username"}  # phone numbers are understood by LoginBackend
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_SESSION_REMEMBER = False  # office computers are shared: closing the browser signs out
ACCOUNT_LOGOUT_REDIRECT_URL = "/"
ACCOUNT_FORMS = {
    "login": "portal.accounts.forms.SignInForm",
    "change_password": "portal.accounts.forms.ChangePasswordForm",
    "reset_password": "portal.accounts.forms.ResetPasswordForm",
    "reset_password_from_key": "portal.accounts.forms.ResetPasswordKeyForm",
    "reauthenticate": "portal.accounts.forms.ReauthenticateForm",
}
# Wrong passwords are counted by portal.accounts.guard; a limit per name would lock people out,
# and an office of a hundred people shares one address. What is left of "login_failed" counts
# wrong codes of the second step, which only somebody with the password can reach.
ACCOUNT_RATE_LIMITS = {"login_failed": "10/10m/key", "login": "240/m/ip"}
MFA_REQUIRED_FOR_STAFF = env.flag("MFA_REQUIRED_FOR_STAFF", default=False)
MFA_ADAPTER = "portal.accounts.adapter.MFAAdapter"
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_TOTP_ISSUER = "Cong Dai hoi"
MFA_FORMS = {
    "authenticate": "portal.accounts.forms.MfaAuthenticateForm",
    "reauthenticate": "portal.accounts.forms.MfaReauthenticateForm",
    "activate_totp": "portal.accounts.forms.ActivateTotpForm",
}
SIGN_IN_FAILURES_PER_MINUTE = env.number("SIGN_IN_FAILURES_PER_MINUTE", 30, least=1)
SIGN_IN_LOG_DAYS = env.number("SIGN_IN_LOG_DAYS", 365, least=30)
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = dt.timedelta(minutes=10)
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False
AXES_RESET_ON_SUCCESS = True
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_USERNAME_FORM_FIELD = "username"
AXES_USERNAME_CALLABLE = "portal.accounts.guard.lock_name"
AXES_CLIENT_IP_CALLABLE = "portal.accounts.guard.client_ip"
AXES_LOCKOUT_CALLABLE = "portal.accounts.guard.locked_out"
AXES_SENSITIVE_PARAMETERS = ["login", "username", "password", "ip_address"]
AXES_ENABLE_ADMIN = False
AXES_VERBOSE = False
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

# What the masthead and the footer say; "|" separates lines and links.
SITE = {
    "name": env.text("SITE_NAME", "Cổng Đại hội"),
    "line": env.text("SITE_LINE", "Tuyên truyền đại hội đảng các cấp"),
    "owner": [line for line in env.text("SITE_OWNER", "").split("|") if line],
    # "Tín nhiệm mạng": a link to the certificate, no remote script, no remote picture.
    "trust_url": env.https_address("SITE_TRUST_URL", ""),
}

# The agency that runs the portal, by its address: its approvers choose what the home page features.
# Without it that is the agency at the top of the tree.
SITE_AGENCY = env.text("SITE_AGENCY", "")

STATIC_URL = "/static/"
STATIC_ROOT = env.folder("STATIC_ROOT", str(BASE_DIR / "staticfiles"))
STATICFILES_DIRS = [BASE_DIR / "static"]

_uploads, MEDIA_ROOT = env.storage("STORAGE_URL", in_debug(f"file://{BASE_DIR / 'media'}"))
MEDIA_URL = "/media/"
STORAGES = {
    "default": _uploads,
    "staticfiles": {
        "BACKEND": "portal.common.staticfiles.StaticStorage"
        if env.flag("STATIC_HASHED", default=not DEBUG)
        else "django.contrib.staticfiles.storage.StaticFilesStorage"
    },
}
STATICFILES_FINDERS = [
    "portal.common.bundles.BundleFinder",
    "django.contrib.staticfiles.finders.FileSystemFinder",
    "portal.common.staticfiles.LeanAppDirectoriesFinder",
]
WHITENOISE_KEEP_ONLY_HASHED_FILES = False  # CKEditor asks for its own files by their plain names
WHITENOISE_ALLOW_ALL_ORIGINS = False
WHITENOISE_MAX_AGE = 0 if DEBUG else 3600
if MEDIA_ROOT is None:
    # Kept in S3, in a bucket that nobody but the portal reads: it gives out the public pictures
    # under MEDIA_URL, and other files after asking who wants them.
    MEDIA_ROOT = ""
    _uploads["OPTIONS"]["custom_domain"] = SITE_URL.partition("://")[2]

# The text of 300 pages as a form sends it; files do not count.
DATA_UPLOAD_MAX_MEMORY_SIZE = 12 * 1024 * 1024

# Videos: the largest file taken, and whose players may be shown once a reader agrees (keys of
# portal.news.video.PROVIDERS).
VIDEO_MAX_MB = env.number("VIDEO_MAX_MB", 200, least=1)
VIDEO_PROVIDERS = env.choices("VIDEO_PROVIDERS", ("youtube", "vimeo", "dailymotion"))

globals().update(env.email("EMAIL_URL", in_debug("consolemail://")))
DEFAULT_FROM_EMAIL = env.text("DEFAULT_FROM_EMAIL", "Cổng Đại hội <khong-tra-loi@localhost>")
SERVER_EMAIL = DEFAULT_FROM_EMAIL

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "media-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
        "manifest-src": [SELF],
    }
}

CELERY_BROKER_URL = env.celery_broker(REDIS_URL)
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_TRANSPORT_OPTIONS = {"visibility_timeout": 3600}
CELERY_TIMEZONE = TIME_ZONE
CELERY_TASK_QUEUES = [Queue("deadlines"), Queue("mail"), Queue("exports")]
CELERY_TASK_DEFAULT_QUEUE = "deadlines"
CELERY_TASK_CREATE_MISSING_QUEUES = False  # a misspelt queue is an error, not a lost job
CELERY_TASK_IGNORE_RESULT = True
# A task only hurries what a sweep would find anyway: done twice is harmless, lost is not.
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_MAX_TASKS_PER_CHILD = 500
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_WORKER_REDIRECT_STDOUTS = False
CELERY_TASK_ROUTES = {
    "notices.sweep": {"queue": "deadlines"},
    "notices.mail": {"queue": "mail"},
}
# What beat starts: every entry is idempotent and catches up after a downtime. A run that waited
# for longer than its period is useless (the next one does the same work), hence `expires`.
CELERY_BEAT_SCHEDULE = {
    "accounts.clean_up": {
        "task": "accounts.clean_up",
        "schedule": crontab(hour="2", minute="40"),
    },
    "notices.sweep": {"task": "notices.sweep", "schedule": 60.0, "options": {"expires": 55}},
    "notices.mail": {"task": "notices.mail", "schedule": 60.0, "options": {"expires": 55}},
    "feedback.open_due": {
        "task": "feedback.open_due",
        "schedule": 60.0,
        "options": {"expires": 55},
    },
    "feedback.fold_totals": {
        "task": "feedback.fold_totals",
        "schedule": 60.0,
        "options": {"expires": 55},
    },
    "feedback.purge_drafts": {
        "task": "feedback.purge_drafts",
        "schedule": crontab(hour="3", minute="40"),
    },
    "feedback.moderate": {
        "task": "feedback.moderate",
        "schedule": 60.0,
        "options": {"expires": 55},
    },
    "feedback.sweep_attachments": {
        "task": "feedback.sweep_attachments",
        "schedule": crontab(hour="3", minute="10"),
    },
    "feedback.delete_minutes": {
        "task": "feedback.delete_minutes",
        "schedule": crontab(hour="2", minute="45"),
    },
    "feedback.sweep_batches": {
        "task": "feedback.sweep_batches",
        "schedule": crontab(hour="3", minute="20"),
    },
    "feedback.write_to_guests": {
        "task": "feedback.write_to_guests",
        "schedule": crontab(minute="20"),
        "options": {"expires": 3000},
    },
    "feedback.publish_numbers": {
        "task": "feedback.publish_numbers",
        "schedule": crontab(hour="0,5", minute="2"),  # 00:02, and again in case beat slept
    },
    "feedback.take_participation": {
        "task": "feedback.take_participation",
        "schedule": crontab(minute="3"),
    },
    "feedback.end_keys": {
        "task": "feedback.end_keys",
        "schedule": crontab(hour="3", minute="40"),
    },
    "news.flush_visits": {
        "task": "news.flush_visits",
        "schedule": 60.0,
        "options": {"expires": 55},
    },
    "news.publish_due": {
        "task": "news.publish_due",
        "schedule": 60.0,
        "options": {"expires": 55},
    },
    "documents.publish_due": {
        "task": "documents.publish_due",
        "schedule": 60.0,
        "options": {"expires": 55},
    },
    "news.clean_up_drafts": {
        "task": "news.clean_up_drafts",
        "schedule": crontab(hour="2", minute="50"),
    },
    "documents.clean_up_drafts": {
        "task": "documents.clean_up_drafts",
        "schedule": crontab(hour="2", minute="52"),
    },
    "documents.clean_up_imports": {
        "task": "documents.clean_up_imports",
        "schedule": crontab(hour="2", minute="55"),
    },
    "official.purge_removed": {
        "task": "official.purge_removed",
        "schedule": crontab(hour="3", minute="20"),
    },
    "jobs.sweep": {"task": "jobs.sweep", "schedule": 60.0, "options": {"expires": 55}},
    "jobs.clean_up": {"task": "jobs.clean_up", "schedule": crontab(hour="3", minute="10")},
    "campaigns.top_up_notices": {
        "task": "campaigns.top_up_notices",
        "schedule": crontab(minute="12"),  # works after midnight only; the others catch up
    },
    "news.erase_contacts": {
        "task": "news.erase_contacts",
        "schedule": crontab(hour="3", minute="30"),
    },
    "agencies.project_today": {
        "task": "agencies.project_today",
        "schedule": crontab(minute="1,31"),  # 00:01, and again in case beat slept over midnight
    },
    "campaigns.periods": {
        "task": "campaigns.periods",
        "schedule": crontab(minute="5"),  # a period that begins today is open soon after midnight
    },
    "campaigns.commemorations": {
        "task": "campaigns.commemorations",
        "schedule": crontab(hour="0,6", minute="20"),  # a run that finds nothing missing is cheap
    },
}

LOGGING = logs.configuration(env.choice("LOG_LEVEL", "INFO", ("DEBUG", "INFO", "WARNING")))
# URL namespaces whose requests are logged without saying whose they are.
LOG_QUIET_NAMESPACES = ("feedback", "responses")
AXES_VERBOSE = False

# Reminders are made so many days before they fall due, so that a moved congress rewrites only
# these; a run each night makes the next (ADR 0004). Days without that run lose nothing.
NOTICE_HORIZON_DAYS = 21

# Reader responses: how long an article takes them, how long an address to answer to is kept.
RESPONSES_OPEN_DAYS = env.number("RESPONSES_OPEN_DAYS", 90, least=1)
RESPONSE_CONTACT_DAYS = env.number("RESPONSE_CONTACT_DAYS", 90, least=1)

# What readers wrote is decided on within so many working days (a consultation may say otherwise).
MODERATION_DUE_DAYS = env.number("MODERATION_DUE_DAYS", 2, least=1)

# Keys of identities live outside the database and its backup (ADR 0005).
IDENTITY_KEY_DIR = env.folder("IDENTITY_KEY_DIR", in_debug(str(BASE_DIR / ".demo" / "keys")))
IDENTITY_MASTER_KEY = env.key32(
    "IDENTITY_MASTER_KEY", in_debug("ZGV2ZWxvcG1lbnQtb25seS1rZXktMzItYnl0ZXMtISE=")
)

SILENCED_SYSTEM_CHECKS = ["ckeditor.W001"]  # the measures of ADR 0003 stand
