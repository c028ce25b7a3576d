"""What holds for every request of a signed-in user: idle exit, forced change of a one-time password, no copies in caches."""

import time

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.shortcuts import redirect
from django.urls import reverse


class AccountMiddleware:
    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        response = self._stop(request) or self.get_response(request)
        if not request.path.startswith(settings.STATIC_URL):
            response.headers.setdefault("Cache-Control", "no-store")
        return response

    def _stop(self, request):
        if not request.user.is_authenticated:
            return None
        now = int(time.time())
        if now - request.session.get("seen", now) > settings.SESSION_IDLE_SECONDS:
            logout(request)
            messages.info(request, "您已 30 分钟没有操作，为保护农户信息已自动退出，请重新登录")
            return redirect("login")
        if now - request.session.get("seen", 0) > 60:  # once a minute is enough: a write per request is not free
            request.session["seen"] = now
        open_pages = {reverse("password_change"), reverse("logout")}
        if request.user.must_change_password and request.path not in open_pages:
            return redirect("password_change")
        return None
