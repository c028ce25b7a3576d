"""App configuration."""

from django.apps import AppConfig


class Config(AppConfig):
    name = "risk_exit"
    label = "risk_exit"
    verbose_name = "风险消除"
