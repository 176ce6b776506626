"""The Celery application of the main job's house: the product's own, with small chunks so that a kill meets many."""

import django

django.setup()

from households.actions import register_apply  # noqa: E402 - models first
from povertycase.celery import app  # noqa: E402
from povertycase.rules import sheet  # noqa: E402

register_apply.CHUNK_HOUSEHOLDS = 20
sheet.chunks.__defaults__ = (30,)

__all__ = ["app"]
