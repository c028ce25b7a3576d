"""URLs of the register."""

from django.urls import path

from households.views import differences, household, imports, lists

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
    path("imports/<uuid:pk>/recheck/", imports.import_recheck, name="import_recheck"),
    path("imports/<uuid:pk>/undo/", imports.import_undo, name="import_undo"),
    path("imports/<uuid:pk>/differences/", differences.import_differences, name="import_differences"),
    path("imports/<uuid:pk>/villages/", differences.import_villages, name="import_villages"),
    path("imports/<uuid:pk>/households/<uuid:household>/", differences.import_household, name="import_household"),
    path("imports/<uuid:pk>/problems.xlsx", imports.import_problems, name="import_problems"),
]
