"""App configuration."""

from django.apps import AppConfig


class Config(AppConfig):
    name = "households"
    label = "households"
    verbose_name = "农户"
