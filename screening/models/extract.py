"""部门数据: one uploaded file of one list for one month, its rows, what is wrong with them, and who they are."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q

from fangpin.accounts.models import Department
from fangpin.accounts.scope import codes_by_permission, departments_of
from fangpin.divisions.models import Division
from fangpin.divisions.rights import Right
from households.models import Household, Person
from screening.choices import ExtractState, MatchState, Severity

LIVE = (ExtractState.UPLOADED, ExtractState.CHECKED, ExtractState.CONFIRMED)


class ExtractQuerySet(models.QuerySet):
    def for_user(self, user):
        """A data clerk sees the files of the own department, the county office those of its county, nobody else any."""
        return self.filter(extracts_of(user))

    def confirmed(self):
        return self.filter(state=ExtractState.CONFIRMED)

    def live(self):
        """On their way or in: neither refused nor replaced nor withdrawn."""
        return self.filter(state__in=LIVE)

    def forget_digest(self):
        """What is stored of these files is not what the machine said any more: the next run writes it again."""
        return self.update(matches_digest="")


def extracts_of(user, prefix="") -> Q:
    """What ``for_user`` of a model with the columns county and department filters by."""
    rights = codes_by_permission(user)
    mine = {
        f"{prefix}department__in": departments_of(user),
        f"{prefix}county__in": rights.get(Right.UPLOAD_EXTRACT, ()),
    }
    return Q(**{f"{prefix}county__in": rights.get(Right.VIEW_EXTRACTS, ())}) | Q(**mine)


class Extract(models.Model):
    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    county = models.ForeignKey(Division, models.PROTECT, related_name="+")
    department = models.ForeignKey(Department, models.PROTECT, related_name="extracts", verbose_name="部门")
    list_code = models.CharField("名单", max_length=10)
    period = models.DateField("月份")
    filename = models.CharField("文件", max_length=200)
    digest = models.CharField(max_length=64)
    bytes = models.PositiveIntegerField("大小")
    state = models.CharField("状态", max_length=10, choices=ExtractState.choices, default=ExtractState.UPLOADED)
    refusal_code = models.CharField(max_length=40, blank=True)
    refusal = models.TextField("无法读取的原因", blank=True)
    # [{"name", "header_row", "columns": {key: letter}, "rows", "skipped": [[row, why]]}] in the order of sheet_no
    sheets = models.JSONField("工作表", default=list)
    # Questions about the whole file that a person must answer before it may be confirmed, e.g. amounts in 万元.
    questions = models.JSONField("须答复的问题", default=list)
    rows_ok = models.PositiveIntegerField("通过", default=0)
    rows_warned = models.PositiveIntegerField("需留意", default=0)
    rows_refused = models.PositiveIntegerField("不能入库", default=0)
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name="上传人"
    )
    uploaded_at = models.DateTimeField("上传时间", auto_now_add=True)
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name="确认人"
    )
    confirmed_at = models.DateTimeField("确认时间", null=True)
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name="作废人"
    )
    ended_at = models.DateTimeField("作废时间", null=True)
    ended_why = models.CharField("作废原因", max_length=200, blank=True)
    replaced_by = models.ForeignKey("self", models.PROTECT, null=True, related_name="replaces")
    matched_at = models.DateTimeField("匹配时间", null=True)
    # Of what the machine decided and stored; blank when a person changed any of it since. The same again is not written again.
    matches_digest = models.CharField(max_length=64, blank=True, default="", db_default="", editable=False)

    objects = ExtractQuerySet.as_manager()

    class Meta:
        verbose_name = "部门数据"
        default_permissions = ()
        ordering = ["-period", "list_code", "-uploaded_at"]
        indexes = [models.Index(fields=["period", "list_code"], name="extract_by_month")]
        constraints = [
            models.UniqueConstraint(
                name="extract_one_confirmed",
                fields=["county", "list_code", "period"],
                condition=Q(state=ExtractState.CONFIRMED),
                violation_error_message="这个月的这份名单已有入库文件，请选择替换",
            ),
            models.UniqueConstraint(
                name="extract_file_once",
                fields=["county", "list_code", "period", "digest"],
                condition=Q(state__in=LIVE),
                violation_error_message="同一个文件本月已经上传过，不必重复上传",
            ),
            models.CheckConstraint(
                name="extract_confirmed_pair",
                condition=Q(confirmed_at=None)
                | ~Q(state__in=[ExtractState.UPLOADED, ExtractState.CHECKED, ExtractState.REFUSED]),
            ),
            models.CheckConstraint(name="extract_first_of_month", condition=Q(period__day=1)),
        ]

    def __str__(self):
        return f"{self.list_code} {self.period:%Y-%m}"

    @property
    def rows_total(self) -> int:
        return self.rows_ok + self.rows_warned + self.rows_refused

    @property
    def rows_acceptable(self) -> int:
        return self.rows_ok + self.rows_warned

    @property
    def place(self) -> str:
        """What the uploaded file is sealed to."""
        return f"extract:{self.pk}"


class RowChunk(models.Model):
    """Some thousand rows of one sheet as they were read and checked: an Arrow table, compressed and sealed as a whole.

    A month has a million rows that are read again by the thousand and shown one by one, never searched: a table row for each of them
    cost more than reading the files (README, 决定).
    """

    pk = models.CompositePrimaryKey("extract_id", "number")
    extract = models.ForeignKey(Extract, models.CASCADE, related_name="chunks")
    number = models.PositiveSmallIntegerField("序号", help_text="in file order, from 0")
    sheet_no = models.PositiveSmallIntegerField("工作表")
    first_row = models.PositiveIntegerField("首行", help_text="as the spreadsheet shows it")
    last_row = models.PositiveIntegerField("末行")
    rows = models.PositiveIntegerField("行数")
    sealed = models.BinaryField(editable=False)

    class Meta:
        verbose_name = "部门数据块"
        default_permissions = ()
        constraints = [
            models.CheckConstraint(name="chunk_in_order", condition=Q(first_row__lte=models.F("last_row"))),
        ]

    def __str__(self):
        return f"第 {self.first_row}–{self.last_row} 行"


class RowProblem(models.Model):
    extract = models.ForeignKey(Extract, models.CASCADE, related_name="problems")
    sheet_no = models.PositiveSmallIntegerField("工作表")
    row = models.PositiveIntegerField("Excel 行")
    name = models.CharField("姓名", max_length=60, blank=True)
    column = models.CharField("列", max_length=60, blank=True)
    letter = models.CharField("列号", max_length=3, blank=True)
    code = models.CharField("问题类别", max_length=30)
    severity = models.CharField("程度", max_length=5, choices=Severity.choices)
    content = models.CharField("填写内容", max_length=120, blank=True, help_text="masked")
    message = models.CharField("问题", max_length=300)
    suggestion = models.CharField("建议", max_length=300, blank=True)

    class Meta:
        verbose_name = "行问题"
        default_permissions = ()
        ordering = ["sheet_no", "row", "id"]
        indexes = [models.Index(fields=["extract", "severity", "code"], name="problem_by_kind")]

    def __str__(self):
        return f"第 {self.row} 行 {self.message}"


class RowMatchQuerySet(models.QuerySet):
    def for_user(self, user):
        """Match results are for who decides on them; departments never see them (security.md 2.1)."""
        return self.filter(extract__county__in=codes_by_permission(user).get(Right.REVIEW_MATCHES, ()))

    def waiting(self):
        return self.filter(state=MatchState.AMBIGUOUS, extract__state=ExtractState.CONFIRMED)


class RowMatch(models.Model):
    """Who a row is: the decision of the machine, or of a person (then it stays when the machine runs again).

    The foreign keys carry no database constraint and no index of their own: checking or indexing a million of them row by row costs
    more than the whole match (performance.md 5), and people and households are never deleted.
    """

    pk = models.CompositePrimaryKey("extract_id", "sheet_no", "row")
    extract = models.ForeignKey(Extract, models.CASCADE, related_name="matches", db_constraint=False, db_index=False)
    sheet_no = models.PositiveSmallIntegerField("工作表")
    row = models.PositiveIntegerField("行")
    state = models.CharField("结果", max_length=10, choices=MatchState.choices)
    method = models.CharField("方法", max_length=20)
    confidence = models.FloatField("把握")
    household = models.ForeignKey(
        Household, models.DO_NOTHING, null=True, db_constraint=False, db_index=False, related_name="+"
    )
    person = models.ForeignKey(
        Person, models.DO_NOTHING, null=True, db_constraint=False, db_index=False, related_name="+"
    )
    candidates = models.JSONField(default=list, help_text="ids of persons, best first")
    evidence = models.JSONField(default=dict)
    note = models.CharField("说明", max_length=200, blank=True)
    # Of rows that wait for a person, or waited: what the queue shows, sorts and groups by; blank for all others.
    name = models.CharField("填报姓名", max_length=60, blank=True, db_default="")
    row_index = models.BinaryField(null=True, max_length=16, editable=False, help_text="as in Ruling")
    would_change = models.BooleanField("判定会改变线索", default=False, db_default=False)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", db_constraint=False, db_index=False
    )
    decided_at = models.DateTimeField(null=True)

    objects = RowMatchQuerySet.as_manager()

    class Meta:
        verbose_name = "匹配结果"
        default_permissions = ()
        indexes = [
            models.Index(fields=["person"], name="match_person", condition=Q(person__isnull=False)),
            models.Index(fields=["extract"], name="match_waiting", condition=Q(state=MatchState.AMBIGUOUS)),
            models.Index(fields=["row_index"], name="match_identical", condition=Q(row_index__isnull=False)),
        ]
        constraints = [
            models.CheckConstraint(
                name="match_state_fits_person",
                condition=Q(state__in=[MatchState.CERTAIN, MatchState.PROBABLE], household__isnull=False)
                | Q(state__in=[MatchState.AMBIGUOUS, MatchState.NONE], person=None, household=None),
            ),
            models.CheckConstraint(
                name="match_decided_pair",
                condition=Q(decided_by=None, decided_at=None) | Q(decided_by__isnull=False, decided_at__isnull=False),
            ),
        ]

    def __str__(self):
        return f"{self.get_state_display()} {self.method}"


class ClosedMonth(models.Model):
    """封账: a month whose lists take no more files."""

    month = models.DateField("月份", primary_key=True)
    closed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    closed_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = "封账月份"
        default_permissions = ()

    def __str__(self):
        return f"{self.month:%Y-%m}"
