"""App configuration of the ground itself: templates tags, and the Celery application in every process."""

from importlib import import_module

from django.apps import AppConfig


class Config(AppConfig):
    name = "fangpin"
    label = "fangpin"
    verbose_name = "防返贫"

    def ready(self):
        # Without it a web process would send its messages to Celery's default broker.
        import_module("fangpin.celery")
