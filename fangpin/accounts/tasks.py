"""Celery tasks."""

from celery import shared_task

from fangpin.accounts.grants import sync_changed_today


@shared_task(name="accounts.sync_grants")
def sync():
    sync_changed_today()
