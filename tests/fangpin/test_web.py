"""Forms, lists, fragments, confirmations, progress and refusals as every page uses them."""

from types import SimpleNamespace

import django_filters
import pytest
from django import forms
from django.http import Http404, HttpResponse
from django.template import Context, Template
from django.template.loader import render_to_string
from django.test import RequestFactory
from django.urls import path
from django_htmx.middleware import HtmxDetails
from openpyxl import load_workbook

from fangpin.divisions.models import Division, Level
from fangpin.web import Action, Bulk, ListColumn, confirm, conflict, large_print, list_page, listing, poll, problem

urlpatterns = [
    path(f"{name}/", large_print, name=name)
    for name in ("large_print", "logout", "password_change", "household_search")
]

# Every page names the county in its header, which is a query.
pytestmark = [pytest.mark.urls(__name__), pytest.mark.django_db]

NAME = ListColumn("name", "名称", "name", sort="name")
PARENT = ListColumn("parent", "上级", "parent.name", sort=("parent__name", "code"))
LEVEL = ListColumn("level", "级别", "get_level_display", tone=lambda row: "blue" if row.level == Level.VILLAGE else "")
CODE = ListColumn("code", "代码", "code", sort="code", page=False)
COLUMNS = (NAME, PARENT, LEVEL, CODE)


class DivisionFilter(django_filters.FilterSet):
    parent = django_filters.ModelChoiceFilter(queryset=Division.objects.townships(), label="乡镇")
    level = django_filters.MultipleChoiceFilter(choices=Level.choices, label="级别")
    name = django_filters.CharFilter(lookup_expr="contains", label="名称")


class Reason(forms.Form):
    why = forms.ChoiceField(label="原因", choices=[("1", "佐证<不足>")], widget=forms.RadioSelect)
    ask = forms.CharField(label="要求", required=False, help_text="会显示在核实单上", widget=forms.Textarea)
    tell = forms.BooleanField(label="通知乡镇", required=False)


@pytest.fixture
def county(db):
    """One county, two townships, five villages each; the names of the villages repeat."""
    top = Division.objects.create(code="450399", name="演示县", level=Level.COUNTY)
    for number, name in ((100, "甲镇"), (101, "乙乡")):
        town = Division.objects.create(code=f"450399{number}", name=name, level=Level.TOWNSHIP, parent=top)
        for village in range(200, 205):
            code = f"{town.code}{village}"
            Division.objects.create(code=code, name=f"第{village % 2}村", level=Level.VILLAGE, parent=town)
    return top


def asked(address="/list/", **headers):
    request = RequestFactory().get(address, headers=headers)
    request.htmx = HtmxDetails(request)
    return request


def villages(address="/list/", **arguments):
    arguments = {
        "queryset": Division.objects.villages(),
        "columns": COLUMNS,
        "title": "村名单",
        "unit": "个",
    } | arguments
    return listing(asked(address), **arguments)


def first_cells(listed):
    return [row.cells[0].text for row in listed["rows"]]


def codes(listed):
    return [row.object.code[-6:] for row in listed["rows"]]


# -- sorting and paging -----------------------------------------------------------------------------------------------
def test_equal_rows_keep_one_order_over_all_pages(county):
    pages = [villages(f"/list/?sort=name&page={number}", per_page=4) for number in (1, 2, 3)]
    assert [code for page in pages for code in codes(page)] == [
        "100200", "100202", "100204", "101200", "101202", "101204", "100201", "100203", "101201", "101203",
    ]  # fmt: skip
    assert {page["count"] for page in pages} == {10}


def test_descending_turns_the_ties_too(county):
    assert codes(villages("/list/?sort=-name"))[:2] == ["101203", "101201"]


def test_only_listed_keys_sort(county):
    assert villages("/list/?sort=parent__password", default_sort="-code")["sort"] == "-code"
    assert villages("/list/?sort=level", default_sort="-code")["sort"] == "-code"


