"""Spellings of places: what no division explains is listed, the county office says what it means, the next check reuses it."""

import pytest
from django.urls import reverse

from fangpin.accounts.roles import Role
from fangpin.audit.models import Entry
from fangpin.divisions.models import Division
from fangpin.transitions import NotAllowed, Stale
from screening.extracts.spelling import settle_spelling, spellings_of, take_back_spelling, unplaced
from screening.extracts.storing import load_rows
from screening.models import Extract, Spelling
from tests.builders import COUNTY, TOWNSHIPS, VILLAGES, a_county, a_standard, an_officer
from tests.screening.extracts.uploads import OTHER, a_checked_upload, a_row

pytestmark = pytest.mark.django_db
ODD = "青山镇|坪上大队"


@pytest.fixture(autouse=True)
def files(settings, tmp_path):
    settings.UPLOAD_DIR = tmp_path
    a_county()


@pytest.fixture
def office():
    return an_officer(Role.COUNTY)


def odd_file(number=0) -> Extract:
    return a_checked_upload(
        a_row(村="坪上大队", 总费用=30000 + number),
        a_row("赵二", OTHER, 村="坪上 大队"),
        a_row("赵三", "", 村="上坪村"),
    )


def village(code=VILLAGES[0]) -> Division:
    return Division.objects.get(code=code)


def settle(by, text=ODD, division=None):
    return settle_spelling(county=a_county(), text=text, division=division or village(), by=by)


def codes(extract) -> list[str]:
    return load_rows(extract, columns=("village_code",))["village_code"].tolist()


def test_what_no_division_explains_is_listed_once_with_rows_and_files():
    extract = odd_file()
    (found,) = unplaced(Extract.objects.live())
    assert (found.text, found.rows, found.files) == (ODD, 2, [extract])
    assert found.why == "青山镇没有叫“坪上大队”的村，请核对名称"


def test_a_bare_name_of_two_units_is_asked_about_too():
    for code, name in ((f"{TOWNSHIPS[0]}301", "葡萄居委会"), (f"{TOWNSHIPS[0]}302", "葡萄村委会")):
        Division.objects.create(code=code, name=name, level="village", parent_id=TOWNSHIPS[0])
    a_checked_upload(a_row(村="葡萄"))
    (found,) = unplaced(Extract.objects.live())
    assert (found.text, found.rows) == ("青山镇|葡萄", 1)
    assert "葡萄居委会和葡萄村委会" in found.why


def test_the_next_check_knows_it_and_taking_it_back_makes_it_forget(office):
    first = odd_file()
    spelling = settle(office)
    assert unplaced(Extract.objects.live()) == []
    assert codes(first) == ["", "", VILLAGES[0]]
    assert codes(odd_file(1)) == [VILLAGES[0]] * 3
    take_back_spelling(spelling, by=office)
    assert codes(odd_file(2)) == ["", "", VILLAGES[0]]
    assert Entry.objects.filter(action__startswith="spelling.").count() == 2


def test_a_spelling_may_mean_a_township_only(office):
    settle(office, division=village(TOWNSHIPS[1]))
    rows = load_rows(odd_file(), columns=("township_code", "village_code"))
    assert rows[["township_code", "village_code"]].iloc[0].tolist() == [TOWNSHIPS[1], ""]


def test_saying_it_twice_changes_nothing_and_saying_otherwise_is_stale(office):
    assert settle(office) == settle(an_officer(Role.COUNTY_LEADER))
    with pytest.raises(Stale, match="另一个地方"):
        settle(office, division=village(VILLAGES[1]))
    assert spellings_of(COUNTY) == {ODD: VILLAGES[0]}
    assert Entry.objects.filter(action="spelling.settled").count() == 1


def test_what_is_no_place_of_the_county_is_refused(office):
    with pytest.raises(NotAllowed, match="本县的乡镇或村"):
        settle(office, division=a_county())
    with pytest.raises(NotAllowed, match="没有写乡镇和村"):
        settle(office, text="|")
    assert not Spelling.objects.exists()


@pytest.mark.parametrize("role", [Role.TOWNSHIP, Role.DEPARTMENT, Role.COUNTY_HEAD, Role.ADMIN])
def test_only_the_county_office_settles_and_sees_them(client, role, office):
    odd_file()
    outsider = an_officer(role)
    with pytest.raises(NotAllowed, match="只有县办"):
        settle(outsider)
    spelling = settle(office)
    with pytest.raises(NotAllowed, match="只有县办"):
        take_back_spelling(spelling, by=outsider)
    client.force_login(outsider)
    assert client.get(reverse("review_places")).status_code == 404
    assert spellings_of(COUNTY) == {ODD: VILLAGES[0]}


def test_the_page_settles_one_and_takes_it_back(client, office):
    a_standard()
    odd_file()
    client.force_login(office)
    (line,) = client.get(reverse("review_places")).context["open"]
    address = reverse("review_place", args=[line["key"]])
    assert "这种写法在 1 份文件里有 2 行" in client.get(address).content.decode()
    assert "请选择" in client.post(address, {"division": "450398101201"}).content.decode()
    client.post(address, {"division": VILLAGES[0]})
    spelling = Spelling.objects.get()
    assert (spelling.text, spelling.division_id, spelling.decided_by) == (ODD, VILLAGES[0], office)
    assert client.get(address).status_code == 404
    unplace = reverse("review_unplace", args=[spelling.pk])
    client.post(unplace)
    assert client.post(unplace).status_code == 409
    assert spellings_of(COUNTY) == {}
