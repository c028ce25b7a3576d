"""The chart tags and small filters draw exactly what the pages expect, and escape every text."""

from decimal import Decimal

import pytest
from django import forms
from django.template import Context, Template
from django.utils.safestring import SafeString

from fangpin.templatetags import ui
from fangpin.web.lists import Heading


def drawn(source: str, **context) -> str:
    return Template(source).render(Context(context))


class Report(forms.Form):
    month = forms.CharField(label="月份")
    stage = forms.ChoiceField(label="学段", choices=[("1", "小学")], widget=forms.RadioSelect)
    note = forms.CharField(label="备注", max_length=2, required=False)

    def clean(self):
        raise forms.ValidationError("本月已经关账")


# -- values -----------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("value", "text"),
    [
        (38620.5, "38,620.50"),
        (Decimal("-2213.626"), "−2,213.63"),
        (0, "0.00"),
        (None, "—"),
        ("", "—"),
        ("约3千", "约3千"),
    ],
)
def test_money_has_two_decimals_and_thousands(value, text):
    assert ui.money(value) == text


@pytest.mark.parametrize(("value", "text"), [(None, "—"), ("", "—"), (0, "0"), (False, "否"), ("金宝乡", "金宝乡")])
def test_dash_stands_for_nothing_but_not_for_zero(value, text):
    assert ui.dash(value) == text


def test_dash_escapes_text_and_keeps_prepared_html():
    assert drawn("{{ name|dash }}", name="<b>") == "&lt;b&gt;"
    assert drawn("{{ name|dash }}", name=SafeString("<b>x</b>")) == "<b>x</b>"


def test_comma_and_percent():
    assert (ui.comma(1126), ui.comma(None)) == ("1,126", "—")
    assert (ui.pct(204, 310), ui.pct(1, 0)) == (66, 0)


@pytest.mark.parametrize(("value", "step"), [(0, 0), (None, 0), (1, 1), (29, 3), (58, 6)])
def test_heat_has_seven_steps(value, step):
    assert ui.heat(value, 58) == step


def test_heat_of_an_empty_table_is_zero():
    assert ui.heat(3, 0) == 0


@pytest.mark.parametrize(("word", "tone"), [("红", "red"), ("失败", "red"), ("疑似", "amber"), ("没有的词", "")])
def test_tone_of_a_status_word(word, tone):
    assert ui.tone(word) == tone


# -- forms and lists --------------------------------------------------------------------------------------------------
def test_field_errors_come_in_order_with_their_targets():
    form = Report({"note": "太长了"})
    assert ui.field_errors(form) == [
        {"id": "", "text": "本月已经关账"},
        {"id": "id_month", "text": "请填写月份"},
        {"id": "id_stage_0", "text": "请选择学段"},
        {"id": "id_note", "text": form.errors["note"][0]},
    ]
    assert ui.error_count(form) == 4


def test_an_unbound_form_has_no_errors():
    assert (ui.field_errors(Report()), ui.error_count(Report()), ui.error_count(None)) == ([], 0, 0)


def test_sort_link_says_where_it_leads_and_how_it_sorts():
    link = ui.sort_link(Heading("due", "期限", False, "?sort=-due&q=a", "ascending"))
    assert link.startswith('<a class="sort" href="?sort=-due&amp;q=a">期限<svg')
    assert link != ui.sort_link(Heading("due", "期限", False, "?sort=-due&q=a", "descending"))


def test_a_column_that_cannot_be_sorted_is_plain_text():
    assert ui.sort_link(Heading("say", "线索", False, "", "")) == "线索"


# -- charts -----------------------------------------------------------------------------------------------------------
def test_bar():
    assert drawn('{% bar 1842 1890 "green" "通过 97.5%" %}') == (
        '<svg class="bar bar--green" viewBox="0 0 100 8" preserveAspectRatio="none" role="img" '
        'aria-label="通过 97.5%"><rect class="bar__track" width="100" height="8"/>'
        '<rect class="bar__fill" width="97.5" height="8"/></svg>'
    )


@pytest.mark.parametrize(("value", "maximum", "width"), [(5, 0, "0"), (-1, 10, "0"), (30, 10, "100")])
def test_bar_never_leaves_its_track(value, maximum, width):
    assert f'class="bar__fill" width="{width}"' in ui.bar(value, maximum)


def test_stacked():
    assert drawn('{% stacked 30 "blue" 70 "amber" %}') == (
        '<svg class="bar bar--stack" viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden="true">'
        '<rect x="0" width="29.4" height="8" class="f-blue"/>'
        '<rect x="30" width="69.4" height="8" class="f-amber"/></svg>'
    )


def test_stacked_of_nothing_is_a_hair():
    assert ui.stacked(0, "blue").count('width="0.2"') == 1


def test_rank_bar():
    assert drawn("{% rank_bar name 19 8 40 %}", name="<金宝乡>") == (
        '<svg class="bar" viewBox="0 0 100 8" preserveAspectRatio="none" role="img" '
        'aria-label="&lt;金宝乡&gt;：已核实 19 户，超期 8 户"><rect class="bar__track" width="100" height="8"/>'
        '<rect class="f-blue" width="47.5" height="8"/><rect class="f-red" x="47.5" width="20" height="8"/></svg>'
    )