def test_empty_values_come_last_both_ways(county):
    everything = {"queryset": Division.objects.all()}
    assert first_cells(villages("/list/?sort=parent", **everything))[-1] == "演示县"
    assert first_cells(villages("/list/?sort=-parent", **everything))[-1] == "演示县"


@pytest.mark.parametrize(("page", "number"), [("2", 2), ("99", 3), ("0", 3), ("abc", 1)])
def test_a_page_that_is_not_there(county, page, number):
    assert villages(f"/list/?page={page}", per_page=4)["page"].number == number


def test_headings_turn_the_sort_and_forget_the_page(county):
    name, parent, level = villages("/list/?sort=name&page=2&tab=a")["headings"]
    assert (name.sort_url, name.direction) == ("?sort=-name&tab=a", "ascending")
    assert (parent.sort_url, parent.direction) == ("?sort=parent&tab=a", "")
    assert level.sort_url == ""


def test_pager_links_keep_the_filters(county):
    assert villages("/list/?sort=name", per_page=4)["pages"] == [
        (1, "?sort=name&page=1"), (2, "?sort=name&page=2"), (3, "?sort=name&page=3"),
    ]  # fmt: skip
    assert villages()["pages"] == []


@pytest.mark.parametrize("per_page", [1, 10])
def test_a_list_costs_two_queries_however_long(county, django_assert_num_queries, per_page):
    with django_assert_num_queries(2):
        villages(queryset=Division.objects.villages().select_related("parent"), per_page=per_page)


def test_cells_are_written_as_pages_write(county):
    cells = villages("/list/?sort=code")["rows"][0].cells
    assert [(cell.label, cell.text, cell.tone, cell.css) for cell in cells] == [
        ("名称", "第0村", None, "list__who"), ("上级", "甲镇", None, ""), ("级别", "村", "blue", "list__end"),
    ]  # fmt: skip


# -- filters ----------------------------------------------------------------------------------------------------------
def test_chips_say_what_is_filtered_and_how_to_end_it(county):
    address = "/list/?parent=450399100&level=village&level=county&sort=name&page=3"
    listed = villages(address, filterset=DivisionFilter)
    assert [(chip.label, chip.text, chip.remove) for chip in listed["chips"]] == [
        ("乡镇", "甲镇", "?level=village&level=county&sort=name"),
        ("级别", "村、县", "?parent=450399100&sort=name"),
    ]
    assert listed["clear_url"] == "?sort=name"
    assert listed["count"] == len(listed["rows"]) == 5


def test_a_filter_that_does_not_validate_finds_nothing_and_says_why(county):
    listed = villages("/list/?parent=110000000", filterset=DivisionFilter)
    assert listed["count"] == 0
    assert listed["filter_errors"][0].startswith("乡镇：")
    assert "没有符合条件的记录" in render_to_string("components/listing_rows.html", {"listing": listed})


def test_filter_controls_are_named_and_carry_the_sort(county):
    page = render_to_string(
        "components/listing.html", {"listing": villages("/list/?sort=name", filterset=DivisionFilter)}
    )
    assert '<option value="" selected>全部乡镇</option>' in page
    assert '<input type="hidden" name="sort" value="name">' in page
    assert 'aria-label="名称" placeholder="名称" data-find-in=""' in page


def test_an_empty_list_says_why_and_the_next_step(db):
    step = Action("导入农户", "/import/", icon="file-up", tone="pri")
    page = render_to_string("components/listing.html", {"listing": villages(empty="还没有导入农户", empty_step=step)})
    assert "还没有导入农户" in page
    assert '<a class="btn btn--pri" href="/import/">' in page
    assert "导出" not in page


def test_names_from_the_data_are_escaped(county):
    Division.objects.filter(level=Level.VILLAGE).update(name="<b>村</b>")
    page = render_to_string("components/listing.html", {"listing": villages(row_url=lambda row: f"/d/{row.pk}/")})
    assert "<b>村</b>" not in page
    assert page.count('<a class="who" href="/d/450399') == 10


