"""App configuration."""

from django.apps import AppConfig


class Config(AppConfig):
    name = "fangpin.demo"
    label = "demo"
    verbose_name = "演示县"
