"""One small invented county and its May, made once for all tests of the demo."""

import pytest

from fangpin.demo import county, files

TOWNSHIPS = {
    "阳朔镇": ("莲峰社区居委会", "矮山村委会"),
    "白沙镇": ("白沙街居委会", "白沙村委会", "蔡村村委会"),
    "福利镇": ("福利街居委会", "夏村村委会"),
    "兴坪镇": ("兴坪街居委会", "渔村村委会"),
    "葡萄镇": ("葡萄居委会", "葡萄村委会"),
    "高田镇": ("高田居委会", "高田村委会"),
    "金宝乡": ("金宝村委会", "大利村委会"),
    "普益乡": ("普益村委会", "勇村村委会"),
    "杨堤乡": ("杨堤村委会", "浪石村委会"),
}


@pytest.fixture(scope="session")
def divisions():
    """Rows of (code, name, level, parent_code) with codes at their natural length."""
    rows = [("450321", "阳朔县", "county", "")]
    for number, (township, villages) in enumerate(TOWNSHIPS.items(), start=100):
        rows.append((f"450321{number}", township, "township", "450321"))
        rows += [
            (f"450321{number}{place}", village, "village", f"450321{number}")
            for place, village in enumerate(villages, start=200)
        ]
    return rows


@pytest.fixture(scope="session")
def small(divisions):
    """1,500 people."""
    return county.make(persons=1_500, seed=20210506, divisions=divisions)


@pytest.fixture(scope="session")
def may(small):
    return county.month(small, "2021-05")


@pytest.fixture(scope="session")
def june(small):
    return county.month(small, "2021-06")


@pytest.fixture(scope="session")
def truth(small, may):
    return files.month_truth(small, may)


@pytest.fixture(scope="session")
def written(small, may, tmp_path_factory):
    """The lists of May as files, by list code."""
    paths = files.write_month(small, may, tmp_path_factory.mktemp("may"))
    return {"-".join(path.name.split("-")[:2]): path for path in paths}
