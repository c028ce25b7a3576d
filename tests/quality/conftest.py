"""The tables of matching quality, told to the terminal at the end of the run so that CI shows them."""

import pytest

KEY = "quality tables"


@pytest.fixture
def quality_tables(record_property):
    """Call it with a table: it travels with the test's report from whatever process ran it."""
    return lambda table: record_property(KEY, table)


def pytest_terminal_summary(terminalreporter):
    reports = terminalreporter.getreports("passed") + terminalreporter.getreports("failed")
    tables = [text for report in reports for name, text in report.user_properties if name == KEY]
    if tables:
        terminalreporter.section("matching quality (python -m tests.quality.measure)")
        for text in sorted(tables):
            terminalreporter.write_line(text)
