"""manage.py demo: the county's monthly job on a fresh machine, then the running system to look at."""

import os
import shutil
import signal
import time
from pathlib import Path

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import connection

from fangpin.demo import actors
from fangpin.demo.script import Stage, play, scenes
from fangpin.demo.supervise import Crew, PortTaken
from fangpin.demo.writing import Writer
from fangpin.divisions.loading import load_divisions
from fangpin.divisions.models import Division, Level
from fangpin.transitions import NotAllowed

DIVISIONS = Path("fangpin") / "divisions" / "data" / "yangshuo.csv"


class Command(BaseCommand):
    help = "Start everything, make an invented county, run three months, and serve it on 127.0.0.1."

    def add_arguments(self, parser):
        parser.add_argument("--port", type=int, default=8000)
        parser.add_argument("--persons", type=int, default=30_000)
        parser.add_argument("--no-serve", action="store_true", help="end after the months have run")
        parser.add_argument("--reset", action="store_true", help="throw the demo's data away and begin anew")

    def handle(self, *, port, persons, no_serve, reset, **options):
        started = time.monotonic()
        if not 1_000 <= persons <= 1_000_000:
            raise CommandError("演示县的人数应在 1000 到 1000000 之间：例如 --persons 30000")
        os.environ["FANGPIN_DEMO"] = "1"
        signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell starts background jobs deaf to Ctrl-C
        directory = settings.VAR_DIR / "demo"
        place = self._prepare(directory, reset)
        crew = Crew(port, settings.VAR_DIR / "log")
        try:
            crew.start_work()
            cast, stage = self._play(crew, place, directory, persons)
            if no_serve:
                self._say(f"完成，用时 {time.monotonic() - started:.0f} 秒；演示文件在 {directory}")
                return
            crew.start_web()
            self._show(port, cast, stage, time.monotonic() - started)
            crew.watch()
        except NotAllowed as refusal:
            raise CommandError(f"演示没有走完：{refusal}（加 --reset 可以重新开始）") from refusal
        except (PortTaken, RuntimeError) as failure:
            raise CommandError(str(failure)) from failure
        except KeyboardInterrupt:
            self._say("\n正在停止…")
        finally:
            crew.stop()

    def _say(self, text):
        self.stdout.write(text)
        self.stdout.flush()

    def _prepare(self, directory, reset) -> Division:
        if reset:
            with connection.cursor() as cursor:
                cursor.execute("DROP SCHEMA public CASCADE; CREATE SCHEMA public")
            shutil.rmtree(directory, ignore_errors=True)
            shutil.rmtree(settings.UPLOAD_DIR, ignore_errors=True)
        self._say("准备数据库")
        call_command("migrate", verbosity=0)
        load_divisions(settings.BASE_DIR / DIVISIONS)
        return Division.objects.get(level=Level.COUNTY)

    def _play(self, crew, place, directory, persons):
        self._say(f"编造一个约 {persons:,} 人的县（人名、证件号均为虚构），部门表格写在 {directory}")
        rows = Division.objects.under(place.code).values_list("code", "name", "level", "parent_id")
        divisions = [(code, name, level, parent or "") for code, name, level, parent in rows]
        wanted = [what for scene in scenes() for what in scene.needs]
        with Writer(directory, persons, divisions, wanted) as books:
            cast = actors.engage(place)
            stage = Stage(place, books, crew, {name: user for name, (user, _) in cast.items()})
            play(stage)
            for code, number, text in books.stories():
                where = f"（户编号 {number}）" if number else ""
                stage.look_at.append(f"故事 {code}{where}：{text}")
        connection.close()
        return cast, stage

    def _show(self, port, cast, stage, seconds):
        self._say(
            f"\n用时 {seconds:.0f} 秒。打开 http://127.0.0.1:{port}/ ，用下面任一账号登录（密码每次启动重新生成）：\n"
        )
        for username, (user, password) in cast.items():
            self._say(f"  {username:<9} {password}   {user.name}，{actors.posting_line(user)}")
        self._say("\n可以这样看：")
        for number, line in enumerate(stage.look_at, start=1):
            self._say(f"  {number}. {line}")
        self._say("\n按 Ctrl-C 停止全部服务。")
