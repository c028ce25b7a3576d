"""长任务. A long act is a row; Celery messages only say "look at run n" (security.md 6.2).

A worker claims the row (state, lease and token in one UPDATE), works in steps that may be repeated, and checks its token inside every
writing transaction, so that a worker that was thought dead can do nothing more. What nobody holds is sent again by a sweep.
"""

from django.conf import settings
from django.db import models
from django.db.models import F, Q


class State(models.TextChoices):
    QUEUED = "queued", "排队中"
    RUNNING = "running", "进行中"
    WAITING = "waiting", "等待分项"
    DONE = "done", "已完成"
    FAILED = "failed", "失败"


ALIVE = (State.QUEUED, State.RUNNING, State.WAITING)


class RunQuerySet(models.QuerySet):
    def alive(self):
        return self.filter(state__in=ALIVE)

    def about(self, kind: str, key: str):
        return self.filter(kind=kind, key=key)


class Run(models.Model):
    kind = models.CharField("类别", max_length=30)
    key = models.CharField("对象", max_length=60)
    task = models.CharField("任务", max_length=60)
    parent = models.ForeignKey("self", models.CASCADE, null=True, related_name="children", verbose_name="所属任务")
    state = models.CharField("状态", max_length=10, choices=State.choices, default=State.QUEUED)
    token = models.PositiveIntegerField(default=0)
    attempt = models.PositiveSmallIntegerField(default=0)
    lease_until = models.DateTimeField(null=True)
    sent_at = models.DateTimeField(null=True)
    done = models.PositiveIntegerField("已处理", default=0)
    total = models.PositiveIntegerField("共", default=0)
    note = models.CharField("进度说明", max_length=200, blank=True)
    counts = models.JSONField("结果", default=dict)
    error = models.TextField("失败原因", blank=True)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, verbose_name="发起人")
    created_at = models.DateTimeField("发起时间", auto_now_add=True)
    started_at = models.DateTimeField("开始时间", null=True)
    finished_at = models.DateTimeField("结束时间", null=True)

    objects = RunQuerySet.as_manager()

    class Meta:
        verbose_name = "后台任务"
        default_permissions = ()
        ordering = ["-id"]
        indexes = [models.Index(fields=["kind", "key"], name="run_subject")]
        constraints = [
            models.UniqueConstraint(
                name="run_one_alive",
                fields=["kind", "key"],
                condition=Q(state__in=ALIVE),
                violation_error_message="同一项任务已在进行，请等它完成",
            ),
            models.CheckConstraint(
                name="run_finished_pair",
                condition=Q(state__in=ALIVE, finished_at=None) | (~Q(state__in=ALIVE) & Q(finished_at__isnull=False)),
            ),
            models.CheckConstraint(name="run_done_within_total", condition=Q(done__lte=F("total"))),
        ]

    def __str__(self):
        return f"{self.kind} {self.key} {self.get_state_display()}"

    @property
    def is_alive(self) -> bool:
        return self.state in ALIVE

    @property
    def percent(self) -> int:
        if self.state == State.DONE:
            return 100
        return int(100 * self.done / self.total) if self.total else 0

    @property
    def steps(self) -> tuple[int, int]:
        """(done, total) as a page shows it: a run that waits counts its children."""
        if self.state != State.WAITING:
            return self.done, self.total
        children = [child.is_alive for child in self.children.all()]
        return children.count(False), len(children)
