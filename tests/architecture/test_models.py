"""Every column is classified (exemplars H17): personal ones are sealed or masked, all others are named here with their kind.

A new text column fails until somebody says which it is.
"""

import pytest
from django.apps import apps
from django.db import models

OURS = [model for model in apps.get_models() if model.__module__.startswith(("fangpin.", "households.", "screening."))]
TEXT = (models.CharField, models.TextField, models.JSONField, models.BinaryField)
SEALED = {
    "households.Household": {"phone_sealed", "phone_index"},
    "households.Person": {"id_sealed", "id_index", "id_tail_index", "phone_sealed", "phone_index"},
    "screening.Evaluation": {"sealed"},
    "screening.OfflineEntry": {"told_sealed"},
    "screening.RowChunk": {"sealed"},
    "screening.RowMatch": {"row_index"},
    "screening.Ruling": {"row_index"},
    "screening.VerificationResult": {"told_sealed"},
}
# Names and circumstances: readable in the database because pages search and sort by them, shown only within reach (security.md 3.2).
WITHIN_REACH = {
    "accounts.User": {"name"},
    "approvals.Approval": {"withdrawn_why"},
    "approvals.SignOff": {"opinion"},  # may name circumstances; numbers in it are masked before it is stored
    "households.Household": {"head_name", "other"},
    "households.Person": {
        "name", "former_name", "initials", "ethnicity", "education", "student_status", "health", "labour",
        "minimum_living", "destitute", "disability_level", "other",
    },
    "screening.RowProblem": {"name", "content", "message", "suggestion"},  # numbers in them are masked before they are stored
    "screening.RowMatch": {"name", "note", "evidence"},
    "screening.Ruling": {"name"},
    "screening.Clue": {"sentence", "values"},
    "screening.ComparisonItem": {"why", "moved_why"},
    "screening.OfflineEntry": {"risks", "judgement", "checkers"},
    "screening.OfflineList": {"checkers"},
    "screening.RepeatedReport": {"sentence", "values"},
    "screening.TaskStep": {"note"},
    "screening.VerificationResult": {"checkers", "interviewee", "relation", "facts", "conclusion"},
    "screening.VerificationTask": {"why", "note", "risks", "conclusion"},
    "screening.WatchItem": {"risk", "officer", "refreshed_note", "left_why"},
    "households.RegisterImport": {"problems"},  # masked before they are stored
    "households.Difference": {"name", "about", "fields"},  # numbers in them are masked before they are stored
    "households.Change": {"before"},  # a row of the register as it stood, its sealed columns sealed
    "households.LifeEvent": {"reason"},
    "households.Exemption": {"reason"},
    "households.QualityProblem": {"values", "explanation"},  # names of relatives and namesakes, circumstances; numbers in them are masked
    "households.Income": {"items", "reported"},
}  # fmt: skip
# Codes, keys, file names, reasons, counts: nothing of a person.
PLAIN = {
    "accounts.User": {"password", "username", "email"},
    "accounts.Department": {"code", "name"},
    "accounts.Posting": {"role"},
    "approvals.Approval": {"kind", "stage"},
    "approvals.SignOff": {"stage", "verdict", "back_to"},
    "audit.Entry": {"action", "target_type", "target_id", "detail"},
    "audit.Seal": {"digest"},
    "desk.ExportRequest": {"title", "path", "query", "filters", "unit", "reason", "state", "opinion"},
    "divisions.Division": {"code", "name", "level"},
    "households.Change": {"table"},
    "households.Difference": {"table", "kind", "household_number", "number"},
    "households.Household": {"number", "hamlet", "kind", "category"},
    "households.Exemption": {"code"},
    "households.Income": {"kind", "origin"},
    "households.LifeEvent": {"kind"},
    "households.Person": {"number", "id_type", "sex", "relation", "left_why"},
    "households.QualityCheck": {"kept"},
    "households.QualityProblem": {"code", "severity"},
    "households.RegisterImport": {"filename", "digest", "state", "refusal", "counts"},
    "policy.Standard": {"name", "document_number"},
    "policy.Threshold": {"key"},
    "runs.Run": {"kind", "key", "task", "state", "note", "counts", "error"},
    "screening.Comparison": {"inputs", "counts"},
    "screening.ComparisonItem": {"cls", "clues", "left_out", "risks", "grade", "differs", "came_from", "override_reason"},
    "screening.DepartmentMonth": {"lists", "note", "told"},
    "screening.OfflineEntry": {"way"},
    "screening.Photo": {"digest"},
    "screening.Round": {"kind", "lists", "closed_why"},
    "screening.TaskStep": {"act"},
    "screening.VerificationResult": {"way", "truth"},
    "screening.VerificationTask": {"origin", "grade", "state"},
    "screening.WatchItem": {"level"},
    "screening.Clue": {"fingerprint", "rule", "risk", "grade", "state"},
    "screening.Evaluation": {"basis"},
    "screening.Extract": {
        "list_code", "filename", "digest", "state", "refusal_code", "refusal", "sheets", "questions", "ended_why", "matches_digest",
    },
    "screening.RepeatedReport": {"grade"},
    "screening.RowMatch": {"state", "method", "candidates"},
    "screening.RowProblem": {"column", "letter", "code", "severity"},
    "screening.Layout": {"list_code", "fingerprint", "columns"},
    "screening.Spelling": {"text"},
}  # fmt: skip


@pytest.mark.parametrize("model", OURS, ids=lambda model: model._meta.label)
def test_every_text_column_is_classified(model):
    label = model._meta.label
    columns = {field.name for field in model._meta.concrete_fields if isinstance(field, TEXT)}
    classes = [table.get(label, set()) for table in (SEALED, WITHIN_REACH, PLAIN)]
    assert columns == set().union(*classes)
    assert sum(map(len, classes)) == len(columns)


@pytest.mark.parametrize("label", SEALED)
def test_sealed_columns_hold_bytes_and_are_never_edited(label):
    for name in SEALED[label]:
        field = apps.get_model(label)._meta.get_field(name)
        assert isinstance(field, models.BinaryField)
        assert not field.editable


@pytest.mark.parametrize("label", ["households.Household", "households.Person"])
def test_a_model_with_numbers_says_how_each_is_masked(label):
    model = apps.get_model(label)
    sealed = {
        name.removesuffix("_sealed").replace("id", "id_number") for name in SEALED[label] if name.endswith("_sealed")
    }
    assert set(model.PERSONAL) == sealed
    assert all(mask("450399196107010019").count("*") >= 8 for mask in model.PERSONAL.values())


@pytest.mark.parametrize("model", OURS, ids=lambda model: model._meta.label)
def test_no_model_wide_right_exists(model):
    """Django's add/change/delete/view would be rights that no posting gives."""
    assert tuple(model._meta.default_permissions) == ()


@pytest.mark.parametrize(
    "label",
    [
        "approvals.Approval",
        "households.Household",
        "households.Person",
        "households.QualityProblem",
        "screening.Clue",
        "screening.Extract",
    ],
)
def test_what_is_personal_has_a_random_primary_key(label):
    assert isinstance(apps.get_model(label)._meta.pk, models.UUIDField)
