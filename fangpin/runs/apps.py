"""App configuration."""

from django.apps import AppConfig


class Config(AppConfig):
    name = "fangpin.runs"
    label = "runs"
    verbose_name = "后台任务"
