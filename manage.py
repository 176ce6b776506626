#!/usr/bin/env python3
"""Commands of the office: `.venv/bin/python manage.py COMMAND --help`. They run beside `make run` or alone."""

import os
import sys

from povertycase.launch import alone
from povertycase.launch.words import Refusal


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "povertycase.settings")
    try:
        with alone.database(sys.argv):
            # Only now: Django reads its settings, and with them DATABASE_URL, on import.
            from django.core.management import execute_from_command_line

            from povertycase.management import words

            words.install()
            execute_from_command_line(sys.argv)
    except Refusal as reason:
        sys.exit(str(reason))


if __name__ == "__main__":
    main()
