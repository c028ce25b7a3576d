"""Guards of views: a page that a role does not have does not exist for it."""

from functools import wraps

from django.http import Http404

from fangpin.accounts.scope import holds_anywhere


def needs(*rights):
    """View decorator: 404 unless the user holds one of ``rights`` on some division. The rows are limited by the view itself."""

    def guard(view):
        @wraps(view)
        def guarded(request, *args, **kwargs):
            if not any(holds_anywhere(request.user, right) for right in rights):
                raise Http404
            return view(request, *args, **kwargs)

        return guarded

    return guard
