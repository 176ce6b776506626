"""A bench run by itself from the command line: servers of its own, thrown away afterwards."""

import json
import os
import re
import sys
from collections.abc import Callable, Iterable
from importlib.metadata import packages_distributions
from pathlib import Path
from typing import Any

from tests import servers

PINNED = Path(__file__).resolve().parent.parent.parent / "requirements.txt"


def run(measure: Callable[[], Iterable[dict[str, Any]]], *, households: int = 0) -> None:
    """Print the rows that `measure` gives of an empty register as safe as an office's, or of a made-up population."""
    if not households:
        servers.CARELESS = ("-c", "shared_buffers=256MB")
    servers.start()
    ready()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    from povertycase.actions import divisions
    from tests.scale import population
    from tests.scale.import_book import CSV

    if households:
        population.fill(households)
    else:
        divisions.load(rows=divisions.read(CSV), source="bench", by=None)
    for row in measure():
        print(json.dumps(row, ensure_ascii=False))


def as_in_an_office() -> None:
    """Hide what is installed for tests and checks only: some libraries load what they find (requests, pygments)."""
    pinned = set(re.findall(r"^([a-z0-9][a-z0-9-]*)==", PINNED.read_text(encoding="utf-8"), re.M))
    for module, owners in packages_distributions().items():
        names = {re.sub(r"[-_.]+", "-", owner).lower() for owner in owners}
        if not names & pinned and module not in sys.modules:
            sys.modules[module] = None  # type: ignore[assignment]  # an import of it says that there is none


def ready() -> None:
    """Django set up for the servers that the environment names."""
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "povertycase.settings")
    django.setup()
