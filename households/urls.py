"""URLs of the register."""

from django.urls import path

from households.views import household, imports, lists, quality

urlpatterns = [
    path("", lists.household_list, name="household_list"),
    path("search/", lists.household_search, name="household_search"),
    path("<uuid:pk>/", household.household_detail, name="household_detail"),
    path("people/<uuid:pk>/reveal/", household.person_reveal, name="person_reveal"),
    path("imports/", imports.import_list, name="import_list"),
    path("imports/new/", imports.import_new, name="import_new"),
    path("imports/<uuid:pk>/", imports.import_detail, name="import_detail"),
    path("imports/<uuid:pk>/confirm/", imports.import_confirm, name="import_confirm"),
    path("imports/<uuid:pk>/withdraw/", imports.import_withdraw, name="import_withdraw"),
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
