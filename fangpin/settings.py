"""Settings, all from the environment; one file for demo, tests and production (README, "Operations").

Nothing here starts anything: the entry points (manage.py, wsgi.py, celery.py) call ``embedded.ensure()`` first, so that
DATABASE_URL and REDIS_URL are always set when this module is read.
"""

import os
import re
from datetime import date
from pathlib import Path

import dj_database_url
from celery.schedules import crontab
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured

from fangpin.keyring import load_keyring

BASE_DIR = Path(__file__).resolve().parent.parent


def flag(name, default="0"):
    return os.environ.get(name, default).lower() in {"1", "true", "yes", "on"}


VAR_DIR = Path(os.environ.get("FANGPIN_VAR", BASE_DIR / "var"))
DEMO = flag("FANGPIN_DEMO")
# The day that checks of the register take for today: the demo's county stands in the year of the plan (fangpin.demo.county.DAY).
REGISTER_DAY = date(2021, 5, 1) if DEMO else None
# The day that rounds, tasks and terms take for today: the demo stops there, with June's tasks under way.
ROUNDS_DAY = date(2021, 7, 14) if DEMO else None
DEBUG = flag("FANGPIN_DEBUG")
HTTPS = flag("FANGPIN_HTTPS")  # served behind TLS: secure cookies, HSTS

# The office was renamed twice since 2021 (domain.md, naming note): its name and the county's are settings.
OFFICE_NAME = os.environ.get("FANGPIN_OFFICE", "县扶贫办")
SYSTEM_NAME = "防止返贫动态监测与帮扶平台"

KEYRING = load_keyring(Path(os.environ.get("KEYRING_FILE", VAR_DIR / "keys" / "keyring.json")))
SECRET_KEY = KEYRING.django_secret
ALLOWED_HOSTS = [host for host in os.environ.get("FANGPIN_HOSTS", "127.0.0.1,localhost,[::1]").split(",") if host]
CSRF_TRUSTED_ORIGINS = [origin for origin in os.environ.get("FANGPIN_ORIGINS", "").split(",") if origin]
if DEBUG and not set(ALLOWED_HOSTS) <= {"127.0.0.1", "localhost", "[::1]", "testserver"}:
    raise ImproperlyConfigured("FANGPIN_DEBUG 只能在本机使用：请去掉 FANGPIN_HOSTS 或关闭调试")

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "guardian",
    "axes",
    "csp",
    "django_filters",
    "django_htmx",
    "lucide",
    "fangpin.apps.Config",
    "fangpin.divisions",
    "fangpin.audit",
    "fangpin.accounts",
    "fangpin.policy",
    "fangpin.approvals",
    "fangpin.runs",
    "fangpin.desk",
    "fangpin.demo",
    "households",
    "screening",
    "assistance",
    "risk_exit",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "fangpin.accounts.middleware.AccountMiddleware",
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "fangpin.urls"
WSGI_APPLICATION = "fangpin.wsgi.application"
FORM_RENDERER = "fangpin.web.FormRenderer"
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
                "fangpin.desk.navigation.frame",
            ],
            "builtins": [
                "django.templatetags.static",
                "lucide.templatetags.lucide",
                "fangpin.templatetags.ui",
            ],
        },
    }
]

# -- data ---------------------------------------------------------------------------------------------------------------
DATABASES = {"default": dj_database_url.parse(os.environ["DATABASE_URL"], conn_max_age=60, conn_health_checks=True)}
DATABASES["default"].setdefault("OPTIONS", {}).update(
    # Without a limit a lock that nobody gives back would hang a page for ever.
    {"connect_timeout": 5, "options": "-c lock_timeout=10s"}
)
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
UPLOAD_DIR = Path(os.environ.get("FANGPIN_UPLOADS", VAR_DIR / "uploads"))  # sealed files only
# Uploads hold ID numbers: they stay in memory until they are sealed, never in a plain temporary file (the reader's own cap is 200 MB).
FILE_UPLOAD_MAX_MEMORY_SIZE = 200 * 2**20
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2_000

