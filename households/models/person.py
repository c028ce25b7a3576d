"""人口: one person, in one household at a time (domain.md 1.4)."""

import uuid

from django.db import models
from django.db.models import Q

from fangpin.accounts.scope import ReachableQuerySet
from fangpin.masking import mask_id, mask_phone
from fangpin.sealing import SealedText
from households.choices import Leave, Sex
from households.models.household import Household


class PersonQuerySet(ReachableQuerySet):
    division_path = "household__village_id"

    def present(self):
        """Members today."""
        return self.filter(left_on=None)


class Person(models.Model):
    PERSONAL = {"id_number": mask_id, "phone": mask_phone}

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    number = models.CharField("人编号", max_length=32, unique=True)
    household = models.ForeignKey(Household, models.PROTECT, related_name="members", verbose_name="户")
    name = models.CharField("姓名", max_length=60)
    former_name = models.CharField("曾用名", max_length=60, blank=True)
    initials = models.CharField("拼音首字母", max_length=30, blank=True, db_index=True)
    id_type = models.CharField("证件类型", max_length=20, blank=True)
    id_sealed = models.BinaryField("证件号码", default=b"", editable=False)
    # Not unique: the national register does hold one number twice; which of the two is right is for people to find out (A04, A19).
    id_index = models.BinaryField(null=True, max_length=16, editable=False, db_index=True)
    id_tail_index = models.BinaryField(null=True, max_length=16, editable=False, db_index=True)
    birthday = models.DateField("出生日期", null=True)
    sex = models.CharField("性别", max_length=6, choices=Sex.choices, blank=True)
    relation = models.CharField("与户主关系", max_length=20, blank=True)
    is_head = models.BooleanField("户主", default=False)
    phone_sealed = models.BinaryField("联系电话", default=b"", editable=False)
    phone_index = models.BinaryField(null=True, max_length=16, editable=False, db_index=True)
    ethnicity = models.CharField("民族", max_length=20, blank=True)
    education = models.CharField("文化程度", max_length=20, blank=True)
    student_status = models.CharField("在校生状况", max_length=20, blank=True)
    health = models.CharField("健康状况", max_length=60, blank=True)
    labour = models.CharField("劳动技能", max_length=20, blank=True)
    minimum_living = models.CharField("是否享受低保", max_length=20, blank=True)
    destitute = models.CharField("是否特困供养", max_length=20, blank=True)
    disability_level = models.CharField("残疾等级", max_length=10, blank=True)
    other = models.JSONField("名册其他栏目", default=dict, blank=True)
    left_on = models.DateField("离户日期", null=True, blank=True)
    left_why = models.CharField("离户原因", max_length=20, choices=Leave.choices, blank=True)
    updated_at = models.DateTimeField("更新时间", auto_now=True)

    id_number = SealedText("id_sealed", index={"id_index": "id", "id_tail_index": "id_tail"})
    phone = SealedText("phone_sealed", index={"phone_index": "phone"})
    objects = PersonQuerySet.as_manager()

    class Meta:
        verbose_name = "人口"
        default_permissions = ()
        ordering = ["household_id", "-is_head", "number"]
        indexes = [models.Index(fields=["name"], name="person_name", opclasses=["varchar_pattern_ops"])]
        constraints = [
            models.UniqueConstraint(
                name="one_head",
                fields=["household"],
                condition=Q(is_head=True, left_on=None),
                violation_error_message="一户只能有一个户主",
            ),
            models.CheckConstraint(
                name="left_pair",
                condition=Q(left_on=None, left_why="") | (Q(left_on__isnull=False) & ~Q(left_why="")),
                violation_error_message="离户须同时记录日期和原因",
            ),
        ]

    def __str__(self):
        return self.name
