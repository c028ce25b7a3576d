"""URLs of the desk."""

from django.urls import path

from fangpin.desk import export_pages, health, home, trail
from fangpin.web import large_print

urlpatterns = [
    path("", home.home, name="home"),
    path("large/", large_print, name="large_print"),
    path("healthz", health.health, name="health"),
    path("audit/", trail.audit_list, name="audit_list"),
    path("exports/", export_pages.export_list, name="export_list"),
    path("exports/ask/", export_pages.export_ask, name="export_ask"),
    path("exports/<uuid:pk>/", export_pages.export_detail, name="export_detail"),
    path("exports/<uuid:pk>/approve/", export_pages.export_approve, name="export_approve"),
    path("exports/<uuid:pk>/refuse/", export_pages.export_refuse, name="export_refuse"),
]
