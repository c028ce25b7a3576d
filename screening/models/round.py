"""排查轮次 and what the villages find in it: one list a village, one entry a household at risk (domain.md 3.5, 4.6)."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from fangpin.accounts.scope import ReachableQuerySet, reach_of
from fangpin.approvals.models import Approval
from fangpin.approvals.routes import WITH_OPENER, Stage
from fangpin.divisions.models import CODE_LENGTH, Division, Level
from fangpin.sealing import SealedDict
from households.models import Household, Person
from screening.choices import CheckWay, Judgement, RoundKind


class RoundQuerySet(ReachableQuerySet):
    division_path = "county_id"

    def open(self):
        return self.filter(closed_at=None)

    def around(self, user, right: str):
        """The rounds of the counties in which ``user`` holds the right, on whichever level."""
        return self.filter(county_id__in={code[: CODE_LENGTH[Level.COUNTY]] for code in reach_of(user, right)})


class Round(models.Model):
    """One round of a county. Its dates are filled from the calendar of 3.5 when it opens and may be set otherwise."""

    county = models.ForeignKey(Division, models.PROTECT, related_name="+", verbose_name="县")
    kind = models.CharField("类别", max_length=14, choices=RoundKind.choices)
    period = models.DateField("月份")  # the first of the month whose department data it compares
    townships = models.ManyToManyField(Division, related_name="+", verbose_name="乡镇")
    lists = models.JSONField("部门名单", default=list)  # list codes that are due
    starts_on = models.DateField("开始日期")
    uploads_due = models.DateField("部门报送截止")
    offline_due = models.DateField("线下名单上报截止")
    compare_on = models.DateField("比对日期")
    dispatch_on = models.DateField("反馈核实日期")
    verify_due = models.DateField("核实截止")
    ends_on = models.DateField("结束日期")
    opened_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    opened_at = models.DateTimeField("开启时间", auto_now_add=True)
    closed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    closed_at = models.DateTimeField("结束时间", null=True)
    closed_why = models.CharField("结束说明", max_length=200, blank=True)  # said when something was still open

    objects = RoundQuerySet.as_manager()

    class Meta:
        verbose_name = "排查轮次"
        default_permissions = ()
        ordering = ["-period"]
        constraints = [
            models.UniqueConstraint(
                name="round_one_a_month",
                fields=["county", "period"],
                violation_error_message="这个月已经开启了排查轮次",
            ),
            models.CheckConstraint(
                name="round_dates_in_order",
                condition=Q(
                    starts_on__lte=F("uploads_due"),
                    uploads_due__lte=F("compare_on"),
                    offline_due__lte=F("compare_on"),
                    compare_on__lte=F("dispatch_on"),
                    dispatch_on__lte=F("verify_due"),
                    verify_due__lte=F("ends_on"),
                ),
                violation_error_message="日期须依次为：开始、报送和上报截止、比对、反馈核实、核实截止、结束",
            ),
            models.CheckConstraint(name="round_closed_pair", condition=Q(closed_at__isnull=False) | Q(closed_by=None)),
        ]

    def __str__(self):
        return f"{self.period.year}年{self.period.month}月{self.get_kind_display()}"

    @property
    def is_open(self) -> bool:
        return self.closed_at is None


WITH_VILLAGE = (Stage.VILLAGE, *WITH_OPENER)  # not submitted, returned, recalled or withdrawn: the village works on it


class OfflineListQuerySet(ReachableQuerySet):
    def with_village(self):
        """The lists that the village has still, or again, to submit."""
        return self.filter(Q(approval=None) | Q(approval__stage__in=WITH_VILLAGE))

    def handed_in(self):
        return self.filter(approval__isnull=False).exclude(approval__stage__in=WITH_VILLAGE)


class OfflineList(models.Model):
    """线下名单 of one village in a round: made when the round opens, so that "nothing found" is said and not silent (零报告)."""

    round = models.ForeignKey(Round, models.PROTECT, related_name="offline_lists", verbose_name="轮次")
    village = models.ForeignKey(Division, models.PROTECT, related_name="+", verbose_name="村")
    # 村 → 乡 → 县; None until the village submits for the first time.
    approval = models.OneToOneField(Approval, models.PROTECT, null=True, related_name="offline_list")
    due = models.PositiveIntegerField("应排查户数", default=0)
    looked_at = models.PositiveIntegerField("已排查户数", default=0)
    clear = models.PositiveIntegerField("无风险户数", default=0)
    checkers = models.CharField("排查人", max_length=200, blank=True)
    version = models.PositiveIntegerField(default=1)
    updated_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    updated_at = models.DateTimeField("更新时间", auto_now=True)

    objects = OfflineListQuerySet.as_manager()

    class Meta:
        verbose_name = "线下名单"
        default_permissions = ()
        ordering = ["round_id", "village_id"]
        constraints = [
            models.UniqueConstraint(name="offline_list_one_a_village", fields=["round", "village"]),
            models.CheckConstraint(
                name="offline_list_counts",
                condition=Q(looked_at__lte=F("due"), clear__lte=F("looked_at")),
                violation_error_message="户数须满足：无风险户数 ≤ 已排查户数 ≤ 应排查户数",
            ),
        ]

    def __str__(self):
        return f"{self.round} {self.village}"

    @property
    def stage(self) -> str:
        """Where it stands, "" when it was never submitted."""
        return self.approval.stage if self.approval_id else ""

    @property
    def is_with_village(self) -> bool:
        return self.stage in ("", *WITH_VILLAGE)


class OfflineEntryQuerySet(ReachableQuerySet):
    division_path = "offline_list__village_id"

    def complete(self):
        return self.filter(is_draft=False)

    def suspected(self):
        return self.complete().exclude(judgement=Judgement.CLEAR)


class OfflineEntry(models.Model):
    """线下条目: what the village found at one household. A draft is kept section by section until it is complete."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    offline_list = models.ForeignKey(OfflineList, models.PROTECT, related_name="entries", verbose_name="线下名单")
    household = models.ForeignKey(Household, models.PROTECT, related_name="offline_entries", verbose_name="农户")
    members = models.ManyToManyField(Person, related_name="+", verbose_name="涉及成员")
    checked_on = models.DateField("排查日期", null=True)
    checkers = models.CharField("排查人", max_length=200, blank=True)
    way = models.CharField("方式", max_length=6, choices=CheckWay.choices, blank=True)
    risks = models.JSONField("风险类型", default=list)  # values of Risk, at most five
    judgement = models.CharField("判断", max_length=10, choices=Judgement.choices, blank=True)
    reference_income = models.DecimalField("人均参考收入", max_digits=12, decimal_places=2, null=True)
    # {"income": {...}, "living": {...}, "evidence": {risk: text}, "reason": text, "flags": [...]} as JSON (screening.rounds.offline)
    told_sealed = models.BinaryField(default=b"", editable=False)
    is_draft = models.BooleanField("草稿", default=True)
    version = models.PositiveIntegerField(default=1)
    entered_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    entered_at = models.DateTimeField("填报时间", auto_now_add=True)
    updated_at = models.DateTimeField("更新时间", auto_now=True)

    told = SealedDict("told_sealed")
    objects = OfflineEntryQuerySet.as_manager()

    class Meta:
        verbose_name = "线下条目"
        default_permissions = ()
        ordering = ["offline_list__village_id", "entered_at", "id"]
        constraints = [
            models.UniqueConstraint(
                name="offline_entry_one_a_household",
                fields=["offline_list", "household"],
                violation_error_message="这一户在本村本轮名单里已有一条，请打开它修改",
            ),
            models.CheckConstraint(
                name="offline_entry_complete",
                condition=Q(is_draft=True) | (Q(checked_on__isnull=False) & ~Q(judgement="") & ~Q(checkers="")),
                violation_error_message="排查日期、排查人和判断填全后才能完成",
            ),
        ]

    def __str__(self):
        return f"{self.household} {self.get_judgement_display() or '草稿'}"
