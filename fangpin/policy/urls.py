"""URLs of policy."""

from django.urls import path

from fangpin.policy import views

urlpatterns = [
    path("", views.standard_list, name="standard_list"),
    path("new/", views.standard_new, name="standard_new"),
    path("<int:pk>/", views.standard_detail, name="standard_detail"),
]
