"""Villages by the names that people write."""

import pytest

from fangpin.divisions.models import Division
from households.importing.places import Places
from tests.builders import COUNTY, TOWNSHIPS, VILLAGES, a_county

pytestmark = pytest.mark.django_db


@pytest.fixture
def places():
    a_county()
    for code, name in (("001", "青山居委会"), ("290", "青山村委会"), ("002", "桥头社区居委会")):
        Division.objects.create(code=TOWNSHIPS[0] + code, name=name, level="village", parent_id=TOWNSHIPS[0])
    return Places(COUNTY)


@pytest.mark.parametrize("village", ["上坪村", "上坪", "上坪村委会", "上坪村民委员会", " 上 坪 村 ", VILLAGES[0]])
def test_endings_do_not_matter(places, village):
    assert places.village("青山镇", village).code == VILLAGES[0]


@pytest.mark.parametrize("township", ["青山", "青山镇人民政府", "", TOWNSHIPS[0]])
def test_township_may_be_short_or_missing(places, township):
    assert places.village(township, "上坪村").code == VILLAGES[0]


def test_the_ending_tells_village_from_residents(places):
    assert places.village("青山镇", "青山村").code == f"{TOWNSHIPS[0]}290"
    assert places.village("青山镇", "青山社区").code == f"{TOWNSHIPS[0]}001"
    assert places.village("青山镇", "桥头").code == f"{TOWNSHIPS[0]}002"


def test_a_bare_name_of_two_units_is_asked_back(places):
    found = places.village("青山镇", "青山")
    assert found.code == ""
    assert found.message == "“青山”可能是青山镇青山居委会或青山镇青山村委会，请写全称后再导入"


def test_unknown_places_are_named_with_their_column(places):
    assert places.village("红旗镇", "上坪村").column == "township"
    assert places.village("绿水乡", "上坪村").message == "绿水乡没有叫“上坪村”的村，请核对名称"
    assert places.village("", "").message == "没有填写行政村"


def test_a_number_in_the_village_column_is_not_quoted(places):
    assert "450399" not in places.village("青山镇", "450399197001011234").message
