"""Filters of the clue list."""

import django_filters
from django.db.models import Q

from fangpin.accounts.scope import codes_by_permission
from fangpin.divisions.models import CODE_LENGTH, Division, Level
from fangpin.divisions.rights import Right
from households.choices import HouseholdKind
from screening.choices import ClueState, Risk
from screening.extracts.formats import FORMATS
from screening.forms.months import month_choices
from screening.models import Clue
from screening.rules.catalogue import RULES


class ClueFilter(django_filters.FilterSet):
    period = django_filters.ChoiceFilter(label="月份", method="in_month", choices=lambda: ())
    place = django_filters.ChoiceFilter(label="乡镇村", method="in_place", choices=lambda: ())
    risk = django_filters.ChoiceFilter(label="风险", choices=Risk.choices)
    list_code = django_filters.ChoiceFilter(
        label="名单",
        field_name="extract__list_code",
        choices=[(code, f"{code} {fmt.name}") for code, fmt in FORMATS.items()],
    )
    rule = django_filters.ChoiceFilter(label="规则", choices=[(rule.code, rule.name) for rule in RULES])
    kind = django_filters.ChoiceFilter(label="户类型", field_name="household__kind", choices=HouseholdKind.choices)
    state = django_filters.ChoiceFilter(label="状态", choices=ClueState.choices)

    class Meta:
        model = Clue
        fields = ()

    def __init__(self, *arguments, **options):
        super().__init__(*arguments, **options)
        months = self.queryset.order_by().values_list("period", flat=True).distinct()
        self.filters["period"].extra["choices"] = month_choices(months, self.data.get("period"))
        self.filters["place"].extra["choices"] = places_within(self.request.user, Right.VIEW_CLUES)

    def filter_queryset(self, queryset):
        """What was withdrawn shows only when it is asked for."""
        found = super().filter_queryset(queryset)
        return found if self.form.cleaned_data["state"] else found.exclude(state=ClueState.WITHDRAWN)

    def in_month(self, clues, name, value):
        return clues.filter(period=f"{value}-01")

    def in_place(self, clues, name, value):
        return clues.filter(village__code__startswith=value)


def places_within(user, right: str) -> list[tuple[str, str]]:
    """The townships of a county posting, else the villages in the user's reach. Nothing outside is named."""
    codes = codes_by_permission(user).get(right, ())
    reach = Q(pk__in=())
    for code in codes:
        reach |= Q(code__startswith=code)
    level = Level.TOWNSHIP if any(len(code) == CODE_LENGTH[Level.COUNTY] for code in codes) else Level.VILLAGE
    return list(Division.objects.filter(reach, level=level).order_by("code").values_list("code", "name"))
