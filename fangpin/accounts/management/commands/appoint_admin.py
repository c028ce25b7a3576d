"""manage.py appoint_admin USERNAME NAME"""

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from fangpin.accounts.postings import create_account, open_posting
from fangpin.accounts.roles import Role
from fangpin.divisions.models import Division, Level
from fangpin.transitions import NotAllowed


class Command(BaseCommand):
    help = "Make the first system administrator of a new installation; prints a one-time password."

    def add_arguments(self, parser):
        parser.add_argument("username")
        parser.add_argument("name", help="姓名")

    def handle(self, *, username, name, **options):
        county = Division.objects.filter(level=Level.COUNTY).first()
        if county is None:
            raise CommandError("还没有行政区划：请先运行 manage.py load_divisions")
        try:
            with transaction.atomic():
                user, password = create_account(username=username, name=name, by=None)
                open_posting(user, role=Role.ADMIN, division=county, by=None)
        except NotAllowed as refusal:
            raise CommandError(str(refusal)) from refusal
        self.stdout.write(f"系统管理员 {user.name} 的一次性密码：{password}（首次登录须修改）")
