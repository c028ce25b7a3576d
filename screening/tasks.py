"""Celery tasks: fetch by id, call the verb. Messages carry a run's id and nothing else."""

import logging

from celery import shared_task

from fangpin.divisions.models import Division, Level
from fangpin.runs.lease import working
from fangpin.transitions import NotAllowed
from screening import month
from screening.extracts.check import perform_check
from screening.rounds import watching_list

log = logging.getLogger(__name__)


@shared_task(name="screening.check_extract")
def check_extract(run_id):
    with working(run_id) as work:
        if work:
            perform_check(work)


@shared_task(name="screening.month_run")
def month_run(run_id):
    with working(run_id) as work:
        if work:
            month.perform_month(work)


@shared_task(name="screening.month_extract")
def month_extract(run_id):
    with working(run_id) as work:
        if work:
            month.perform_extract(work)


@shared_task(name="screening.scheduled_month")
def scheduled_month():
    """The month that has just ended, for every county; quiet where there is nothing to run."""
    for county in Division.objects.filter(level=Level.COUNTY):
        try:
            month.run_month(county=county, period=month.scheduled_period(), by=None)
        except NotAllowed as refusal:
            log.warning("monthly run of %s not started: %s", county.code, refusal)


@shared_task(name="screening.watch_due")
def watch_due():
    """Checks of the watch list that fell due become tasks of their villages."""
    watching_list.send_due()
