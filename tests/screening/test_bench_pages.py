"""The lines that bench pages prints; the measurement itself needs servers of its own and minutes."""

from screening.bench.pages import _line, _prepare


def a_visit(**told):
    return {"role": "village", "page": "household_list", "p50": 12.0, "p95": 30.0, "queries": 8, "size": 2048} | told


def test_a_page_within_its_limit():
    assert _line(a_visit()).split() == ["village", "household_list", "12.0", "30.0", "8", "2.0"]


def test_a_page_that_is_too_slow_is_said():
    assert _line(a_visit(p95=201.0)).endswith("MISSED (≤ 200 ms)")


def test_a_search_has_half_the_time():
    assert _line(a_visit(page="search name", p95=101.0)).endswith("MISSED (≤ 100 ms)")


def test_the_county_is_made_once(tmp_path, monkeypatch):
    asked = []
    monkeypatch.setattr("screening.bench.pages.child", lambda name, *rest: asked.append(name))
    for _ in range(2):
        _prepare(lambda line: None, tmp_path)
    assert asked == ["whole"]
