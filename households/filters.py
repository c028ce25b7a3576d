"""Filters of the household list. Nothing personal among them: they stand in the address."""

import django_filters
from django.db.models import Q

from fangpin.accounts.scope import codes_by_permission
from fangpin.divisions.models import Division
from fangpin.divisions.rights import Right
from households.choices import Category, HouseholdKind
from households.models import Household

SIZES = {
    "1": ("1 人", 1, 1),
    "2": ("2 人", 2, 2),
    "3": ("3–4 人", 3, 4),
    "5": ("5 人及以上", 5, 32_767),
    "0": ("无在册成员", 0, 0),
}
NOT_MONITORED = "none"


class PlaceFilter(django_filters.FilterSet):
    """Township and village in reach; ``place`` is the lookup of the village's code."""

    place = "village__code"
    township = django_filters.ChoiceFilter(label="乡镇", method="under", choices=())
    village = django_filters.ChoiceFilter(label="行政村", method="under", choices=())

    def __init__(self, *arguments, **options):
        super().__init__(*arguments, **options)
        villages = villages_within(self.request.user)
        towns: dict[str, list[Division]] = {}
        for village in villages:
            towns.setdefault(village.parent.name, []).append(village)
        self.filters["township"].extra["choices"] = [(group[0].parent_id, name) for name, group in towns.items()]
        self.filters["village"].extra["choices"] = [
            (name, [(village.pk, village.name) for village in group]) for name, group in towns.items()
        ]

    def under(self, rows, name, value):
        return rows.filter(**{f"{self.place}__startswith": value})


class HouseholdFilter(PlaceFilter):
    kind = django_filters.ChoiceFilter(label="户类型", choices=HouseholdKind.choices)
    category = django_filters.ChoiceFilter(
        label="监测对象类别", method="of_category", choices=[*Category.choices, (NOT_MONITORED, "非监测对象")]
    )
    size = django_filters.ChoiceFilter(
        label="人口", method="of_size", choices=[(key, label) for key, (label, *_) in SIZES.items()]
    )

    class Meta:
        model = Household
        fields = ()

    def of_category(self, households, name, value):
        return households.filter(category="" if value == NOT_MONITORED else value)

    def of_size(self, households, name, value):
        _, least, most = SIZES[value]
        return households.filter(size__range=(least, most))


def divisions_within(user, right: str = Right.VIEW_REGISTER):
    """The divisions under which ``user`` holds the right."""
    reach = Q(pk__in=())
    for code in codes_by_permission(user).get(right, ()):
        reach |= Q(code__startswith=code)
    return Division.objects.filter(reach)


def villages_within(user) -> list[Division]:
    """Villages in reach, each with its township, in the order of the codes."""
    return list(divisions_within(user).villages().select_related("parent"))
