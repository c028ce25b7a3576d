"""Screening's scene of the demo: three months of departments' files come in through the verbs, each month is run, two have a round."""

from datetime import date
from pathlib import Path

from fangpin.accounts.models import User
from fangpin.demo.script import Scene, Stage, contribute_scene
from fangpin.periods import month_label, month_text
from fangpin.transitions import NotAllowed
from screening import month
from screening.extracts.formats import FORMATS
from screening.extracts.intake import check_run, confirm_extract, upload_extract
from screening.extracts.naming import list_code_of
from screening.models import Extract
from screening.rounds.playing import play_round

MONTHS = (date(2021, 5, 1), date(2021, 6, 1), date(2021, 7, 1))
PENDING = "2021-08 pending"


def play(stage: Stage) -> None:
    for period in MONTHS:
        _play_month(stage, period)
        play_round(stage, period)
    pending = stage.books.wait(PENDING)
    stage.look_at += [
        f"医保局（mi）：在“部门数据”上传 {pending} 里的 MI-1 表格，看校验结果，下载标注表格，确认入库",
        "县办（county）：在“月度运行”打开 2021年7月，看各部门报送和运行结果；打开一条线索看它的来历",
        "县办（county）：在“疑似匹配”判定拿不准的行",
        "村级（village）：只看得到自己村的农户和线索",
        "系统管理员（admin）：账号、岗位和操作留痕；看不到任何农户",
    ]


def _play_month(stage: Stage, period: date) -> None:
    folder = stage.books.wait(month_text(period))
    extracts = [_send(stage, path, period) for path in _todo(folder, period)]
    stage.finish([check_run(extract) for extract in extracts], f"{month_label(period)}逐份校验")
    for extract in extracts:
        extract.refresh_from_db()
        try:
            confirm_extract(extract, by=_clerk(stage, extract.list_code))
        except NotAllowed as refusal:
            stage.say(f"  {extract.filename}：{refusal}")
    if Extract.objects.confirmed().filter(period=period, matched_at=None).exists():
        run = month.run_month(county=stage.county, period=period, by=stage.actors["county"])
        stage.finish([run], f"{month_label(period)}运行")
        run.refresh_from_db()
        stage.say(f"  {month_label(period)}：{run.counts['rows']:,} 行，线索 {run.counts['open_clues']:,} 条")


def _todo(folder: Path, period: date) -> list[Path]:
    """The month's files whose list has nothing confirmed yet, so that a broken-off demo goes on where it stopped."""
    here = set(Extract.objects.confirmed().filter(period=period).values_list("list_code", flat=True))
    return [path for path in sorted(folder.iterdir()) if list_code_of(path.name) not in here]


def _send(stage: Stage, path: Path, period: date) -> Extract:
    """Uploaded by the department's clerk; a file that a broken-off demo had uploaded is taken as it is."""
    code = list_code_of(path.name)
    waiting = Extract.objects.filter(list_code=code, period=period, state__in=("uploaded", "checked")).first()
    if waiting:
        return waiting
    with open(path, "rb") as file:
        return upload_extract(
            county=stage.county, list_code=code, period=period, file=file, filename=path.name, by=_clerk(stage, code)
        )


def _clerk(stage: Stage, code: str) -> User:
    return stage.actors[FORMATS[code].department.lower()]


NEEDS = (*(month_text(period) for period in MONTHS), PENDING)
contribute_scene(Scene(20, "三个月的部门数据和月度运行", play, needs=NEEDS))
