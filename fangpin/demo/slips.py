"""Slips in the register itself, as cadres make them at the keyboard: what its checks (domain.md 7.4) are there to find.

Each is planted in the export in a few households, some of them in the village of the demo's own cadre, and changes nobody's number or name,
so that who is who stays known.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

EACH = 2  # households a slip is planted in, at home and elsewhere
HOME = "大利村委会"  # fangpin.demo.actors.VILLAGE


@dataclass(frozen=True)
class Slip:
    """``cells`` go into one member's row; ``house`` into all rows of the household. ``who`` chooses candidates among ``export``."""

    code: str
    why: str
    who: Mapping[str, tuple[str, ...]]
    cells: Mapping[str, str]
    house: bool = False


_INCOME = ("工资性收入", "生产经营性收入", "财产性收入", "转移性收入", "生产经营性支出")
_PLAIN = {"监测对象类别": ("",), "与户主关系": ("户主",)}

SLIPS = (
    Slip("A12", "新增成员时关系没有选", {"与户主关系": ("之女",)}, {"与户主关系": ""}),
    Slip("A17", "电话少按一位", {"与户主关系": ("配偶",)}, {"成员联系电话": "1990012345"}),
    Slip("B12", "多选框没有去掉健康", {"健康状况": ("长期慢性病",)}, {"健康状况": "健康,长期慢性病"}),
    Slip("C01", "整户成批填写劳动技能", {"在校生状况": ("小学",)}, {"劳动技能": "普通劳动力"}),
    Slip("C03", "年满六十没有更新", {"与户主关系": ("之父", "之母"), "劳动技能": ("无劳动力",)}, {"劳动技能": "普通劳动力"}),
    Slip("D08", "在外务工却选了公益岗位", {"务工所在地": ("广东省佛山市", "广东省深圳市")}, {"就业渠道": "公益岗位"}),
    Slip("D09", "跨年累计填了月数", {"务工所在地": ("广东省东莞市", "浙江省宁波市")}, {"务工时间（月）": "14"}),
    Slip("E05", "危房鉴定后没有研判", _PLAIN, {"危房户": "是"}, house=True),
    Slip("E06", "水柜漏水报了没有研判", _PLAIN, {"是否解决安全饮用水": "否"}, house=True),
    Slip("I02", "忘记减去生产经营性支出", _PLAIN,
         dict(zip((*_INCOME, "家庭纯收入"), ("24000", "9000", "0", "1200", "3200", "34200"), strict=True)), house=True),
    Slip("I08", "按万元填写", _PLAIN, dict(zip(_INCOME, ("2.4", "0.9", "0", "0.12", "0.32"), strict=True)), house=True),
)  # fmt: skip


def plant(export: pd.DataFrame, spared: frozenset[str]) -> dict[str, list[str]]:
    """Change ``export`` in place; code -> 户编号 of the households with the slip. ``spared``: households whose stories must stay as they are.

    A household has one slip at most; the village of the demo's cadre comes first.
    """
    planted: dict[str, list[str]] = {}
    taken, home = set(spared), (export["行政村"] == HOME).to_numpy()
    for slip in SLIPS:
        chosen = np.logical_and.reduce([export[column].isin(texts) for column, texts in slip.who.items()])
        for rows in (np.flatnonzero(chosen & home), np.flatnonzero(chosen & ~home)):
            first = dict(
                zip(export["户编号"].iloc[rows[::-1]], rows[::-1], strict=True)
            )  # the first such member of each household
            free = [number for number in reversed(first) if number not in taken][:EACH]
            for number in free:
                _write(export, slip, first[number], number)
            taken.update(free)
            planted.setdefault(slip.code, []).extend(free)
    return planted


def _write(export: pd.DataFrame, slip: Slip, row: int, number: str) -> None:
    rows = export.index[export["户编号"] == number] if slip.house else [export.index[row]]
    for column, text in slip.cells.items():
        if column not in export:
            export[column] = ""
        export.loc[rows, column] = text
