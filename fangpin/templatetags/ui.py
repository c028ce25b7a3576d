"""Server-drawn charts and small helpers, builtin in every template.

Charts are SVG attributes and CSS classes only, so that a strict CSP lets them through and they print. Every text goes
through ``format_html``: a village may be called ``<b>`` and nothing happens. A chart that carries meaning has
role="img" and a sentence; one that only repeats a number beside it is hidden from screen readers.
"""

from collections.abc import Sequence
from decimal import Decimal, InvalidOperation

from django import forms, template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from lucide.templatetags.lucide import lucide

from fangpin.web.values import EMPTY, shown

register = template.Library()

# Colour of a word, one table for all pages (ui/frontend.md 7): blue to be done here, amber with somebody else or to be
# looked at, purple came back, red late or refused, green settled, "" not begun or over.
TONES = {
    "红": "red",
    "橙": "amber",
    "黄": "amber",
    "排队": "",
    "进行中": "blue",
    "等待": "amber",
    "完成": "green",
    "失败": "red",
    "已上传": "blue",
    "校验中": "blue",
    "已校验": "amber",
    "待确认": "amber",
    "需更正": "amber",
    "已确认": "green",
    "已报送": "green",
    "未报送": "",
    "逾期": "red",
    "已替换": "",
    "已作废": "",
    "已撤回": "",
    "确定": "green",
    "疑似": "amber",
    "多个": "purple",
    "无": "",
}


# -- values -----------------------------------------------------------------------------------------------------------
@register.filter
def pct(value: float, total: float) -> int:
    """Whole percent; 0 of nothing."""
    return round(100 * value / total) if total else 0


@register.filter
def comma(value: float | None) -> str:
    """1126 -> 1,126."""
    return EMPTY if value is None or value == "" else f"{value:,}"


@register.filter
def money(value: object) -> str:
    """38620.5 -> 38,620.50; a true minus sign; nothing or text that is no number stays visible as it is."""
    if value is None or value == "":
        return EMPTY
    try:
        return f"{Decimal(str(value)):,.2f}".replace("-", "−")
    except InvalidOperation:
        return str(value)


@register.filter
def figure(value: object, unit: str) -> str:
    """A value with its unit, yuan as money: 23180 and 元 give "23,180.00 元", 11 and 周岁 "11 周岁"."""
    return f"{money(value) if unit == '元' else value} {unit}".strip()


@register.filter
def span(text: str) -> str:
    """A span of months as rules write it: "2021-01..2021-05" gives "2021-01 至 2021-05"."""
    return str(text or "").replace("..", " 至 ")


@register.filter
def dash(value: object) -> object:
    """A cell is never empty: "—". Zero stays zero, dates and amounts take the form they have on all pages."""
    return value if isinstance(value, SafeString) and value else shown(value)


@register.filter
def tone(word: object) -> str:
    """Tag colour of a status word; "" (grey) for one that the table does not know."""
    return TONES.get(str(word), "")


@register.filter
def heat(value: float, top: float) -> int:
    """0..6: the step of the sequential ramp (class h0 to h6) for a value between 0 and ``top``."""
    return min(6, 1 + int(5.999 * value / top)) if value and top else 0


# -- forms and lists --------------------------------------------------------------------------------------------------
@register.filter
def error_count(form: forms.BaseForm | None) -> int:
    """How many things the form wants corrected: for the page title and the error summary."""
    return sum(len(errors) for errors in form.errors.values()) if form is not None and form.is_bound else 0


@register.filter
def error_texts(bound: forms.BoundField) -> list[str]:
    """What is wrong with a field, in the words of the page: Django's "this field is required" says what to fill in."""
    texts = []
    for error in bound.errors.as_data():
        if error.code == "required" and error.message == forms.Field.default_error_messages["required"]:
            texts.append(f"{_asking(bound.field)}{bound.label}")
        else:
            texts += error.messages
    return texts


def _asking(field: forms.Field) -> str:
    return "请选择" if isinstance(field, forms.FileField | forms.ChoiceField) else "请填写"


@register.simple_tag
def field_errors(form: forms.BaseForm) -> list[dict[str, str]]:
    """Errors in the order of the fields, with the id to jump to ("" for an error of the whole form)."""
    if not form.is_bound:
        return []
    found = [{"id": "", "text": str(text)} for text in form.non_field_errors()]
    for bound in form:
        target = bound.id_for_label or f"{bound.auto_id}_0"
        found += [{"id": target, "text": text} for text in error_texts(bound)]
    return found


