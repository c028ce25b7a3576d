"""App configuration."""

from django.apps import AppConfig
from django.utils.module_loading import import_string

from fangpin.desk import contributions
from fangpin.web import guard_exports


class Config(AppConfig):
    name = "fangpin.desk"
    label = "desk"
    verbose_name = "工作台"

    def ready(self):
        contributions.discover()
        guard_exports(_gate)


def _gate(request, wanted):
    """Looked up when it is asked: models are not there yet while the apps are read."""
    return import_string("fangpin.desk.exports.gate")(request, wanted)
