"""Test processes do not share a queue: what one sends, the worker of another must never take or flush."""

import os

from django.conf import settings


def test_each_test_process_has_a_valkey_database_of_its_own():
    assert os.environ["REDIS_URL"] == settings.REDIS_URL
    worker = os.environ.get("PYTEST_XDIST_WORKER")
    assert worker is None or settings.REDIS_URL.endswith(f"db={int(worker.removeprefix('gw')) % 16}")
