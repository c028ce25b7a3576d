"""工作台: what is mine, one click to do it (product.md L1)."""

from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from fangpin.accounts.models import Posting
from fangpin.desk.contributions import todos_of


@require_safe
def home(request):
    postings = Posting.objects.open().filter(user=request.user).select_related("division__parent", "department")
    todos = todos_of(request.user)
    context = {
        "todos": todos,
        "waiting": sum(todo.count for todo in todos),
        "postings": postings,
        "greeting": _greeting(),
    }
    return render(request, "desk/home.html", context)


def _greeting() -> str:
    hour = timezone.localtime().hour
    return "早上好" if 5 <= hour < 12 else "下午好" if 12 <= hour < 18 else "晚上好"