@register.simple_tag
def sort_link(heading) -> str:
    """The head of a list column: its label, or a link that sorts by it (fangpin.web.lists.Heading)."""
    if not heading.sort_url:
        return heading.label
    name = {"ascending": "arrow-up", "descending": "arrow-down"}.get(heading.direction, "arrow-up-down")
    icon = lucide(name, size=14, aria_hidden="true", **{"class": "ico"})
    return format_html('<a class="sort" href="{}">{}{}</a>', heading.sort_url, heading.label, icon)


# -- bars -------------------------------------------------------------------------------------------------------------
def _number(value: float) -> str:
    """SVG coordinate: one decimal, no ".0"."""
    return f"{value:.1f}".removesuffix(".0")


@register.simple_tag
def bar(value: float, maximum: float = 100, tone: str = "blue", label: str = "") -> str:
    """A bar that fills its cell: 100 wide and no aspect ratio, so that it stretches without any style attribute."""
    width = max(0.0, min(100.0, 100 * value / maximum if maximum else 0.0))
    return format_html(
        '<svg class="bar bar--{}" viewBox="0 0 100 8" preserveAspectRatio="none" role="img" aria-label="{}">'
        '<rect class="bar__track" width="100" height="8"/><rect class="bar__fill" width="{}" height="8"/></svg>',
        tone,
        label or value,
        _number(width),
    )


@register.simple_tag
def stacked(*pairs: object) -> str:
    """``{% stacked 204 "blue" 30 "purple" 76 "amber" %}``: one bar in parts, with a hair of space between them."""
    parts = list(zip(pairs[::2], pairs[1::2], strict=True))
    total = sum(value for value, _ in parts) or 1
    left, drawn = 0.0, []
    for value, tone in parts:
        width = 100 * value / total
        drawn.append((_number(left), _number(max(width - 0.6, 0.2)), tone))
        left += width
    return format_html(
        '<svg class="bar bar--stack" viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden="true">{}</svg>',
        format_html_join("", '<rect x="{}" width="{}" height="8" class="f-{}"/>', drawn),
    )


@register.simple_tag
def rank_bar(name: str, done: int, late: int, total: int) -> str:
    """Done (blue) and overdue (red) of a total, for one line of a ranking."""
    done_width, late_width = (100 * part / total if total else 0.0 for part in (done, late))
    return format_html(
        '<svg class="bar" viewBox="0 0 100 8" preserveAspectRatio="none" role="img" '
        'aria-label="{}：已核实 {} 户，超期 {} 户"><rect class="bar__track" width="100" height="8"/>'
        '<rect class="f-blue" width="{}" height="8"/><rect class="f-red" x="{}" width="{}" height="8"/></svg>',
        name,
        done,
        late,
        _number(done_width),
        _number(done_width),
        _number(late_width),
    )


@register.simple_tag
def funnel_part(stages: Sequence[Sequence], index: int) -> str:
    """One column of the funnel: its left edge is stage ``index``, its right edge the next; a stage is (name, n, …)."""
    top = stages[0][1] or 1
    left = 24 * stages[index][1] / top
    right = 24 * stages[min(index + 1, len(stages) - 1)][1] / top
    heights = (25 - left, 25 - left, 25 - right, 25 - right, 25 + right, 25 + right, 25 + left, 25 + left)
    return format_html(
        '<svg class="funnel__col" viewBox="0 0 100 50" preserveAspectRatio="none" aria-hidden="true">'
        '<path class="fn{}" d="M0 {} C40 {} 60 {} 100 {} L100 {} C60 {} 40 {} 0 {}Z"/></svg>',
        index + 1,
        *map(_number, heights),
    )


# -- lines ------------------------------------------------------------------------------------------------------------
@register.simple_tag
def spark(values: Sequence[float], tone: str = "blue") -> str:
    """A trend beside its figure; nothing for fewer than two values."""
    if len(values) < 2:
        return ""
    low, span = min(values), (max(values) - min(values)) or 1
    step = 100 / (len(values) - 1)
    line = " ".join(f"{_number(i * step)},{_number(26 - 22 * (v - low) / span)}" for i, v in enumerate(values))
    return format_html(
        '<svg class="spark s-{}" viewBox="0 0 100 30" preserveAspectRatio="none" aria-hidden="true">'
        '<polygon points="0,30 {} 100,30"/><polyline points="{}" vector-effect="non-scaling-stroke"/></svg>',
        tone,
        line,
        line,
    )


# The combined chart's layout in SVG units: two panels over one month axis.
_WIDTH, _LEFT, _RIGHT = 640, 34, 14
_LINE_TOP, _LINE_HEIGHT = 20, 78
_BARS_TOP, _BARS_HEIGHT = 126, 190
_BASE = _BARS_TOP + _BARS_HEIGHT
_HEIGHT = _BASE + 26