def test_selection_sends_the_keys_of_rows(county):
    bulk = Bulk("/bulk/", "components/mark.html", place=lambda row: (row.parent.name, row.name))
    page = render_to_string("components/listing.html", {"listing": villages(bulk=bulk, per_page=1)})
    assert '<form method="post" action="/bulk/">' in page
    assert 'name="pk" value="450399100200" data-pick data-town="甲镇" data-village="第0村"' in page


# -- export -----------------------------------------------------------------------------------------------------------
def test_export_holds_the_filtered_rows_and_is_counted(county, tmp_path):
    counted = []
    answer = villages("/list/?export=xlsx&parent=450399101&page=2", filterset=DivisionFilter, per_page=1,
                      export_name="村名单", watermark="莫海燕 县监测办", on_export=counted.append)  # fmt: skip
    (tmp_path / "out.xlsx").write_bytes(b"".join(answer.streaming_content))
    rows = list(load_workbook(tmp_path / "out.xlsx").active.iter_rows(values_only=True))
    assert rows[0][0] == "村名单"
    assert rows[1:3] == [("名称", "上级", "级别", "代码"), ("第0村", "乙乡", "村", "450399101200")]
    assert len(rows) - 2 == counted[0] == 5
    assert "filename*=utf-8''%E6%9D%91" in answer["Content-Disposition"]


def test_export_only_where_the_page_allows_it(county):
    counted = []
    with pytest.raises(Http404):
        villages("/list/?export=xlsx", on_export=counted.append)
    with pytest.raises(Http404):
        villages("/list/?export=csv", export_name="村名单", on_export=counted.append)
    assert counted == []


# -- pages and fragments ----------------------------------------------------------------------------------------------
def rendered(address="/list/", **headers):
    queryset = Division.objects.villages()
    return list_page(
        asked(address, **headers), "components/listing.html", queryset=queryset, columns=COLUMNS, title="村名单"
    )


def test_htmx_gets_the_table_alone(county):
    assert b'id="list"' in rendered().content
    part = rendered(**{"HX-Request": "true"})
    assert b'id="list"' not in part.content
    assert b"<table" in part.content
    assert part["Vary"] == "HX-Request"


def test_history_gets_the_whole_page_back(county):
    assert b'id="list"' in rendered(**{"HX-Request": "true", "HX-History-Restore-Request": "true"}).content


def test_progress_stops_polling_and_loads_the_page_again_at_the_end():
    context = {"poll_url": "/runs/1/", "done": 1200, "total": 1890, "label": "校验进度"}
    going = poll(asked(), "components/progress.html", context, running=True)
    over = poll(asked(), "components/progress.html", context, running=False)
    assert (going.status_code, going.get("HX-Refresh")) == (200, None)
    assert "1,200 / 1,890（63%）" in going.content.decode()
    assert 'hx-get="/runs/1/" hx-trigger="every 1s"' in going.content.decode()
    assert (over.status_code, over["HX-Refresh"]) == (286, "true")


def test_a_refusal_is_a_page_for_people_and_a_sentence_for_scripts():
    page = conflict(asked(), "刚刚被<他人>处理")
    line = conflict(asked(**{"HX-Request": "true"}), "刚刚被<他人>处理")
    assert (page.status_code, line.status_code) == (409, 409)
    assert "刚刚被&lt;他人&gt;处理" in page.content.decode()
    assert (line.content.decode(), line["Content-Type"]) == ("刚刚被<他人>处理", "text/plain; charset=utf-8")


@pytest.mark.parametrize(("status", "title"), [(403, "没有权限"), (413, "文件太大"), (429, "请求有误")])
def test_every_refusal_has_a_page(status, title):
    answer = problem(asked(), "请稍后再试", status)
    assert answer.status_code == status
    assert title in answer.content.decode()


