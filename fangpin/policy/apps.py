"""App configuration."""

from django.apps import AppConfig


class Config(AppConfig):
    name = "fangpin.policy"
    label = "policy"
    verbose_name = "政策标准"
