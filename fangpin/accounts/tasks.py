"""Celery tasks."""

from celery import shared_task

from fangpin.accounts.grants import sync_everybody


@shared_task(name="accounts.sync_grants")
def sync():
    sync_everybody()
