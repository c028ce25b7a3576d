"""URLs of accounts."""

from django.urls import path

from fangpin.accounts import views

urlpatterns = [
    path("login/", views.SignIn.as_view(), name="login"),
    path("logout/", views.sign_out, name="logout"),
    path("password/", views.change_password, name="password_change"),
    path("accounts/", views.account_list, name="account_list"),
    path("accounts/new/", views.account_new, name="account_new"),
    path("accounts/<int:pk>/", views.account_detail, name="account_detail"),
    path("accounts/<int:pk>/postings/", views.posting_open, name="posting_open"),
    path("accounts/<int:pk>/active/", views.account_active, name="account_active"),
    path("accounts/<int:pk>/password/", views.account_password, name="account_password"),
    path("postings/<int:pk>/close/", views.posting_close, name="posting_close"),
]
