"""The Celery application: JSON only, late acknowledgement, one task at a time (settings CELERY_*)."""

import os
import time
from typing import Any

from celery import Celery, bootsteps

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "povertycase.settings")

app = Celery("povertycase")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()

# Read by /readyz and by the launcher (povertycase/launch/run.py), which restarts a worker that fell silent.
HEARTBEAT_KEY = "povertycase:worker"
HEARTBEAT_EVERY_SECONDS = 5.0
HEARTBEAT_LIVES_SECONDS = 30


class Heartbeat(bootsteps.StartStopStep):
    """A worker tells the broker that it hears it, from its own event loop: long jobs do not hold it up."""

    requires = {"celery.worker.consumer.tasks:Tasks"}

    def __init__(self, consumer: Any, **options: Any) -> None:
        super().__init__(consumer, **options)
        self.timer: Any = None

    def start(self, consumer: Any) -> None:
        self.timer = consumer.timer.call_repeatedly(HEARTBEAT_EVERY_SECONDS, self.beat, (consumer,))
        self.beat(consumer)

    def stop(self, consumer: Any) -> None:
        if self.timer:
            self.timer.cancel()

    def beat(self, consumer: Any) -> None:
        with consumer.app.connection_for_write() as line:
            line.default_channel.client.set(HEARTBEAT_KEY, str(int(time.time())), ex=HEARTBEAT_LIVES_SECONDS)


app.steps["consumer"].add(Heartbeat)
