"""Planted objects of who is compared: a pair of two entries, a comparison with another system and a difference."""

from households.models import Difference, Duplicate, DuplicateSide, Household, Reconciliation
from povertycase.models import ImportBatch, Upload
from tests.register_cast import TODAY


def compared_objects(home: Household, village: str, mark: str) -> dict[str, int]:
    """One of each for a village; `mark` stands in the words of the canary's own."""
    return {"duplicate": _duplicate(home, village, mark), **_difference(home, village, mark)}


def _difference(home: Household, village: str, mark: str) -> dict[str, int]:
    """A comparison of the village with another system, and a difference; in the canary's village it carries the mark."""
    source = f"{mark}残联{village}"
    known = Difference.objects.filter(source=source).first()
    if known is None:
        upload = Upload.objects.create(name=f"{mark}.xlsx", stored_as=f"difference-{village}", sha256="", size=1)
        told = {"kind": "system_export", "business_date": TODAY, "division_code": village, "state": "applied"}
        batch = ImportBatch.objects.create(upload=upload, **told)
        run = Reconciliation.objects.create(batch=batch, source=source, whole=False)
        told = {
            "household": home,
            "village_code": village,
            "name": f"{mark}残",
            "field": "education",
            "theirs": "junior",
        }
        known = Difference.objects.create(
            source=source, item="p1:education", basis=b"1", reconciliation=run, kind="field", found_on=TODAY, **told
        )
    return {"difference": known.pk, "reconciliation": known.reconciliation_id}


def _duplicate(home: Household, village: str, mark: str) -> int:
    """A pair of two members of one village; in the canary's village their name carries the mark."""
    known = Duplicate.objects.filter(sides__household=home).first()
    if known:
        return known.pk
    made = Duplicate.objects.create(pair=f"n:{village}", why="number", basis=village.encode(), found_on=TODAY)
    told = {"household": home, "household_no": home.household_no, "village_code": village, "name": f"{mark}双"}
    for place in (1, 2):
        DuplicateSide.objects.create(duplicate=made, place=place, **told)
    return made.pk
