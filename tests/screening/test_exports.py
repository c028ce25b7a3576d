"""export_matches, export_clues, run_month from the shell."""

import csv
import stat

import pytest
from django.core.management import CommandError, call_command

from fangpin.audit.models import Entry
from households.choices import Leave
from households.models import Person
from screening.choices import ExtractState
from screening.models import Clue, Extract, RowMatch
from tests.builders import a_county, a_household, a_person
from tests.screening.builders import JUNE, an_extract, house, match_at, run_the_month

pytestmark = pytest.mark.django_db


def head(**fields):
    return a_household(people=1, **fields).members.get()


def export(out, command="export_matches", period="2021-05") -> list[dict]:
    call_command(command, period=period, out=out)
    with open(out, encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture
def out(tmp_path):
    return tmp_path / "matches.csv"


def test_every_row_of_every_confirmed_file_is_one_line(out):
    person = head()
    an_extract("HOU-1", house(person), {"name": "查无此人", "grade": "D"}, {"name": person.name, "grade": ""})
    an_extract("HOU-R", house(person))
    an_extract("HOU-2", house(person), state=ExtractState.CHECKED, confirmed_at=None)
    an_extract("HOU-R", house(person), period=JUNE)
    run_the_month()
    lines = export(out)
    assert [(line["list"], line["row"], line["state"], line["method"]) for line in lines] == [
        ("HOU-1", "2", "certain", "T1"), ("HOU-1", "3", "none", "unknown"), ("HOU-1", "4", "none", "refused"),
        ("HOU-R", "2", "certain", "T1"),
    ]  # fmt: skip
    assert lines[0] == {
        "list": "HOU-1", "file": "HOU-1.xlsx", "sheet": "名单", "row": "2", "state": "certain", "method": "T1",
        "confidence": "1.0000", "household_number": person.household.number, "person_number": person.number,
        "id_number": person.id_number,
    }  # fmt: skip
    assert [lines[1][name] for name in ("household_number", "person_number", "id_number")] == ["", "", ""]


def test_of_an_ambiguous_row_the_first_suggestion_stands_in_the_columns(out):
    for _ in range(2):
        a_person(a_household(people=0), name="韦大山", is_head=True)
    extract = an_extract("HOU-R", {"name": "韦大山", "grade": "D", "township": "青山镇", "village": "上坪村"})
    run_the_month()
    first = match_at(extract).candidates[0]
    line = export(out)[0]
    person = Person.objects.get(pk=first)
    assert (line["state"], line["person_number"], line["id_number"]) == ("ambiguous", person.number, person.id_number)


def test_a_file_that_was_not_matched_is_there_all_the_same(out):
    an_extract("HOU-R", house(head()))
    assert [(line["state"], line["method"]) for line in export(out)] == [("none", "unmatched")]


def test_a_person_who_left_since_is_still_named(out):
    person = head()
    an_extract("HOU-R", house(person))
    run_the_month()
    person.left_on, person.left_why, person.is_head = "2021-06-01", Leave.values[0], False
    person.save()
    assert export(out)[0]["person_number"] == person.number


def test_the_file_is_the_owners_alone_and_the_export_is_audited(out):
    an_extract("HOU-R", house(head()))
    out.write_text("older")
    out.chmod(0o644)
    export(out)
    assert stat.S_IMODE(out.stat().st_mode) == 0o600
    entry = Entry.objects.get(action="matches.exported")
    assert (entry.by, entry.detail) == (None, {"period": "2021-05", "rows": 1})
    assert [path.name for path in out.parent.iterdir()] == ["matches.csv"]


def test_an_export_that_breaks_leaves_the_older_file_and_no_trace(out, monkeypatch):
    an_extract("HOU-R", house(head()))
    out.write_text("older")
    monkeypatch.setattr(
        "screening.management.commands.export_matches.match_lines", lambda *place: (1 / 0 for _ in range(1))
    )
    with pytest.raises(ZeroDivisionError):
        export(out)
    assert out.read_text() == "older"
    assert [path.name for path in out.parent.iterdir()] == ["matches.csv"]
    assert not Entry.objects.filter(action="matches.exported").exists()


@pytest.mark.parametrize(
    ("period", "words"),
    [("2021-5", "请写成 2021-05"), ("2021-04", "2021年4月没有已入库的部门数据"), ("2021-13", "请写成 2021-05")],
)
def test_what_cannot_be_exported_says_so_in_one_line(out, period, words):
    an_extract("HOU-R", house(head()))
    with pytest.raises(CommandError, match=words):
        export(out, period=period)
    assert not out.exists()


def test_a_missing_folder_is_one_line(tmp_path):
    an_extract("HOU-R", house(head()))
    with pytest.raises(CommandError, match="写不了文件"):
        export(tmp_path / "nowhere" / "m.csv")


@pytest.mark.parametrize("command", ["export_matches", "export_clues"])
def test_without_divisions_the_first_step_is_named(out, command):
    with pytest.raises(CommandError, match="load_divisions"):
        export(out, command)


def test_clues_are_exported_with_numbers_masked(out):
    person = head()
    an_extract("HOU-R", house(person, structure="泥砖"))
    run_the_month()
    line = export(out, "export_clues")[0]
    clue = Clue.objects.get()
    assert (line["list"], line["rule"], line["grade"], line["state"]) == ("HOU-R", "housing.dangerous", "red", "open")
    assert (line["township"], line["village"], line["household_number"]) == (
        "青山镇",
        "上坪村",
        person.household.number,
    )
    assert (line["file"], line["sheet"], line["row"], line["fingerprint"]) == (
        "HOU-R.xlsx",
        "名单",
        "2",
        clue.fingerprint,
    )
    assert person.id_number not in out.read_text(encoding="utf-8-sig")
    assert Entry.objects.get(action="clues.exported").detail["rows"] == 1


def test_a_month_without_clues_exports_the_headings(out):
    a_county()
    assert export(out, "export_clues") == []


def test_run_month_says_what_it_found(capsys):
    an_extract("HOU-R", house(head()))
    call_command("run_month", "2021-05")
    said = capsys.readouterr().out
    assert "2021年5月：1 份名单 1 行；确定 1，疑似 0，待判定 0，无匹配 0，未入库 0" in said
    assert "线索 1 条（红 1，橙 0，黄 0），涉及 1 户" in said


@pytest.mark.parametrize(("period", "words"), [("2021", "请写成"), ("2021-05", "还没有已入库的部门数据")])
def test_run_month_refuses_in_one_line(period, words):
    head()
    with pytest.raises(CommandError, match=words):
        call_command("run_month", period)
    assert not RowMatch.objects.exists()
    assert not Extract.objects.exists()
