"""App configuration."""

from django.apps import AppConfig
from django.db.models.signals import post_migrate


class Config(AppConfig):
    name = "fangpin.accounts"
    label = "accounts"
    verbose_name = "账号岗位"

    def ready(self):
        from fangpin.accounts import checks, grants  # noqa: F401, PLC0415 - checks register themselves; models come first

        post_migrate.connect(grants.after_migrate, sender=self)
