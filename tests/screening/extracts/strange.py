"""A file of MI-1 under headings that nobody has seen."""

from io import BytesIO

from tests.fangpin.sheets.books import a_book
from tests.screening.extracts.uploads import GOOD, OTHER, THIRD

STRANGE = ("编码", "病人", "证件", "镇里", "哪个村", "治疗总花销", "本人掏的钱")
MEANT = ("", "name", "id_number", "township", "village", "total", "self_pay")
PEOPLE = (
    ("a1", "赵大", GOOD, "青山镇", "上坪村", 30000, 12000.5),
    ("a2", "钱二", OTHER, "青山镇", "下坪村", 9000, 8000.25),
    ("a3", "孙三", THIRD, "绿水乡", "河口村", 500, 300),
)


def a_strange_file(*rows, headings=STRANGE, sheets=("一月",)) -> BytesIO:
    """A title, the headings in row 2, the people from row 3 on; the same on every sheet but for the last character of a name."""
    people = rows or PEOPLE
    return BytesIO(a_book(*((name, [["门诊"], list(headings), *([*row] for row in people)]) for name in sheets)))


def meaning(headings=STRANGE, meant=MEANT, **changes) -> dict[str, str]:
    """Heading -> key; ``changes`` by heading."""
    return dict(zip(headings, meant, strict=True)) | changes
