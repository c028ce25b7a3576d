"""App configuration."""

from django.apps import AppConfig


class Config(AppConfig):
    name = "assistance"
    label = "assistance"
    verbose_name = "帮扶"