# -- long work ----------------------------------------------------------------------------------------------------------
REDIS_URL = os.environ["REDIS_URL"]
# kombu's own spelling of the same address.
CELERY_BROKER_URL = re.sub(r"^unix://", "redis+socket://", REDIS_URL).replace("?db=", "?virtual_host=")
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "socket_connect_timeout": 1,
    "socket_timeout": 5,
    "max_retries": 1,
    "visibility_timeout": 3600,
}
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_TASK_PUBLISH_RETRY = False  # the Run row is the queue; the sweep sends again what nobody took (fangpin.runs)
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_MAX_MEMORY_PER_CHILD = 2_000_000  # KiB: a child that grew over 2 GiB is replaced after its task
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_WORKER_CANCEL_LONG_RUNNING_TASKS_ON_CONNECTION_LOSS = False
CELERY_TIMEZONE = "Asia/Shanghai"
CELERY_BEAT_SCHEDULE = {
    "sweep": {"task": "runs.sweep", "schedule": 15.0, "options": {"expires": 15}},
    "seal-audit": {"task": "audit.seal", "schedule": 60.0},
    "sync-grants": {"task": "accounts.sync_grants", "schedule": crontab(hour="0", minute="5")},
    "check-quality": {"task": "households.nightly_quality", "schedule": crontab(hour="1", minute="0")},
    # 观察名单 (domain.md 4.5): checks that fell due are on the villages' lists when they open them in the morning.
    "watch-due": {"task": "screening.watch_due", "schedule": crontab(hour="3", minute="0")},
    # 每月 6 日规则运行 (domain.md 3.5); the verb refuses quietly when nothing is confirmed.
    "monthly-run": {"task": "screening.scheduled_month", "schedule": crontab(day_of_month="6", hour="2", minute="0")},
}
CELERY_BEAT_SCHEDULE_FILENAME = str(VAR_DIR / "celerybeat-schedule")

# -- people -------------------------------------------------------------------------------------------------------------
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["axes.backends.AxesStandaloneBackend", "django.contrib.auth.backends.ModelBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "fangpin.accounts.passwords.ThreeClassesValidator"},
]
LOGIN_URL = "login"
LOGIN_REDIRECT_URL = "home"
LOGOUT_REDIRECT_URL = "login"
GUARDIAN_RAISE_403 = False
ANONYMOUS_USER_NAME = None  # guardian's anonymous account would be an account nobody owns
SILENCED_SYSTEM_CHECKS = [
    "guardian.W001",  # rights are read by accounts.scope only, never through guardian's backend
    "axes.W006",  # a whole office shares one address: locking by address would lock out colleagues
]
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = 0.25  # hours; never for ever: a lock-out must not be a way to shut somebody out
AXES_LOCKOUT_PARAMETERS = ["username"]
AXES_RESET_ON_SUCCESS = True
AXES_LOCKOUT_CALLABLE = "fangpin.accounts.views.locked_out"
AXES_ENABLE_ACCESS_FAILURE_LOG = False
AXES_SENSITIVE_PARAMETERS = [
    "username",
    "password",
    "csrfmiddlewaretoken",
]  # somebody types an ID number there one day
AXES_USERNAME_CALLABLE = "fangpin.accounts.signing_in.name_for_lock"
AXES_VERBOSE = False

SESSION_COOKIE_AGE = 12 * 3600
SESSION_IDLE_SECONDS = 30 * 60
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SESSION_COOKIE_NAME = "__Host-session" if HTTPS else "session"
CSRF_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "fangpin.accounts.views.csrf_failure"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = HTTPS
SECURE_HSTS_PRELOAD = HTTPS
SECURE_SSL_REDIRECT = HTTPS
SECURE_REDIRECT_EXEMPT = [r"^healthz$"]  # asked inside the container, without TLS
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if flag("FANGPIN_BEHIND_PROXY") else None
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
    }
}

# -- language, time, files ----------------------------------------------------------------------------------------------
LANGUAGE_CODE = "zh-hans"
TIME_ZONE = "Asia/Shanghai"
USE_I18N = True
USE_TZ = True
STATIC_URL = "/static/"
STATICFILES_DIRS = [BASE_DIR / "static"]
STATIC_ROOT = Path(os.environ.get("FANGPIN_STATIC", VAR_DIR / "static"))
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},  # uploads go through sealing, never a storage
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
if flag("FANGPIN_HASHED_STATIC"):  # after collectstatic: production image and demo
    STORAGES["staticfiles"]["BACKEND"] = "whitenoise.storage.CompressedManifestStaticFilesStorage"
WHITENOISE_USE_FINDERS = not flag("FANGPIN_HASHED_STATIC")

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {"scrub": {"()": "fangpin.masking.ScrubFilter"}},
    "formatters": {
        "plain": {
            "()": "fangpin.masking.ScrubFormatter",
            "format": "{asctime} {levelname} {name} {message}",
            "style": "{",
        }
    },
    "handlers": {"console": {"class": "logging.StreamHandler", "filters": ["scrub"], "formatter": "plain"}},
    "root": {"handlers": ["console"], "level": os.environ.get("FANGPIN_LOG_LEVEL", "WARNING")},
}
