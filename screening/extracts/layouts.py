"""表头对应 (verbs): a department says once what its headings mean; every later file of the list is read with it."""

from collections.abc import Mapping, Sequence

from django.db import transaction
from django.utils import timezone

from fangpin.accounts.models import Department
from fangpin.audit.trail import record
from fangpin.divisions.models import Division
from fangpin.masking import scrub
from fangpin.transitions import NotAllowed, Stale
from screening.choices import ExtractState
from screening.extracts.formats import map_columns, normalise_header
from screening.extracts.headings import Remembered, fingerprint, remember
from screening.extracts.intake import MAPPABLE, check_again, format_of, require_sender, sealed_path
from screening.extracts.layout import ListFormat
from screening.models import Extract, Layout

MOST_HEADING = 200  # characters of one heading that are kept


def remembered_for(county: Division | str, list_code: str) -> Remembered:
    """Everything that stands for this list of the county."""
    standing = Layout.objects.standing().filter(county=county, list_code=list_code).order_by("decided_at", "pk")
    return remember(standing.values_list("fingerprint", "columns"))


def is_mappable(extract: Extract) -> bool:
    """Whether answers about its headings can still change how this file is read."""
    refused = extract.state == ExtractState.REFUSED and extract.refusal_code in MAPPABLE
    return (refused or extract.state == ExtractState.CHECKED) and sealed_path(extract).exists()


@transaction.atomic
def map_extract(extract: Extract, *, layouts: Sequence[Mapping[str, str]], by) -> None:
    """对应列名: remember what the headings of each of its layouts mean, and check the file again with that.

    ``layouts``: heading as written -> key of the list, "" for "not needed", in the order of the sheet's columns; one that is "" throughout
    says that such a sheet is not the list. Raises NotAllowed, Stale.
    """
    require_sender(by, extract.county, format_of(extract.list_code))
    if not is_mappable(extract):
        raise NotAllowed(f"文件现在是“{extract.get_state_display()}”，不能再对应列名。请重新上传后再对应")
    if not any(any(columns.values()) for columns in layouts):
        raise NotAllowed("至少要有一张工作表是这份名单")
    for columns in layouts:
        remember_layout(county=extract.county, list_code=extract.list_code, columns=columns, by=by)
    check_again(extract, by=by)


@transaction.atomic
def remember_layout(*, county: Division, list_code: str, columns: Mapping[str, str], by) -> Layout:
    """One layout: heading as written -> key. What was remembered for the same headings before is taken back. Raises NotAllowed."""
    fmt = format_of(list_code)
    require_sender(by, county, fmt)
    _must_fit(columns, fmt)
    mark = fingerprint(list(columns))
    same = Layout.objects.standing().filter(county=county, list_code=list_code, fingerprint=mark)
    former = same.select_for_update().first()
    if former and former.columns == dict(columns):
        return former
    if former:
        _end(former, by)
    layout = Layout.objects.create(
        county=county,
        department=Department.objects.get(code=fmt.department),
        list_code=list_code,
        fingerprint=mark,
        columns=dict(columns),
        decided_by=by,
    )
    record(by, "layout.remembered", layout, list=list_code, count=len(columns))
    return layout


def _must_fit(columns: Mapping[str, str], fmt: ListFormat) -> None:
    if any(scrub(heading) != heading or len(heading) > MOST_HEADING for heading in columns):
        raise NotAllowed("列名里有证件号码、电话或很长的文字，这一行不是列名行。请选择真正写着列名的那一行")
    answers: dict[str, str] = {}
    for heading, key in columns.items():
        if answers.setdefault(normalise_header(heading), key) != key:
            raise NotAllowed(f"有几列都叫“{heading}”，无法分辨。请在表格里改成不同的列名后重新上传")
    keys = [key for key in columns.values() if key]
    if unknown := set(keys) - {column.key for column in fmt.columns}:
        raise NotAllowed(f"{fmt.name}没有这些列：{'、'.join(sorted(unknown))}")
    for key in keys:
        if keys.count(key) > 1:
            twice = "、".join(f"“{heading}”" for heading, given in columns.items() if given == key)
            raise NotAllowed(f"{twice}都对应到“{fmt.column(key).label}”：一列只能对应一次，请只留一个")
    missing = map_columns(list(columns), fmt, answers).missing_labels
    if keys and missing:
        raise NotAllowed(f"还缺必需的列：{'、'.join(missing)}。表里没有这些列的，请补上后重新上传")


@transaction.atomic
def take_back_layout(layout: Layout, *, by) -> None:
    """撤回: later files of the list are read without it; those that are in stay as they are. Raises NotAllowed, Stale."""
    require_sender(by, layout.county, format_of(layout.list_code))
    _end(layout, by)
    record(by, "layout.taken_back", layout, list=layout.list_code)


def _end(layout: Layout, by) -> None:
    if not Layout.objects.standing().filter(pk=layout.pk).update(taken_back_by=by, taken_back_at=timezone.now()):
        raise Stale("这条对应已经撤回，请刷新后查看")
