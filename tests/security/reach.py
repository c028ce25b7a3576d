"""One actor goes through the whole matrix: nothing foreign is read, nothing at all is changed that may not be."""

from django.db import connection

from tests.security.actors import LIKE_ANOTHER
from tests.security.matrix import FORMATS, Report, ask_all
from tests.security.world import World

HARMLESS = {"django_session", "axes_accesslog", "audit_entry"}


def keeps_to_the_own(world: World, actor: str, total: Report) -> None:
    """Asserts it, and adds what was asked to ``total``."""
    before = digests()
    report = ask_all(world, actors=[actor], formats=["html"] if actor in LIKE_ANOTHER else FORMATS)
    total.attempts += report.attempts
    total.denied_writes += report.denied_writes
    total.findings += report.findings
    assert not report.findings, "\n".join(report.findings[:60])
    assert digests() == before


def digests() -> dict[str, tuple]:
    """Rows and newest transaction of every table but those in which coming, going and looking are noted."""
    tables = set(connection.introspection.table_names()) - HARMLESS
    with connection.cursor() as cursor:
        found = {}
        for table in sorted(tables):
            cursor.execute(f'SELECT count(*), max(xmin::text::bigint), min(xmin::text::bigint) FROM "{table}"')  # noqa: S608
            found[table] = cursor.fetchone()
    return found
