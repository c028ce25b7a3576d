"""App configuration."""

from django.apps import AppConfig


class Config(AppConfig):
    name = "fangpin.approvals"
    label = "approvals"
    verbose_name = "审批"
