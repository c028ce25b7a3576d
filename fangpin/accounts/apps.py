"""App configuration."""

from django.apps import AppConfig


class Config(AppConfig):
    name = "fangpin.accounts"
    label = "accounts"
    verbose_name = "账号岗位"

    def ready(self):
        from fangpin.accounts import checks  # noqa: F401, PLC0415 - registers itself; models must be loaded first
