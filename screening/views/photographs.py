"""Photos of a form: those that came with it are kept, the one that it names is taken away."""

from django.contrib import messages
from django.db.models import QuerySet
from django.shortcuts import get_object_or_404

from fangpin.transitions import NotAllowed
from screening.models import OfflineEntry, Photo, VerificationTask
from screening.rounds.photos import MOST, add_photo, remove_photo
from screening.views.checking import key_of


def keep_photos(request, of: VerificationTask | OfflineEntry, own: QuerySet[Photo]) -> bool:
    """Whether the page stays after it; ``own`` are the photos that may be named. What cannot be kept is said and undoes nothing typed."""
    try:
        if gone := request.POST.get("remove"):
            remove_photo(get_object_or_404(own, pk=key_of(gone)), by=request.user)
            return True
        for file in request.FILES.getlist("photos")[: MOST + 1]:
            add_photo(of, file=file, by=request.user)
    except NotAllowed as refusal:
        messages.error(request, f"照片没有变动：{refusal}")
        return True
    return request.POST.get("step") == "photo"
