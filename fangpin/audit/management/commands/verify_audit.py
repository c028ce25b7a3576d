"""manage.py verify_audit"""

from django.core.management.base import BaseCommand, CommandError

from fangpin.audit.models import Seal
from fangpin.audit.trail import broken_seal, seal_trail


class Command(BaseCommand):
    help = "Seal what is new, then check every seal of the audit trail."

    def handle(self, **options):
        seal_trail()
        broken = broken_seal()
        if broken:
            raise CommandError(f"留痕被改动：封签 {broken.pk}（{broken.at:%Y-%m-%d %H:%M}）与其记录不符")
        self.stdout.write(f"留痕完整：{Seal.objects.count()} 个封签全部相符")
