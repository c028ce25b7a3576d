"""How the run of a month is called in the queue (fangpin.runs), for the run itself and for whoever waits for its end."""

from datetime import date

from fangpin.divisions.models import Division
from fangpin.periods import month_text

MONTH = "month.run"


def month_key(county: Division, period: date) -> str:
    return f"{county.code}:{month_text(period)}"
