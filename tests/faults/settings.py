"""Settings of a house that is killed: everything as in the product, only the sweeper is less patient."""

from povertycase.settings import *  # noqa: F403

JOB_ORPHAN_SECONDS = 1
JOB_UNSENT_SECONDS = 2
CELERY_BEAT_SCHEDULE = {
    "sweep": {"task": "povertycase.tasks.sweep", "schedule": 1.0, "options": {"expires": 2}},
    "seal": {"task": "povertycase.tasks.seal", "schedule": 2.0, "options": {"expires": 4}},
}