@pytest.mark.parametrize("page", ["400.html", "404.html", "500.html"])
def test_problem_pages_stand_without_any_context(page):
    assert '<section class="card problem">' in render_to_string(page)


def test_a_confirmation_asks_in_the_dialog_or_on_a_page():
    ask = {
        "title": "退回",
        "consequence": "将 4 户退回",
        "verb": "退回 4 户",
        "back": "/list/",
        "items": ["甲村 1 户"],
    }
    page, part = confirm(asked("/ask/?x=1"), **ask), confirm(asked("/ask/?x=1", **{"HX-Request": "true"}), **ask)
    assert page.content.startswith(b"<!doctype html>")
    assert part.content.startswith(b'<form method="post" action="/ask/?x=1" novalidate>')
    assert "退回 4 户</button>" in part.content.decode()


# -- forms ------------------------------------------------------------------------------------------------------------
def test_a_form_shows_summary_labels_hints_and_errors():
    page = str(Reason({"ask": "x"}))
    assert '<h2 id="errsum">有 1 处需要更正</h2><ul><li><a href="#id_why_0">请选择原因</a></li></ul>' in page
    assert '<fieldset class="fld fld--err"' in page
    assert (
        '<label class="opt"><input type="radio" name="why" value="1" required aria-invalid="true" id="id_why_0">'
        in page
    )
    assert "<span>佐证&lt;不足&gt;</span>" in page
    assert '<div class="hint" id="id_ask_helptext">会显示在核实单上</div>' in page
    assert '<label for="id_ask">要求 <span class="small muted">选填</span></label>' in page


def test_controls_get_their_class():
    form = Reason()
    assert 'class="inp"' in str(form["ask"])
    assert 'class="chk"' in str(form["tell"])
    assert "class" not in str(form["why"].subwidgets[0])


# -- the frame --------------------------------------------------------------------------------------------------------
def framed(**context) -> str:
    return Template('{% extends "base.html" %}{% block title %}核实{% endblock %}').render(Context(context))


def test_title_begins_with_what_has_to_be_corrected():
    assert "<title>有 2 处需要更正：核实 · 防止返贫动态监测与帮扶平台</title>" in framed(form_errors_count=2)
    assert "<title>有 1 处需要更正：核实 · " in framed(form=Reason({}))
    assert "<title>核实 · " in framed(form=Reason())


def test_navigation_stands_in_the_side_bar_and_in_the_phone_menu():
    item = {"url": "/clues/", "icon": "radar", "label": "线索", "count": 12, "hot": True, "current": True}
    page = framed(user=SimpleNamespace(is_authenticated=True), nav=[{"title": "工作", "items": [item]}])
    assert page.count('<a class="side__link" href="/clues/" aria-current="page">') == 2
    assert page.count('<span class="count count--hot">12</span>') == 2


def test_search_only_for_those_who_may():
    user = SimpleNamespace(is_authenticated=True)
    assert 'role="search"' not in framed(user=user)
    assert framed(user=user, can_search=True).count('role="search" method="post"') == 2


def test_visitors_see_no_navigation_and_the_demo_says_that_it_is_one():
    page = framed(demo_note=True)
    assert "side__link" not in page
    assert "演示数据" in page


def test_large_print_is_remembered_and_only_leads_back_here():
    on = large_print(RequestFactory().get("/large/?on=1", headers={"Referer": "http://testserver/list/"}))
    off = large_print(RequestFactory().get("/large/?on=0", headers={"Referer": "https://evil.example/"}))
    assert (on.url, on.cookies["large"].value) == ("http://testserver/list/", "1")
    assert (off.url, off.cookies["large"]["max-age"]) == ("/", 0)


def test_the_cookie_makes_the_page_large():
    request = asked()
    request.COOKIES["large"] = "1"
    assert '<html lang="zh-CN" class="large">' in framed(request=request)
    assert isinstance(conflict(request, "x"), HttpResponse)
