"""Celery tasks: fetch by id, call the verb. Messages carry a run's id and nothing else."""

from celery import shared_task

from fangpin.divisions.models import Division, Level
from fangpin.runs.lease import working
from households import register
from households.models import RegisterImport
from households.quality import checking


@shared_task(name="households.check_register")
def check_register(run_id):
    with working(run_id) as work:
        if work:
            register.check_register(RegisterImport.objects.get(pk=work.run.key), work=work)


@shared_task(name="households.apply_register")
def apply_register(run_id):
    with working(run_id) as work:
        if work:
            register_import = RegisterImport.objects.get(pk=work.run.key)
            register.apply_import(register_import, by=work.run.created_by, work=work)


@shared_task(name="households.undo_register")
def undo_register(run_id):
    with working(run_id) as work:
        if work:
            register_import = RegisterImport.objects.get(pk=work.run.key)
            register.undo_import(register_import, by=work.run.created_by, work=work)


@shared_task(name="households.check_quality")
def check_quality(run_id):
    with working(run_id) as work:
        if work:
            checking.perform_check(work)


@shared_task(name="households.check_part")
def check_part(run_id):
    with working(run_id) as work:
        if work:
            checking.perform_part(work)


@shared_task(name="households.nightly_quality")
def nightly_quality():
    """Every county's register, each night: ages pass limits and departments' lists arrive without anybody touching a household."""
    for code in Division.objects.filter(level=Level.COUNTY).values_list("code", flat=True):
        checking.check_run(code)
