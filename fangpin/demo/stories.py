"""The stories of domain 9.3 that begin in the register or in departments' data, planted into the invented county."""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
import pandas as pd

from fangpin.demo import identity, medical
from fangpin.demo.timeline import FLOODED, Year

VILLAGE = "大利村委会"  # of the demo's village cadre: what he finds in his own list


class Story(NamedTuple):
    """`household`: 户编号, `person`: 人编号 of who it is about ('' where it is about a file), `text`: for the reader."""

    code: str
    household: str
    person: str
    name: str
    text: str


class Told(NamedTuple):
    """What a story changes: the frames of the county under construction."""

    households: pd.DataFrame
    members: pd.DataFrame
    year: Year


STORIES = {
    "T1": "葡萄镇一般农户{name}住院，2021年1–4月住院自付累计 23,180 元；5月医保名单有，线下未报",
    "T2": "同一人（{name}）6月再住院自付 1,200 元，累计 24,380 元；不应重复派单",
    "T2b": "大利村{name}1–4月住院自付 22,400 元，5月核实过；6月又自付 9,600 元，增加三成以上，应再次派发",
    "T3": "兴坪镇脱贫户{name}竹筏工停工，只有线下知道，部门数据里仍在岗",
    "T4": "金宝乡大利村因病监测户，孩子{name}6月新办一级残疾证；应补因残风险并核对两项补贴",
    "T7": "{name}户2020年12月识别为脱贫不稳定户，收入 9,200 元、四项保障无问题；5月仅满5个月，不能消除",
    "T8": "杨堤乡七年级学生{name}5月12日起未到校，EDU-1 上报；学籍状态为辍学",
    "T9": "福利镇6月洪灾，{name}户唯一住房鉴定为 D 级，应进危改",
    "T9b": "福利镇6月洪灾，{name}户另一处旧房鉴定为 D 级，但不是唯一住房，应存档说明",
    "T10": "高田镇{village}集中供水工程6月22日至25日停水 4 天；一条问题，不是每户一条",
    "T11": "分散供养特困人员{name}生活不能自理（全护理），照料协议已过期、无照料人",
    "T13": "5月之后的一份大额医疗费用名单误把金额填成万元，系统应当发问",
    "T15": "{name}户2021年3月已消除风险，5月遇车祸，村里线下报来；应列为再次发生，优先复核",
    "T16": "{name}（户主之妻）5月新办残疾证，残联名单上身份证号错一位",
}


