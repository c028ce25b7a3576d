"""URLs of screening."""

from django.urls import path

from screening.views import clues, evidence, extract, extracts, layouts, month, places, review, rulings

urlpatterns = [
    path("extracts/", extracts.extract_list, name="extract_list"),
    path("extracts/new/", extracts.extract_new, name="extract_new"),
    path("extracts/formats/", extracts.format_list, name="format_list"),
    path("extracts/formats/<str:code>/template.xlsx", extracts.format_template, name="format_template"),
    path("extracts/layouts/", layouts.layout_list, name="layout_list"),
    path("extracts/layouts/<int:pk>/take-back/", layouts.layout_take_back, name="layout_take_back"),
    path("extracts/<uuid:pk>/layout/", layouts.extract_layout, name="extract_layout"),
    path("extracts/<uuid:pk>/", extract.extract_detail, name="extract_detail"),
    path("extracts/<uuid:pk>/matches/", evidence.extract_matches, name="extract_matches"),
    path("extracts/<uuid:pk>/find/", extract.extract_find, name="extract_find"),
    path("extracts/<uuid:pk>/confirm/", extract.extract_confirm, name="extract_confirm"),
    path("extracts/<uuid:pk>/withdraw/", extract.extract_withdraw, name="extract_withdraw"),
    path("extracts/<uuid:pk>/annotated.xlsx", extract.extract_annotated, name="extract_annotated"),
    path("months/", month.month_now, name="month_now"),
    path("months/<month:period>/", month.month_detail, name="month_detail"),
    path("months/<month:period>/progress/", month.month_progress, name="month_progress"),
    path("months/<month:period>/run/", month.month_run, name="month_run"),
    path("months/<month:period>/close/", month.month_close, name="month_close"),
    path("months/<month:period>/reopen/", month.month_reopen, name="month_reopen"),
    path("clues/", clues.clue_list, name="clue_list"),
    path("clues/<uuid:pk>/", clues.clue_detail, name="clue_detail"),
    path("review/", review.review_list, name="review_list"),
    path("review/<uuid:extract>/<int:sheet_no>/<int:row>/", review.review_detail, name="review_detail"),
    path("review/<uuid:extract>/<int:sheet_no>/<int:row>/decide/", review.review_decide, name="review_decide"),
    path("review/<uuid:extract>/<int:sheet_no>/<int:row>/strike/", review.review_strike, name="review_strike"),
    path("review/<uuid:extract>/<int:sheet_no>/<int:row>/undo/", review.review_undo, name="review_undo"),
    path("review/<uuid:extract>/<int:sheet_no>/<int:row>/evidence/", evidence.review_evidence, name="review_evidence"),
    path("review/<uuid:extract>/<int:sheet_no>/<int:row>/correct/", evidence.review_correct, name="review_correct"),
    path("review/groups/", rulings.review_groups, name="review_groups"),
    path("review/groups/<slug:key>/", rulings.review_group, name="review_group"),
    path("review/rulings/", rulings.review_rulings, name="review_rulings"),
    path("review/rulings/<int:pk>/take-back/", rulings.review_take_back, name="review_take_back"),
    path("review/places/", places.review_places, name="review_places"),
    path("review/places/<slug:key>/", places.review_place, name="review_place"),
    path("review/places/<int:pk>/take-back/", places.review_unplace, name="review_unplace"),
]
