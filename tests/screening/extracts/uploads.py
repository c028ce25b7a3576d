"""Files as departments send them, and the way they come in."""

from datetime import date
from io import BytesIO

from fangpin.runs.models import Run
from fangpin.runs.queue import drain
from screening.extracts.intake import check_run, upload_extract
from screening.models import Extract
from tests.builders import a_county
from tests.fangpin.sheets.books import a_book

MAY = date(2021, 5, 1)
HEADERS = ("姓名", "身份证号", "乡镇", "村", "总费用", "个人自付")
GOOD, OTHER, THIRD = "450399197001010010", "450399198803120021", "450399195511110047"


def a_row(name="赵大", number=GOOD, **cells) -> list:
    """A line of MI-1 under HEADERS; ``cells`` replace others by heading."""
    row = {"姓名": name, "身份证号": number, "乡镇": "青山镇", "村": "上坪村", "总费用": 30000, "个人自付": 12000.5}
    return list((row | cells).values())


def a_file(*rows, headers=HEADERS, title=True) -> BytesIO:
    """MI-1 as a workbook: a title, the headings in row 2, the rows from row 3 on."""
    above = [["大额医疗费用人员"]] if title else []
    return BytesIO(a_book(("名单", [*above, list(headers), *rows])))


def an_upload(*rows, by=None, list_code="MI-1", period=MAY, filename="MI-1-医保局.xlsx", file=None) -> Extract:
    """Sent in and not checked yet."""
    file = file or a_file(*rows)
    return upload_extract(county=a_county(), list_code=list_code, period=period, file=file, filename=filename, by=by)


def a_check(extract: Extract) -> Run:
    """Check it as a worker would; the finished run."""
    run = drain(check_run(extract))
    extract.refresh_from_db()
    return run


def a_checked_upload(*rows, **options) -> Extract:
    extract = an_upload(*rows, **options)
    a_check(extract)
    return extract
