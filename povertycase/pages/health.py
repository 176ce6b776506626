"""Is the office alive, and is it ready: for the launcher, the proxy and people who ask why not."""

from typing import Any

import redis
from django.conf import settings
from django.db import DatabaseError, connection
from django.http import HttpRequest, JsonResponse
from django.views.decorators.http import require_safe

# Written by each worker's own heartbeat (povertycase/celery.py), gone 30 s after the last one.
WORKER_KEY = "povertycase:worker"
PATIENCE = 2.0


@require_safe
def healthz(request: HttpRequest) -> JsonResponse:
    """200 as long as this process answers; asks nobody else."""
    return JsonResponse({"alive": True})


@require_safe
def readyz(request: HttpRequest) -> JsonResponse:
    """200 when database, broker and a worker answer and the start has ended; 503 with what is missing, and the step.

    {"ready": bool, "step": text, "database": bool, "broker": bool, "worker": bool}
    """
    broker, worker = _broker_and_worker()
    found: dict[str, Any] = {"step": _step(), "database": _database(), "broker": broker, "worker": worker}
    ready = found["step"] == "ready" and all((found["database"], broker, worker))
    return JsonResponse(
        {"ready": ready, **found}, status=200 if ready else 503, json_dumps_params={"ensure_ascii": False}
    )


def _step() -> str:
    """The step of the launcher's start in words; "ready" where no launcher tells one."""
    try:
        return (settings.DATA_DIR / "run" / "step").read_text(encoding="utf-8").strip() or "ready"
    except OSError:
        return "ready"


def _database() -> bool:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
            return cursor.fetchone() == (1,)
    except DatabaseError:
        connection.close()
        return False


def _broker_and_worker() -> tuple[bool, bool]:
    line = redis.Redis.from_url(settings.REDIS_URL, socket_timeout=PATIENCE, socket_connect_timeout=PATIENCE)
    try:
        return True, line.get(WORKER_KEY) is not None
    except (redis.RedisError, OSError):
        return False, False
    finally:
        line.close()
