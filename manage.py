#!/usr/bin/env python
"""Command line of the system: ``python manage.py demo`` starts everything, ``help`` lists the rest."""

import os
import sys

from django.core.management import execute_from_command_line
from django.db import ProgrammingError
from psycopg2.errors import UndefinedTable

from fangpin import embedded

OWNERS = frozenset({"demo"})  # need the data directory for themselves
NO_DATABASE = frozenset({"collectstatic", "help", "version", "--help", "-h", "--version"})
PLACEHOLDERS = {
    "DATABASE_URL": "postgresql://none/none",
    "REDIS_URL": "redis://none",
}  # settings want to read something


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "fangpin.settings")
    command = sys.argv[1] if len(sys.argv) > 1 else "help"
    if NO_DATABASE & {command, *sys.argv[2:]}:
        for name, url in PLACEHOLDERS.items():
            os.environ.setdefault(name, url)
    else:
        embedded.ensure(alone=command in OWNERS)
    try:
        execute_from_command_line(sys.argv)
    except ProgrammingError as error:
        if not isinstance(error.__cause__, UndefinedTable):
            raise
        sys.exit("数据库还没有建表：请先运行 python manage.py migrate")


if __name__ == "__main__":
    main()
