"""Celery tasks."""

from celery import shared_task

from fangpin.audit.trail import seal_trail


@shared_task(name="audit.seal")
def seal():
    seal_trail()
