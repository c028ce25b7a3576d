"""App configuration."""

from django.apps import AppConfig


class Config(AppConfig):
    name = "fangpin.audit"
    label = "audit"
    verbose_name = "操作留痕"
