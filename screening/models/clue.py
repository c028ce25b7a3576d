"""线索: one alert about one household, person or village, with everything needed to explain it (domain.md 3.2)."""

import uuid

from django.db import models
from django.db.models import Case, OuterRef, Q, Subquery, When
from django.db.models.functions import JSONObject

from fangpin.accounts.scope import ReachableQuerySet
from fangpin.divisions.models import Division
from fangpin.policy.models import Standard
from households.models import Household, Person
from screening.choices import ClueState, Grade, Risk
from screening.models.extract import Extract


class Evaluation(models.Model):
    """What the rules found in one file, kept from the run that matched it until the clues of its month are published.

    basis: a digest of what it rests on; it counts only as long as that is the same.
    """

    extract = models.OneToOneField(Extract, models.CASCADE, primary_key=True, related_name="evaluation")
    basis = models.CharField(max_length=64)
    sealed = models.BinaryField(editable=False)  # JSON

    class Meta:
        verbose_name = "规则计算结果"
        default_permissions = ()

    def __str__(self):
        return str(self.extract)


GRADE_ORDER = Case(
    *(When(grade=grade, then=place) for place, grade in enumerate(Grade.values)),
    output_field=models.SmallIntegerField(),
)


class ClueQuerySet(ReachableQuerySet):
    def open(self):
        return self.filter(state=ClueState.OPEN)

    def graded(self):
        """With ``grade_order``: red before orange before yellow."""
        return self.annotate(grade_order=GRADE_ORDER)

    def with_again(self):
        """With ``again``: {"period" (ISO), "sentence"} of the last later month that reported the same fact, None if none did."""
        last = RepeatedReport.objects.filter(clue=OuterRef("pk")).order_by("-period")[:1]
        return self.annotate(again=Subquery(last.values(told=JSONObject(period="period", sentence="sentence"))))

    def with_subject(self):
        return self.select_related("household", "person", "village__parent", "extract__department")


class Clue(models.Model):
    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    # Same fact, same fingerprint: evaluating twice adds nothing, and a checked fact is not raised again (S5).
    fingerprint = models.CharField(max_length=64, unique=True)
    rule = models.CharField("规则", max_length=40)
    rule_version = models.PositiveSmallIntegerField("规则版本")
    standard = models.ForeignKey(Standard, models.PROTECT, related_name="+", verbose_name="政策标准")
    risk = models.CharField("风险", max_length=12, choices=Risk.choices)
    grade = models.CharField("级别", max_length=6, choices=Grade.choices)
    period = models.DateField("月份")
    village = models.ForeignKey(Division, models.PROTECT, related_name="+", verbose_name="村")
    household = models.ForeignKey(Household, models.PROTECT, null=True, related_name="clues", verbose_name="农户")
    person = models.ForeignKey(Person, models.PROTECT, null=True, related_name="clues", verbose_name="人员")
    # Where it came from; no row when the alert is that a row is missing (not insured, not enrolled).
    extract = models.ForeignKey(Extract, models.PROTECT, related_name="clues", verbose_name="部门数据")
    sheet_no = models.PositiveSmallIntegerField("工作表", null=True)
    row = models.PositiveIntegerField("行", null=True)
    # {"value", "limit", "unit", "window", "fact"}: the row's figures and the threshold in force
    values = models.JSONField("数值")
    sentence = models.CharField("说明", max_length=300)
    state = models.CharField("状态", max_length=10, choices=ClueState.choices, default=ClueState.OPEN)
    raised_at = models.DateTimeField("发现时间", auto_now_add=True)

    objects = ClueQuerySet.as_manager()

    class Meta:
        verbose_name = "线索"
        default_permissions = ()
        ordering = ["-period", "village_id", "id"]
        indexes = [
            models.Index(fields=["period", "village"], name="clue_by_month"),
            models.Index(fields=["extract"], name="clue_by_extract"),
            models.Index(GRADE_ORDER, "id", name="clue_graded"),  # the first page of a county's clues
        ]
        constraints = [
            models.CheckConstraint(
                name="clue_person_in_household", condition=Q(person=None) | Q(household__isnull=False)
            ),
            models.CheckConstraint(
                name="clue_row_pair",
                condition=Q(sheet_no=None, row=None) | Q(sheet_no__isnull=False, row__isnull=False),
            ),
        ]

    def __str__(self):
        return self.sentence


class RepeatedReport(models.Model):
    """The fact of a clue reported again in a later month: the clue stays the one, and what the later file says stands here.

    The comparison of the later month looks at it (domain.md 4.2): nobody is visited twice for it unless the amount has grown.
    """

    clue = models.ForeignKey(Clue, models.CASCADE, related_name="repeats", verbose_name="线索")
    period = models.DateField("月份")
    extract = models.ForeignKey(Extract, models.PROTECT, related_name="+", verbose_name="部门数据")
    grade = models.CharField("级别", max_length=6, choices=Grade.choices)  # by this fact alone
    values = models.JSONField("数值")  # as of a clue
    sentence = models.CharField("说明", max_length=300)

    class Meta:
        verbose_name = "再次上报"
        default_permissions = ()
        constraints = [models.UniqueConstraint(name="repeat_once_a_month", fields=["period", "clue"])]

    def __str__(self):
        return self.sentence
