"""WSGI entry point (gunicorn)."""

import os

from django.core.wsgi import get_wsgi_application

from fangpin import embedded

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "fangpin.settings")
embedded.ensure()
application = get_wsgi_application()
