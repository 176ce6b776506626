"""The Celery application: JSON only, late acknowledgement, one task at a time (settings CELERY_*)."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "povertycase.settings")

app = Celery("povertycase")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
