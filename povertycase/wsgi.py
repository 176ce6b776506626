"""The web process as gunicorn starts it."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "povertycase.settings")

application = get_wsgi_application()
