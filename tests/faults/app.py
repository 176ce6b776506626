"""The Celery application of a house that is killed: the product's own, with the job kinds of the tests."""

import django

django.setup()

from povertycase.celery import app  # noqa: E402 - the job kinds need the models first
from tests.faults import demo_jobs  # noqa: E402

demo_jobs.register()

__all__ = ["app"]