def _tick_step(top: float) -> int:
    """The smallest round step that needs at most five lines."""
    steps = (digit * 10**power for power in range(12) for digit in (1, 2, 5))
    return next(step for step in steps if top <= 5 * step)


@register.simple_tag
def combo_chart(
    labels: Sequence[str], new: Sequence[int], done: Sequence[int], stock: Sequence[int], title: str, names: str = ""
) -> str:
    """A line (stock) above paired bars (new, done): one month axis, no second scale to misread.

    All four sequences are of one length. ``title`` is the sentence for screen readers, ``names`` what the tips call
    the three series ("在册|新增纳入|风险消除" when empty). Nothing is drawn without months.
    """
    if not labels:
        return ""
    highest = max([*new, *done, 1])
    step = _tick_step(highest)
    top = -(-highest // step) * step
    band = (_WIDTH - _LEFT - _RIGHT) / len(labels)
    centres = [_LEFT + band * (i + 0.5) for i in range(len(labels))]
    return format_html(
        '<svg class="chart" viewBox="0 0 {} {}" role="img" aria-label="{}">{}{}{}</svg>',
        _WIDTH,
        _HEIGHT,
        title,
        _grid(step, top),
        _columns(labels, (stock, new, done), (names or "在册|新增纳入|风险消除").split("|"), centres, band, top),
        _line(stock, centres),
    )


def _grid(step: int, top: int) -> str:
    lines = [(_number(_BASE - _BARS_HEIGHT * tick / top), tick) for tick in range(0, top + 1, step)]
    return format_html_join(
        "",
        '<line class="chart__grid" x1="{}" x2="{}" y1="{}" y2="{}"/>'
        '<text class="chart__tick" x="{}" y="{}" dy="4" text-anchor="end">{}</text>',
        ((_LEFT, _WIDTH - _RIGHT, y, y, _LEFT - 6, y, f"{tick:,}") for y, tick in lines),
    )


def _columns(
    labels: Sequence[str],
    series: Sequence[Sequence[int]],
    names: Sequence[str],
    centres: Sequence[float],
    band: float,
    top: int,
) -> str:
    width = min(13, band * 0.3)

    def column(i: int) -> tuple:
        tip = "|".join(
            [str(labels[i]), *(f"{name} {values[i]:,} 户" for name, values in zip(names, series, strict=True))]
        )
        hit = _LINE_TOP - 12
        heights = [_BARS_HEIGHT * values[i] / top for values in series[1:]]
        new = (_number(centres[i] - width - 1), _number(_BASE - heights[0]), _number(width), _number(heights[0]))
        done = (_number(centres[i] + 1), _number(_BASE - heights[1]), _number(width), _number(heights[1]))
        area = (_number(centres[i] - band / 2), hit, _number(band), _BASE - hit)
        return (tip, *area, *new, *done, _number(centres[i]), _HEIGHT - 8, labels[i])

    return format_html_join(
        "",
        '<g class="chart__col" data-tip="{}"><rect class="chart__hit" x="{}" y="{}" width="{}" height="{}"/>'
        '<rect class="f-blue" x="{}" y="{}" width="{}" height="{}" rx="2"/>'
        '<rect class="f-green" x="{}" y="{}" width="{}" height="{}" rx="2"/></g>'
        '<text class="chart__tick" x="{}" y="{}" text-anchor="middle">{}</text>',
        (column(i) for i in range(len(labels))),
    )


def _line(stock: Sequence[int], centres: Sequence[float]) -> str:
    low, span = min(stock), (max(stock) - min(stock)) or 1
    bottom = _LINE_TOP + _LINE_HEIGHT
    points = [(x, bottom - _LINE_HEIGHT * (v - low) / span) for x, v in zip(centres, stock, strict=True)]
    line = " ".join(f"{_number(x)},{_number(y)}" for x, y in points)
    (x0, y0), (x1, y1) = points[0], points[-1]
    dots = [(_number(x), _number(y), "2.4") for x, y in points[:-1]] + [(_number(x1), _number(y1), "3.6")]
    return format_html(
        '<polygon class="chart__area" points="{},{} {} {},{}"/><polyline class="chart__line l-amber" points="{}"/>{}'
        '<text class="chart__mark" x="{}" y="{}">{}</text>'
        '<text class="chart__mark" x="{}" y="{}" text-anchor="end">{} 户</text>',
        _number(x0),
        bottom + 10,
        line,
        _number(x1),
        bottom + 10,
        line,
        format_html_join("", '<circle class="chart__dot l-amber" cx="{}" cy="{}" r="{}"/>', dots),
        _number(x0 - 6),
        _number(y0 - 9),
        f"{stock[0]:,}",
        _number(x1 - 8),
        _number(y1 - 3),
        f"{stock[-1]:,}",
    )
