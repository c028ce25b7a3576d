"""审批和签署. A case of any app points at its approval one-to-one; the approval knows no case."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Length
from django.db.models.lookups import Exact

from fangpin.accounts.scope import ReachableQuerySet
from fangpin.approvals.routes import FINISHED, ROUTES, WITH_OPENER, Kind, Stage, Step, Verdict
from fangpin.divisions.models import CODE_LENGTH, Division, Level


class Approval(models.Model):
    """``stage``, ``round`` and ``version`` are written by ``approvals.engine`` alone. A return or a resubmission begins a new round."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    kind = models.CharField("类别", max_length=20, choices=Kind.choices)
    village = models.ForeignKey(Division, models.PROTECT, related_name="+", verbose_name="村")
    stage = models.CharField("环节", max_length=10, choices=Stage.choices)
    round = models.PositiveSmallIntegerField("轮次", default=1)
    version = models.PositiveIntegerField("版本", default=1)  # grows with every act and every edit of the case
    opened_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="发起人")
    opened_at = models.DateTimeField("发起时间", auto_now_add=True)
    # Who brought it forward last: the opener, or who submitted it again.
    submitted_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="上报人")
    withdrawn_why = models.CharField("撤销原因", max_length=500, blank=True)

    objects = ReachableQuerySet.as_manager()

    class Meta:
        verbose_name = "审批"
        default_permissions = ()
        ordering = ["-opened_at"]
        indexes = [models.Index(fields=["stage"], name="approval_stage")]
        constraints = [
            models.CheckConstraint(
                name="approval_of_a_village",
                condition=Exact(Length("village"), CODE_LENGTH[Level.VILLAGE]),
                violation_error_message="审批须落到村",
            ),
            models.CheckConstraint(
                name="approval_withdrawn_why",
                condition=Q(stage=Stage.WITHDRAWN) & ~Q(withdrawn_why="")
                | ~Q(stage=Stage.WITHDRAWN) & Q(withdrawn_why=""),
                violation_error_message="撤销审批须写明原因",
            ),
            models.CheckConstraint(name="approval_round_from_one", condition=Q(round__gte=1, version__gte=F("round"))),
        ]

    def __str__(self):
        return f"{self.get_kind_display()}（{self.village}）{self.get_stage_display()}"

    @property
    def route(self) -> tuple[Step, ...]:
        return ROUTES[Kind(self.kind)]

    @property
    def step(self) -> Step | None:
        """The level that holds the pen; None when nobody is to sign."""
        return next((step for step in self.route if step.stage == self.stage), None)

    @property
    def lower_stages(self) -> tuple[Stage, ...]:
        """The levels below the one that holds the pen: to these it may return the case."""
        stages = [step.stage for step in self.route]
        return tuple(stages[: stages.index(self.stage)]) if self.stage in stages else ()

    @property
    def is_finished(self) -> bool:
        return self.stage in FINISHED

    @property
    def editable_stages(self) -> tuple[Stage, ...]:
        """Where no level above the first has the case on its table."""
        return (self.route[0].stage, *WITH_OPENER)

    @property
    def is_editable(self) -> bool:
        """The case may be changed now."""
        return self.stage in self.editable_stages


class SignOff(models.Model):
    """One level's opinion in one round. Written once: the database refuses to change or delete it."""

    approval = models.ForeignKey(Approval, models.PROTECT, related_name="sign_offs", verbose_name="审批")
    round = models.PositiveSmallIntegerField("轮次")
    stage = models.CharField("环节", max_length=10, choices=Stage.choices)
    division = models.ForeignKey(Division, models.PROTECT, related_name="+", verbose_name="签署单位")
    verdict = models.CharField("结论", max_length=10, choices=Verdict.choices)
    back_to = models.CharField("退回至", max_length=10, choices=Stage.choices, blank=True)
    opinion = models.CharField("意见", max_length=500, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="签署人")
    at = models.DateTimeField("签署时间", auto_now_add=True)

    class Meta:
        verbose_name = "签署"
        default_permissions = ()
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                name="sign_off_once_a_level",
                fields=["approval", "round", "stage"],
            ),
            models.UniqueConstraint(
                name="sign_off_once_a_person",
                fields=["approval", "round", "by"],
            ),
            models.CheckConstraint(
                name="sign_off_with_opinion",
                condition=Q(verdict=Verdict.AGREE) | ~Q(opinion=""),
                violation_error_message="退回或不同意须写明意见",
            ),
            models.CheckConstraint(
                name="sign_off_back_to",
                condition=Q(verdict=Verdict.RETURN) & ~Q(back_to="") | ~Q(verdict=Verdict.RETURN) & Q(back_to=""),
                violation_error_message="退回须选退回到哪一级，同意或不同意不能选",
            ),
        ]

    def __str__(self):
        return f"{self.division} {self.get_verdict_display()}"
