"""App configuration."""

from django.apps import AppConfig

from fangpin.desk import contributions


class Config(AppConfig):
    name = "fangpin.desk"
    label = "desk"
    verbose_name = "工作台"

    def ready(self):
        contributions.discover()
