"""manage.py load_divisions FILE.csv"""

from pathlib import Path

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError

from fangpin.divisions.loading import load_divisions


class Command(BaseCommand):
    help = "Load counties, townships and villages from a CSV; adds and renames, deletes nothing."

    def add_arguments(self, parser):
        parser.add_argument("file", type=Path)

    def handle(self, *, file, **options):
        try:
            added, renamed = load_divisions(file)
        except (OSError, UnicodeDecodeError) as error:
            raise CommandError(f"读不了区划文件 {file}：{error}") from error
        except ValidationError as error:
            raise CommandError("；".join(error.messages)) from error
        self.stdout.write(f"行政区划：新增 {added} 个，更名 {renamed} 个")
