"""URLs of runs."""

from django.urls import path

from fangpin.runs import views

urlpatterns = [path("<int:pk>/", views.run_status, name="run_status")]
