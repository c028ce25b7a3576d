"""URLs: apps by name only, so that the wiring imports no floor above it."""

from django.urls import include, path, register_converter

from fangpin.periods import MonthConverter

register_converter(MonthConverter, "month")

urlpatterns = [
    path("", include("fangpin.desk.urls")),
    path("", include("fangpin.accounts.urls")),
    path("runs/", include("fangpin.runs.urls")),
    path("policy/", include("fangpin.policy.urls")),
    path("households/", include("households.urls")),
    path("", include("screening.urls")),
]
