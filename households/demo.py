"""The register's scene of the demo: the invented county's export of the national system comes in."""

from fangpin.demo.script import Scene, Stage, contribute_scene
from households import register
from households.models import Household, Income


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
    stage.say(f"  {upload.counts['rows']:,} 人入库，不能入库 {upload.counts['refused']:,} 行")
    stage.say(f"  {Income.objects.current().count():,} 户的上年收支随名册入库")


contribute_scene(Scene(10, "导入农户名册", play, needs=("register",)))
