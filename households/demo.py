"""The register's scene of the demo: the invented county's export of the national system comes in."""

from fangpin.demo.script import Scene, Stage, contribute_scene
from households import register
from households.models import Household


def play(stage: Stage) -> None:
    path = stage.books.wait("register")
    if Household.objects.exists():
        return
    officer = stage.actors["county"]
    with open(path, "rb") as file:
        upload = register.upload_register(county=stage.county, file=file, filename=path.name, by=officer)
    stage.finish([register.check_run(upload)], "核对名册")
    upload.refresh_from_db()
    stage.finish([register.confirm_register(upload, by=officer)], "名册入库")
    checked = register.quality_run(upload, by=officer)
    stage.finish([checked], "检查名册数据")
    checked.refresh_from_db()
    stage.say(f"  {upload.counts['rows']:,} 人入库，不能入库 {upload.counts['refused']:,} 行")
    stage.say(f"  数据检查：必须整改 {checked.counts['errors']:,}，整改或说明 {checked.counts['warnings']:,}")


contribute_scene(Scene(10, "导入农户名册", play, needs=("register",)))
