"""URLs of the register."""

from django.urls import path

from households.views import access, correct, differences, events, household, imports, income, lists, quality, reveal

urlpatterns = [
    path("", lists.household_list, name="household_list"),
    path("search/", lists.household_search, name="household_search"),
    path("<uuid:pk>/", household.household_detail, name="household_detail"),
    path("<uuid:pk>/part/<slug:slug>/", household.household_part, name="household_part"),
    path("<uuid:pk>/print/", household.household_print, name="household_print"),
    path("<uuid:pk>/correct/<slug:slug>/", correct.household_correct, name="household_correct"),
    path("<uuid:pk>/events/", events.event_choose, name="event_choose"),
    path("<uuid:pk>/events/<slug:slug>/", events.event_new, name="event_new"),
    path("events/<uuid:pk>/undo/", events.event_undo, name="event_undo"),
    path("people/<uuid:pk>/correct/<slug:slug>/", correct.person_correct, name="person_correct"),
    path("people/<uuid:pk>/reveal/", reveal.person_reveal, name="person_reveal"),
    path("people/<uuid:pk>/phone/", reveal.person_phone, name="person_phone"),
    path("<uuid:pk>/phone/", reveal.household_phone, name="household_phone"),
    path("<uuid:pk>/access/", access.household_access, name="household_access"),
    path("<uuid:pk>/incomes/new/", income.income_new, name="income_new"),
    path("incomes/<uuid:pk>/", income.income_detail, name="income_detail"),
    path("incomes/<uuid:pk>/edit/", income.income_edit, name="income_edit"),
    path("imports/", imports.import_list, name="import_list"),
    path("imports/new/", imports.import_new, name="import_new"),
    path("imports/<uuid:pk>/", imports.import_detail, name="import_detail"),
    path("imports/<uuid:pk>/confirm/", imports.import_confirm, name="import_confirm"),
    path("imports/<uuid:pk>/withdraw/", imports.import_withdraw, name="import_withdraw"),
    path("imports/<uuid:pk>/recheck/", imports.import_recheck, name="import_recheck"),
    path("imports/<uuid:pk>/undo/", imports.import_undo, name="import_undo"),
    path("imports/<uuid:pk>/differences/", differences.import_differences, name="import_differences"),
    path("imports/<uuid:pk>/villages/", differences.import_villages, name="import_villages"),
    path("imports/<uuid:pk>/households/<uuid:household>/", differences.import_household, name="import_household"),
    path("imports/<uuid:pk>/problems.xlsx", imports.import_problems, name="import_problems"),
    path("quality/", quality.quality_list, name="quality_list"),
    path("quality/villages/", quality.quality_villages, name="quality_villages"),
    path("quality/rules/", quality.quality_rules, name="quality_rules"),
    path("quality/check/", quality.quality_check, name="quality_check"),
    path("quality/<uuid:pk>/", quality.quality_detail, name="quality_detail"),
    path("quality/<uuid:pk>/explain/", quality.quality_explain, name="quality_explain"),
    path("quality/<uuid:pk>/exempt/", quality.quality_exempt, name="quality_exempt"),
    path("quality/<uuid:pk>/count/", quality.quality_count_again, name="quality_count_again"),
]
