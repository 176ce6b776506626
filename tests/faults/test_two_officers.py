"""Two officers send the same rows at the same moment, each written by a process of its own: entered once, nothing lost."""

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.faults.harness import House
from tests.faults.main_job import APP, CONFIRM, PLACES, TAKE_IN
from tests.register_books import book, household, member

pytestmark = pytest.mark.house
HOMES = 60
WRITE = """
from povertycase import jobs
from povertycase.models import ImportBatch
job = jobs.run_to_end(ImportBatch.objects.get(pk={batch}).job)
print(job.state, job.error)
"""
TWICE = """
SELECT (SELECT count(*) FROM households_household), (SELECT count(*) FROM households_person),
       (SELECT count(*) FROM households_membership WHERE superseded_at IS NULL),
       (SELECT count(*) FROM households_householdcard),
       (SELECT count(*) FROM (SELECT household_id, true_from FROM households_householdstatus
                              WHERE superseded_at IS NULL GROUP BY 1, 2 HAVING count(*) > 1) x),
       (SELECT count(*) FROM (SELECT household_id, code FROM households_cause
                              WHERE superseded_at IS NULL AND true_to IS NULL GROUP BY 1, 2 HAVING count(*) > 1) x)
"""


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    with House(tmp_path, app=APP) as house:
        house.python(PLACES)
        yield house


def file(**cells: str) -> bytes:
    homes = [household(f"22{at:03d}", **cells) for at in range(HOMES)]
    return book(household=homes, member=[member(f"22{at:03d}", "李四", at * 2 + 1) for at in range(HOMES)])


def at_once(house: House, folder: Path, *files: bytes) -> list[tuple]:
    """Read the files, confirm them, and write them in two processes at the same moment; their counts."""
    folder.mkdir()
    folder.chmod(0o755)
    for at, data in enumerate(files):
        (folder / f"{at}.xlsx").write_bytes(data)
    house.python(TAKE_IN.format(folder=str(folder)))
    house.wait_until_all_jobs_end()
    house.children["worker"].kill()
    waiting = "SELECT id FROM povertycase_importbatch WHERE state = 'checked' ORDER BY id"
    batches = [row[0] for row in house.rows(waiting)]
    house.python(CONFIRM.replace("objects.order_by", "objects.filter(state='checked').order_by"))
    said: dict[int, str] = {}

    def write(batch: int) -> None:
        said[batch] = house.python(WRITE.format(batch=batch)).strip()

    threads = [threading.Thread(target=write, args=[batch]) for batch in batches]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(120)
    house.start_worker()
    assert set(said.values()) == {"done"}, said
    told = "SELECT counts -> 'households' FROM povertycase_importbatch WHERE id = ANY(%s) ORDER BY id"
    return [row[0] for row in house.rows(told, batches)]


def test_the_same_rows_at_the_same_moment_are_entered_once_and_corrected_one_after_the_other(
    house: House, tmp_path: Path
) -> None:
    first = at_once(house, tmp_path / "new", file(), file())
    assert sum(one["new"] for one in first) == sum(one["same"] for one in first) == HOMES
    assert house.rows(TWICE) == [(HOMES, HOMES, HOMES, HOMES, 0, 0)]
    second = at_once(house, tmp_path / "old", file(main_cause="因残"), file(main_cause="因学"))
    assert [one["changed"] + one["same"] for one in second] == [HOMES, HOMES]
    assert house.rows(TWICE) == [(HOMES, HOMES, HOMES, HOMES, 0, 0)]
    last = house.rows("SELECT DISTINCT code FROM households_cause WHERE superseded_at IS NULL AND true_to IS NULL")
    assert len(last) <= 2 and {code for (code,) in last} <= {"disability", "schooling"}
    assert "不符 0" in house.manage("verify_audit", "--seal")