def plant(households: pd.DataFrame, members: pd.DataFrame, year: Year, places) -> dict[str, Story]:
    """Changes the frames in place and returns where each story lives; a county too small for one goes without it."""
    told = Told(households, members, year)
    township = np.array([place.township for place in places], dtype=object)
    place_name = np.array([place.name for place in places], dtype=object)
    village = households["village"].to_numpy()
    taken: set[int] = set()
    found: dict[str, Story] = {}

    def tell(code: str, where: str, candidates: np.ndarray, change: Callable[[Told, int], None]) -> None:
        home = members["home"].to_numpy()
        known = members["id"].to_numpy() != ""
        free = [row for row in candidates if known[row] and home[row] not in taken]
        near = [row for row in free if where in (township[village[home[row]]], place_name[village[home[row]]])]
        if not free:
            return
        row = (near or free)[0]
        taken.add(int(home[row]))
        change(told, row)
        found[code] = _story(code, households, members, places, row)

    relation, age, male = (members[key].to_numpy() for key in ("relation", "age", "male"))
    head = relation == "户主"
    pupil = members["grade"].to_numpy()
    has_child = pd.Series(pupil > 0).groupby(members["home"].to_numpy()).transform("any").to_numpy()
    relieved = (members["relief"] != "").groupby(members["home"]).any().to_numpy()
    plain = (~relieved & (households["category"] == "").to_numpy())[members["home"].to_numpy()]
    scattered = (members["relief"] == "特困").to_numpy() & (members["care"] == "分散").to_numpy()
    tell("T1", "葡萄镇", np.flatnonzero(head & male & plain & has_child & (age > 32) & (age < 58)), _operation)
    if "T1" in found:
        found["T2"] = found["T1"]._replace(code="T2", text=STORIES["T2"].format(name=found["T1"].name))
    tell("T2b", VILLAGE, np.flatnonzero(head & plain & (age > 40)), _dearer_in_june)
    tell("T3", "兴坪镇", np.flatnonzero(head & male & plain & members["works"].to_numpy()), _raft)
    no_mark = members["disability"].to_numpy() == 0
    tell(
        "T4",
        VILLAGE,
        np.flatnonzero((age > 4) & (age < 14) & no_mark & np.isin(relation, ("之子", "之女"))),
        _disabled_child,
    )
    tell("T7", "白沙镇", np.flatnonzero(head & male & plain & (age > 30)), _monitored_since_december)
    tell("T8", "杨堤乡", np.flatnonzero(pupil == 7), _dropout)
    tell("T9", FLOODED, np.flatnonzero(head & plain), lambda story, row: _flood(story, row, only=True))
    tell("T9b", FLOODED, np.flatnonzero(head & plain), lambda story, row: _flood(story, row, only=False))
    rural = np.array(["居委会" not in place.name for place in places])[village[members["home"].to_numpy()]]
    tell("T10", "高田镇", np.flatnonzero(head & plain & rural), _water_stop)
    tell("T11", "普益乡", np.flatnonzero(scattered), _helpless)
    exited = (households["eliminated"] == "是").to_numpy()[members["home"].to_numpy()]
    tell("T15", "兴坪镇", np.flatnonzero(head & exited), _exited_in_march)
    wife = (relation == "配偶") & ~male & no_mark & (age > 30)
    tell("T16", "高田镇", np.flatnonzero(wife), _wife_with_certificate)
    found["T13"] = Story("T13", "", "", "", STORIES["T13"])
    return found


def _story(code: str, households, members, places, row: int) -> Story:
    home = int(members["home"].iloc[row])
    village = places[int(households["village"].iloc[home])].name
    name = members["name"].iloc[row]
    text = STORIES[code].format(name=name, village=village)
    return Story(code, households["number"].iloc[home], members["number"].iloc[row], name, text)


def _home(told: Told, row: int) -> int:
    return int(told.members["home"].iloc[row])


def _operation(told: Told, row: int) -> None:
    """Three stays with 23,180 yuan of self-pay until the end of April, one more of 1,200 in June, nothing else."""
    bills = (
        ("2021-02-20", 31_000, 8_600),
        ("2021-03-18", 29_800, 8_380),
        ("2021-04-25", 22_400, 6_200),
        ("2021-06-16", 3_900, 1_200),
    )
    _billed(told, row, bills)


def _dearer_in_june(told: Told, row: int) -> None:
    """22,400 yuan of self-pay until April, 9,600 more in June: above the thirty per cent and 3,000 yuan of domain 4.2."""
    _billed(told, row, (("2021-02-08", 41_000, 12_800), ("2021-04-12", 30_600, 9_600), ("2021-06-11", 31_200, 9_600)))


def _billed(told: Told, row: int, bills: tuple[tuple[str, int, int], ...]) -> None:
    """A household without help whose only stays are ``bills``: (day of leaving, whole cost, self-pay), in yuan."""
    home = _home(told, row)
    told.households.loc[home, ["kind", "category", "risk", "since", "eliminated", "ended", "identified"]] = (
        "一般农户",
    ) + ("",) * 6
    told.members.loc[row, ["insured", "employee_insured"]] = (True, False)
    rows = []
    for day, total, own in bills:
        left = np.datetime64(day)
        total, own = total * 100, own * 100
        rows.append(
            {
                "who": row, "day": left, "admitted": left - 12, "kind": medical.INPATIENT, "hospital": "市人民医院",
                "disease": "恶性肿瘤", "total": total, "pooled": total - own, "serious": 0, "aid": 0, "own": own,
                "covered": total - own * 3 // 10,
            }
        )  # fmt: skip
    others = told.year.settlements[told.year.settlements["who"] != row]
    added = pd.DataFrame(rows).astype(
        {key: others[key].dtype for key in ("day", "admitted", "kind", "hospital", "disease")}
    )
    told.year.settlements = pd.concat([others, added]).sort_values(["day", "who"], kind="stable", ignore_index=True)


