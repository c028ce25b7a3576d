"""核查任务: a household (or a village's scheme) sent to its village, what was found there, and every step of the way (domain.md 4.2, 4.3)."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from fangpin.accounts.scope import ReachableQuerySet
from fangpin.divisions.models import Division
from fangpin.sealing import SealedDict
from households.models import Household
from screening.choices import OPEN_TASK, CheckWay, Conclusion, Grade, TaskAct, TaskOrigin, TaskState, Truth
from screening.models.clue import Clue
from screening.models.comparison import ComparisonItem
from screening.models.round import Round


class TaskQuerySet(ReachableQuerySet):
    def open(self):
        return self.filter(state__in=OPEN_TASK)

    def overdue(self, day):
        """What the village should have reported before ``day``."""
        return self.filter(state__in=(TaskState.SENT, TaskState.DISPUTED), due_on__lt=day)


class VerificationTask(models.Model):
    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    round = models.ForeignKey(Round, models.PROTECT, null=True, related_name="tasks", verbose_name="轮次")
    origin = models.CharField("来由", max_length=10, choices=TaskOrigin.choices)
    item = models.ForeignKey(ComparisonItem, models.PROTECT, null=True, related_name="tasks", verbose_name="比对项")
    # None: a problem of the village as a whole, such as its water scheme.
    household = models.ForeignKey(Household, models.PROTECT, null=True, related_name="tasks", verbose_name="农户")
    village = models.ForeignKey(Division, models.PROTECT, related_name="+", verbose_name="村")
    clues = models.ManyToManyField(Clue, related_name="tasks", verbose_name="线索")
    risks = models.JSONField("风险类型", default=list)
    grade = models.CharField("级别", max_length=6, choices=Grade.choices)
    why = models.CharField("核查事由", max_length=400)
    note = models.CharField("县办说明", max_length=200, blank=True)
    sent_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    sent_at = models.DateTimeField("派发时间", auto_now_add=True)
    sent_on = models.DateField("派发日期")
    due_on = models.DateField("时限")
    state = models.CharField("状态", max_length=10, choices=TaskState.choices, default=TaskState.SENT)
    version = models.PositiveIntegerField(default=1)  # grows with every step; a page sends what it saw
    reported_on = models.DateField("报送日期", null=True)
    conclusion = models.CharField("核实结论", max_length=10, choices=Conclusion.choices, blank=True)
    closed_on = models.DateField("办结日期", null=True)

    objects = TaskQuerySet.as_manager()

    class Meta:
        verbose_name = "核查任务"
        default_permissions = ()
        ordering = ["due_on", "village_id", "id"]
        indexes = [
            models.Index(fields=["village", "state", "due_on"], name="task_of_village"),
            models.Index(fields=["state", "due_on"], name="task_by_state"),
        ]
        constraints = [
            models.UniqueConstraint(
                name="task_one_open_a_household",
                fields=["household"],
                condition=Q(household__isnull=False, state__in=OPEN_TASK),
                violation_error_message="这一户已有一件未办结的核查任务",
            ),
            models.CheckConstraint(
                name="task_due_after_sent",
                condition=Q(due_on__gte=F("sent_on")),
                violation_error_message="时限不能早于派发日期",
            ),
            models.CheckConstraint(
                name="task_closes_with_outcome",
                condition=~Q(state=TaskState.CLOSED) | (Q(closed_on__isnull=False) & ~Q(conclusion="")),
                violation_error_message="没有核实结论的任务不能办结",
            ),
        ]

    def __str__(self):
        return self.why

    @property
    def is_open(self) -> bool:
        return self.state in OPEN_TASK


class TaskStep(models.Model):
    """One step of a task, as the village, the township and the county see it."""

    task = models.ForeignKey(VerificationTask, models.PROTECT, related_name="steps", verbose_name="任务")
    act = models.CharField("办理", max_length=10, choices=TaskAct.choices)
    note = models.CharField("意见", max_length=300, blank=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name="办理人"
    )
    at = models.DateTimeField("时间", auto_now_add=True)

    class Meta:
        verbose_name = "办理过程"
        default_permissions = ()
        ordering = ["at", "id"]
        constraints = [
            models.CheckConstraint(
                name="task_step_reason",
                condition=~Q(act__in=(TaskAct.RETURNED, TaskAct.RECALLED, TaskAct.DISPUTED)) | ~Q(note=""),
                violation_error_message="请写明原因",
            ),
        ]

    def __str__(self):
        return self.get_act_display()


class ResultQuerySet(ReachableQuerySet):
    division_path = "task__village_id"

    def standing(self):
        """The last result of each task; what was sent back for another look is history."""
        return self.filter(is_last=True)


class VerificationResult(models.Model):
    """核实结果 of one visit; a task that is sent back gets another."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    task = models.ForeignKey(VerificationTask, models.PROTECT, related_name="results", verbose_name="任务")
    number = models.PositiveSmallIntegerField("次序", default=1)
    is_last = models.BooleanField(default=True)
    is_draft = models.BooleanField("草稿", default=True)
    checked_on = models.DateField("核实日期", null=True)
    checkers = models.CharField("核实人", max_length=200, blank=True)  # at least two, as written
    way = models.CharField("方式", max_length=6, choices=CheckWay.choices, blank=True)
    interviewee = models.CharField("受访人", max_length=60, blank=True)
    relation = models.CharField("受访人与户主关系", max_length=30, blank=True)
    truth = models.CharField("情况是否属实", max_length=6, choices=Truth.choices, blank=True)
    conclusion = models.CharField("结论", max_length=10, choices=Conclusion.choices, blank=True)
    next_check_on = models.DateField("下次核查日期", null=True)
    # {"income", "spending", "guarantees": {...}, "reason", "next_step"} as JSON (screening.rounds.verification)
    told_sealed = models.BinaryField(default=b"", editable=False)
    # What was checked, for 4.2: [{"risk", "fingerprint", "value", "grade", "person", "event_on"}], one for each clue of the task
    facts = models.JSONField("核实的事实", default=list)
    version = models.PositiveIntegerField(default=1)
    reported_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    reported_at = models.DateTimeField("报送时间", null=True)

    told = SealedDict("told_sealed")
    objects = ResultQuerySet.as_manager()

    class Meta:
        verbose_name = "核实结果"
        default_permissions = ()
        ordering = ["task_id", "number"]
        constraints = [
            models.UniqueConstraint(name="result_number", fields=["task", "number"]),
            models.UniqueConstraint(name="result_one_last", fields=["task"], condition=Q(is_last=True)),
            models.CheckConstraint(
                name="result_complete",
                condition=Q(is_draft=True)
                | (
                    Q(checked_on__isnull=False, reported_at__isnull=False)
                    & ~Q(checkers="")
                    & ~Q(way="")
                    & ~Q(truth="")
                    & ~Q(conclusion="")
                ),
                violation_error_message="核实日期、核实人、方式、是否属实和结论填全后才能报送",
            ),
            models.CheckConstraint(
                name="result_watch_has_date",
                condition=Q(is_draft=True) | ~Q(conclusion=Conclusion.WATCH) | Q(next_check_on__isnull=False),
                violation_error_message="转观察须写明下次核查日期",
            ),
        ]

    def __str__(self):
        return self.get_conclusion_display() or "草稿"
