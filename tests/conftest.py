"""Every test runs on real servers (PostgreSQL, Valkey) in a throw-away directory, unless DATABASE_URL names others.

The servers belong to pytest's first process; xdist workers inherit the URLs, and each has a test database and a Valkey
database of its own. This stands at the top of the module and not in a hook because the conftest files further down
import models, and pytest reads them before it runs any hook of ours.
"""

import contextlib
import functools
import gc
import io
import os
import shutil
import tempfile
from copy import copy
from importlib import import_module
from pathlib import Path

import django
import hypothesis
import psycopg2
import pytest
from django.apps import apps
from django.conf import settings
from django.db import connection
from django.db.models.signals import post_migrate
from django.test import client as testing
from django.test.utils import ContextList
from lucide.templatetags import lucide

from fangpin import embedded

WORKER = os.environ.get("PYTEST_XDIST_WORKER", "")
CHROMIUM = os.environ.get("CHROMIUM") or next(
    filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable"))), None
)
hypothesis.settings.register_profile("house", deadline=None)  # a busy machine is no failure
hypothesis.settings.load_profile("house")
LONG = (
    "test_every_page.py",
    "test_reach.py",
    "test_reach_elsewhere.py",
    "test_killed_worker.py",
    "test_sequences.py",
    "test_planted_bugs.py",
    "test_bench_month.py",
)
NO_CHROMIUM = "没有安装 Chromium（系统包 chromium，或用 CHROMIUM=路径 指明），浏览器测试跳过"


def keep_own_contexts(store, signal, sender, template, context, **kwargs) -> None:
    """In the place of the test client's own, which copies the context once more for every component that shares it."""
    if context.template is template:
        store.setdefault("context", ContextList()).append(copy(context))


def start_servers() -> None:
    """Set the environment that settings read, starting the servers if nobody gave us some."""
    var = Path(tempfile.mkdtemp(prefix="fangpin-tests-"))
    var.chmod(0o711)  # as root: PostgreSQL's own user passes through
    (var / "static").mkdir()  # WhiteNoise warns when it is missing
    os.environ |= {
        "FANGPIN_VAR": str(var),
        "KEYRING_FILE": str(var / "keys" / "keyring.json"),
        "DJANGO_ALLOW_ASYNC_UNSAFE": "true",  # Playwright's synchronous interface keeps a loop running
    }
    given = os.environ.get("DATABASE_URL")
    embedded.ensure()
    if not given:
        connection = psycopg2.connect(os.environ["DATABASE_URL"])
        connection.autocommit = True
        with connection.cursor() as cursor:  # nothing here has to survive a power cut, or grows old
            for name in ("fsync", "full_page_writes", "synchronous_commit", "autovacuum", "jit"):
                cursor.execute(f"ALTER SYSTEM SET {name} = off")
            cursor.execute("SELECT pg_reload_conf()")
        connection.close()


with contextlib.redirect_stderr(io.StringIO()):  # what a first start says is no news here
    if not WORKER:
        start_servers()
    elif "?" not in os.environ["REDIS_URL"]:
        os.environ["REDIS_URL"] += f"?db={int(WORKER.removeprefix('gw')) % 16}"
    os.environ["DJANGO_SETTINGS_MODULE"] = "fangpin.settings"
    django.setup()
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # a good one is slow on purpose
    testing.store_rendered_templates = keep_own_contexts
    gc.collect()
    gc.freeze()  # what is loaded by now stays
    gc.set_threshold(50_000, 20, 50)  # a page makes thousands of objects and no garbage that is worth looking for
    lucide._render_icon = functools.cache(lucide._render_icon)  # drawn once, not once for each page
    # A worker that inherited this would read the settings before this module gives it a Valkey database of its own.
    del os.environ["DJANGO_SETTINGS_MODULE"]


def plant_seeds(using, **kwargs):
    """Departments and first standards again, which the flush after a transactional test takes away with everything else."""
    for app, model, *migrations in (
        ("accounts", "Department", "0002_departments"),
        ("policy", "Standard", "0002_first_standards", "0003_register_checks", "0004_rounds"),
    ):
        if not apps.get_model(app, model).objects.using(using).exists():
            for migration in migrations:
                import_module(f"fangpin.{app}.migrations.{migration}").fill(apps, None)


post_migrate.connect(plant_seeds, sender=apps.get_app_config("screening"), weak=False)


def empty_what_holds_rows(style, tables, **options) -> list[str]:
    """In the place of Django's TRUNCATE of every table, which costs a second after each transactional test.

    Content types and permissions stay: the migrations gave them, and ``post_migrate`` would write the same again.
    """
    names = [
        connection.ops.quote_name(table) for table in tables if table not in ("django_content_type", "auth_permission")
    ]
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(f"(SELECT '{name}' FROM {name} LIMIT 1)" for name in names))  # noqa: S608
        filled = [name for (name,) in cursor.fetchall()]
    # As a replica would: no trigger speaks, neither that of the trail, which is never deleted, nor those of foreign keys.
    return ["SET LOCAL session_replication_role = replica", *(f"DELETE FROM {name}" for name in filled)]  # noqa: S608


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup, django_db_blocker):
    """Quickly emptied between tests, and dropped at the end: a session of a killed worker or a slow thread may still hang on it."""
    with django_db_blocker.unblock():
        connection.ops.sql_flush = empty_what_holds_rows
    yield
    with django_db_blocker.unblock(), connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )


def pytest_unconfigure():
    if not WORKER:
        embedded.stop()
        shutil.rmtree(os.environ["FANGPIN_VAR"], ignore_errors=True)


def pytest_xdist_auto_num_workers(config):
    """One more than there are cores: a browser, a worker of Celery or PostgreSQL is waited for half of the time."""
    return len(os.sched_getaffinity(0)) + 1 if hasattr(os, "sched_getaffinity") else None


@pytest.hookimpl(trylast=True)  # after the shuffle
def pytest_collection_modifyitems(items):
    # Files go to the workers in this order: one that takes minutes must not be the last.
    items.sort(key=lambda item: LONG.index(item.path.name) if item.path.name in LONG else len(LONG))
    for item in items:
        if "browser" in item.path.parts:
            item.add_marker(pytest.mark.browser)
            if CHROMIUM is None:
                item.add_marker(pytest.mark.skip(reason=NO_CHROMIUM))


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args):
    """The system's Chromium, never a downloaded one; CHROMIUM_OLD=1 when CHROMIUM names one of about version 88."""
    old = ["--no-zygote", "--disable-dev-shm-usage"] if os.environ.get("CHROMIUM_OLD") else []
    return {
        **browser_type_launch_args,
        "executable_path": CHROMIUM,
        "args": ["--no-sandbox", "--disable-gpu", "--disable-background-networking", *old],
    }


@pytest.fixture(scope="session")
def browser_context_args(browser_context_args):
    screen = {"width": 1366, "height": 768}
    return {**browser_context_args, "locale": "zh-CN", "timezone_id": "Asia/Shanghai", "viewport": screen}
