"""App configuration."""

from django.apps import AppConfig


class Config(AppConfig):
    name = "screening"
    label = "screening"
    verbose_name = "排查"
