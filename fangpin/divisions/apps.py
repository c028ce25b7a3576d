"""App configuration."""

from django.apps import AppConfig


class Config(AppConfig):
    name = "fangpin.divisions"
    label = "divisions"
    verbose_name = "行政区划"
