"""URLs of the desk."""

from django.urls import path

from fangpin.desk import health, home, trail
from fangpin.web import large_print

urlpatterns = [
    path("", home.home, name="home"),
    path("large/", large_print, name="large_print"),
    path("healthz", health.health, name="health"),
    path("audit/", trail.audit_list, name="audit_list"),
]
