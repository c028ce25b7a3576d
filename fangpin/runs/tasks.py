"""Celery tasks."""

from celery import shared_task

from fangpin.runs.queue import sweep


@shared_task(name="runs.sweep")
def sweep_runs():
    sweep()
