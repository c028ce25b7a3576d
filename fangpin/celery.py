"""Celery application: the queue is the Run table, messages are wake-ups that carry a run's id and nothing else."""

import os

from celery import Celery
from celery.signals import worker_ready

from fangpin import embedded

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "fangpin.settings")
embedded.ensure()

app = Celery("fangpin")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
app.set_default()  # in every thread: web threads send tasks too


@worker_ready.connect
def sweep_at_start(**kwargs):
    """A worker that starts looks at once for what a killed one left behind."""
    app.send_task("runs.sweep")
