"""The pages of docs/ that are written by the code say what it says today."""

from pathlib import Path

from django.conf import settings
from django.core.management import call_command


def test_the_pages_of_standards_and_findings_are_up_to_date(tmp_path, capsys):
    call_command("write_docs", "--out", str(tmp_path))
    capsys.readouterr()
    kept = Path(settings.BASE_DIR) / "docs"
    written = sorted(page.relative_to(tmp_path) for page in tmp_path.rglob("*.md"))
    assert len(written) > 3
    for page in written:
        assert (tmp_path / page).read_text() == (kept / page).read_text(), f"{page}: run make docs"
