"""The workbook that goes back for correction when it is long: a job makes it, and who sent the file fetches it."""

from collections.abc import Callable
from typing import Any

from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop as later

from povertycase import audit, jobs
from povertycase.actions import imports, list_files
from povertycase.exchange import returned, taken
from povertycase.models import Account, ImportBatch, JobRun, ListFile

KIND = "import.return"
_GONE = jobs.ending(later("改错表只给上传的人，而且只在文件保存期内；现在已不能制作，请重新上传。"))


def kind(url: Callable[[JobRun], str]) -> jobs.JobKind:
    """The job kind. Nobody but its author sees it: the workbook holds clear numbers."""
    steps = (jobs.Step(lambda job: [{}], _make, _("标出要改的地方")),)
    return jobs.JobKind(KIND, _("制作改错表"), steps, "", on_failed=_failed, url=url)


def start(*, batch: ImportBatch, by: Account) -> ListFile:
    """Have the workbook made. Raises ImportRefused for anybody but who sent the file, and when it is no longer kept."""
    with transaction.atomic():
        imports.refuse_others(batch, by)
        asked = {"batch": batch.pk, "language": translation.get_language()}
        file = list_files.start(kind=KIND, asked=asked, by=by)
        audit.record("import.given_back", by=by, about=str(batch.pk))
    return file


def _make(job: JobRun, params: dict[str, Any]) -> dict[str, Any]:
    file = ListFile.objects.select_related("by", "job").get(pk=job.params["file"])
    asked = taken.asked(file)
    batch = ImportBatch.objects.select_related("upload").get(pk=asked["batch"])
    if not imports.may_take_back(batch, file.by):
        raise jobs.JobError(_GONE)
    rows = sum(sheet["rows"] for sheet in batch.counts.get("sheets", {}).values())
    with translation.override(asked["language"]):
        list_files.complete(file=file, name=returned.name(batch), rows=rows, make=lambda: returned.workbook(batch))
    return {"file": file.pk}


def _failed(job: JobRun) -> None:
    list_files.give_up(file=ListFile.objects.select_related("job").get(pk=job.params["file"]))
