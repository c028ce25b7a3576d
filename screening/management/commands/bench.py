"""manage.py bench month [--persons N] [--rows N] [--pairs N] [--scale [N …]] · bench pages [--persons N …] [--times N]"""

from django.core.management.base import BaseCommand, CommandError

from screening.bench import month, pages

SUBJECTS = {"month": month, "pages": pages}


class Command(BaseCommand):
    help = "Measure: the monthly run beside what its files cost anyway; server time and queries of pages. Works on servers and data of its own."

    def add_arguments(self, parser):
        subjects = parser.add_subparsers(dest="subject", required=True)
        for name, module in SUBJECTS.items():
            module.add_arguments(subjects.add_parser(name))

    def handle(self, *, subject, **options):
        try:
            SUBJECTS[subject].run(self._say, **options)
        except RuntimeError as failure:
            raise CommandError(str(failure)) from failure

    def _say(self, line: str) -> None:
        self.stdout.write(line)
        self.stdout.flush()
