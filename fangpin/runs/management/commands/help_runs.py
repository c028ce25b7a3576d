"""manage.py help_runs: does the runs whose ids come on standard input, one a line, until it ends (started by fangpin.runs.helping)."""

import os
import sys

from celery import current_app
from django.core.management.base import BaseCommand

from fangpin.runs.models import Run
from fangpin.runs.queue import perform, working_here


class Command(BaseCommand):
    help = "Do runs for another command; not to be called by hand."
    requires_system_checks = ()

    def handle(self, **options):
        current_app.loader.import_default_modules()
        command = os.getppid()
        with working_here():
            for line in sys.stdin:
                if os.getppid() != command:  # it was killed: what it asked for stays in the queue
                    break
                perform(Run.objects.get(pk=int(line)))
