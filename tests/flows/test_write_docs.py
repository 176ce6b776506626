"""The pages of the standards in docs/ are what the rules say today."""

from pathlib import Path

from django.conf import settings
from django.core.management import call_command


def test_the_pages_of_the_standards_are_up_to_date(tmp_path, capsys):
    call_command("write_docs", "--out", str(tmp_path))
    capsys.readouterr()
    kept = Path(settings.BASE_DIR) / "docs" / "standards"
    for page in sorted(tmp_path.glob("*.md")):
        assert page.read_text() == (kept / page.name).read_text(), f"{page.name}: run make docs"
