"""URLs of the register."""

from django.urls import path

from households.views import access, household, imports, income, lists, reveal

urlpatterns = [
    path("", lists.household_list, name="household_list"),
    path("search/", lists.household_search, name="household_search"),
    path("<uuid:pk>/", household.household_detail, name="household_detail"),
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
    path("imports/<uuid:pk>/problems.xlsx", imports.import_problems, name="import_problems"),
]