def test_rank_bar_of_an_empty_township():
    assert 'class="f-blue" width="0"' in ui.rank_bar("阳朔镇", 0, 0, 0)


def test_funnel_part_narrows_to_the_next_stage():
    assert drawn("{% funnel_part stages 0 %}", stages=[("疑似", 400), ("核实", 100)]) == (
        '<svg class="funnel__col" viewBox="0 0 100 50" preserveAspectRatio="none" aria-hidden="true">'
        '<path class="fn1" d="M0 1 C40 1 60 19 100 19 L100 31 C60 31 40 49 0 49Z"/></svg>'
    )


def test_the_last_funnel_part_is_level():
    assert 'd="M0 19 C40 19 60 19 100 19 L100 31' in ui.funnel_part([("疑似", 400), ("核实", 100)], 1)
    assert 'd="M0 25 ' in ui.funnel_part([("疑似", 0)], 0)


def test_spark():
    assert drawn('{% spark values "amber" %}', values=[10, 20, 30]) == (
        '<svg class="spark s-amber" viewBox="0 0 100 30" preserveAspectRatio="none" aria-hidden="true">'
        '<polygon points="0,30 0,26 50,15 100,4 100,30"/>'
        '<polyline points="0,26 50,15 100,4" vector-effect="non-scaling-stroke"/></svg>'
    )


@pytest.mark.parametrize("values", [[], [7]])
def test_spark_needs_two_values(values):
    assert ui.spark(values) == ""


def test_combo_chart_of_one_month():
    assert drawn(
        '{% combo_chart labels new done stock "变化" %}', labels=["5月"], new=[4], done=[2], stock=[1126]
    ) == (
        '<svg class="chart" viewBox="0 0 640 342" role="img" aria-label="变化">'
        '<line class="chart__grid" x1="34" x2="626" y1="316" y2="316"/>'
        '<text class="chart__tick" x="28" y="316" dy="4" text-anchor="end">0</text>'
        '<line class="chart__grid" x1="34" x2="626" y1="268.5" y2="268.5"/>'
        '<text class="chart__tick" x="28" y="268.5" dy="4" text-anchor="end">1</text>'
        '<line class="chart__grid" x1="34" x2="626" y1="221" y2="221"/>'
        '<text class="chart__tick" x="28" y="221" dy="4" text-anchor="end">2</text>'
        '<line class="chart__grid" x1="34" x2="626" y1="173.5" y2="173.5"/>'
        '<text class="chart__tick" x="28" y="173.5" dy="4" text-anchor="end">3</text>'
        '<line class="chart__grid" x1="34" x2="626" y1="126" y2="126"/>'
        '<text class="chart__tick" x="28" y="126" dy="4" text-anchor="end">4</text>'
        '<g class="chart__col" data-tip="5月|在册 1,126 户|新增纳入 4 户|风险消除 2 户">'
        '<rect class="chart__hit" x="34" y="8" width="592" height="308"/>'
        '<rect class="f-blue" x="316" y="126" width="13" height="190" rx="2"/>'
        '<rect class="f-green" x="331" y="221" width="13" height="95" rx="2"/></g>'
        '<text class="chart__tick" x="330" y="334" text-anchor="middle">5月</text>'
        '<polygon class="chart__area" points="330,108 330,98 330,108"/>'
        '<polyline class="chart__line l-amber" points="330,98"/>'
        '<circle class="chart__dot l-amber" cx="330" cy="98" r="3.6"/>'
        '<text class="chart__mark" x="324" y="89">1,126</text>'
        '<text class="chart__mark" x="322" y="95" text-anchor="end">1,126 户</text></svg>'
    )


def test_combo_chart_escapes_labels_and_title():
    chart = ui.combo_chart(["<5月>"], [1], [0], [9], '"><script>')
    assert "<5月>" not in chart
    assert "<script>" not in chart
    assert 'data-tip="&lt;5月&gt;|在册 9 户' in chart


def test_combo_chart_without_anything():
    assert ui.combo_chart([], [], [], [], "空") == ""
    assert 'height="0" rx="2"' in ui.combo_chart(["5月"], [0], [0], [0], "零")


@pytest.mark.parametrize(("top", "step"), [(1, 1), (5, 1), (6, 2), (131, 50), (500, 100), (70_000, 20_000)])
def test_a_chart_has_at_most_five_lines(top, step):
    assert ui._tick_step(top) == step


@pytest.mark.parametrize(
    ("value", "unit", "text"),
    [(23180, "元", "23,180.00 元"), (11, "周岁", "11 周岁"), ("D", "", "D"), ("D", "元", "D 元")],
)
def test_figures_carry_their_unit(value, unit, text):
    assert ui.figure(value, unit) == text


def test_a_span_of_months_is_read_as_from_to():
    assert (ui.span("2021-01..2021-05"), ui.span("2021-05"), ui.span(None)) == ("2021-01 至 2021-05", "2021-05", "")