def _raft(told: Told, row: int) -> None:
    home = _home(told, row)
    told.households.loc[home, ["kind", "category", "risk", "since", "eliminated", "ended"]] = ("脱贫户",) + ("",) * 5
    told.households.loc[home, "identified"] = "201612"
    told.members.loc[row, ["employer", "workplace"]] = ("漓江竹筏游览", "本县")
    told.year.losses = told.year.losses[told.year.losses["who"] != row].reset_index(drop=True)


def _monitor(told: Told, home: int, since: str, risk: str) -> None:
    told.households.loc[home, ["kind", "category", "risk", "since", "eliminated", "ended"]] = (
        "脱贫户", "脱贫不稳定户", risk, since, "否", "",
    )  # fmt: skip
    told.households.loc[home, "identified"] = "201512"


def _disabled_child(told: Told, row: int) -> None:
    _monitor(told, _home(told, row), "202006", "因病")
    _certify(told, row, "2021-06-08", kind=4, level=1)


def _monitored_since_december(told: Told, row: int) -> None:
    home = _home(told, row)
    _monitor(told, home, "202012", "因病")
    told.households.loc[home, "income"] = 9_200


def _dropout(told: Told, row: int) -> None:
    others = told.year.dropouts[told.year.dropouts["who"] != row]
    added = pd.DataFrame(
        {"who": [row], "day": [np.datetime64("2021-05-12")], "reason": ["厌学"], "off_roll": [False]}
    ).astype({"day": others["day"].dtype})
    told.year.dropouts = pd.concat([others, added], ignore_index=True)


def _flood(told: Told, row: int, *, only: bool) -> None:
    home = _home(told, row)
    others = told.year.damage[told.year.damage["home"] != home]
    added = pd.DataFrame({"home": [home], "day": [np.datetime64("2021-06-12")], "grade": ["D级"], "reason": ["洪涝"]})
    told.year.damage = pd.concat([others, added.astype({"day": others["day"].dtype})], ignore_index=True)
    told.year.houses.loc[home, "only"] = only
    told.year.houses.loc[home, "structure"] = "泥砖"


def _exited_in_march(told: Told, row: int) -> None:
    home = _home(told, row)
    told.households.loc[home, ["since", "ended"]] = ("202003", "202103")


def _water_stop(told: Told, row: int) -> None:
    water = told.year.water
    home = _home(told, row)
    scheme = f"{told.households['village'].iloc[home]}|"
    water.loc[home, ["scheme", "mode"]] = (scheme, "集中供水")
    others = told.year.stops[told.year.stops["scheme"] != scheme]
    added = pd.DataFrame(
        {
            "scheme": [scheme],
            "day": [np.datetime64("2021-06-22")],
            "until": [np.datetime64("2021-06-25")],
            "reason": ["水泵故障"],
        }
    ).astype({"day": others["day"].dtype, "until": others["until"].dtype})
    told.year.stops = pd.concat([others, added], ignore_index=True)


def _helpless(told: Told, row: int) -> None:
    mine = told.year.relief["who"] == row
    told.year.relief.loc[mine, ["selfcare", "carer"]] = ("全护理", "")


def _wife_with_certificate(told: Told, row: int) -> None:
    _certify(told, row, "2021-05-17", kind=2, level=2)


def _certify(told: Told, row: int, day: str, *, kind: int, level: int) -> None:
    others = told.year.certificates[told.year.certificates["who"] != row]
    issued = np.datetime64(day)
    number = identity.certificates([told.members["true_id"].iloc[row]], [kind], [level], [False])
    added = pd.DataFrame(
        {
            "who": [row],
            "day": [issued],
            "until": [issued + 3652],
            "kind": [kind],
            "level": [level],
            "number": number,
            "subsidy": ["无"],
        }
    ).astype({"day": others["day"].dtype, "until": others["until"].dtype})
    told.year.certificates = pd.concat([others, added], ignore_index=True)
