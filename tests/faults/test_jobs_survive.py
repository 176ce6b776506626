"""Kill the worker, its processes and the broker as often as you like: every chunk of every job is done exactly once."""

import random
import time
from contextlib import suppress
from pathlib import Path

import pytest

from tests.faults.demo_jobs import TABLE
from tests.faults.harness import House

pytestmark = pytest.mark.house
JOBS, CHUNKS, SECONDS = 4, 90, 0.1


def test_twenty_killed_workers_and_five_killed_brokers_lose_nothing_and_double_nothing(tmp_path: Path) -> None:
    dice = random.Random(2018)
    with House(tmp_path) as house:
        house.rows(TABLE)
        for number in range(JOBS):
            house.enqueue("fault.write", key=f"k{number}", params={"chunks": CHUNKS, "seconds": SECONDS})
        for number in range(25):
            _let_it_work(house, dice.uniform(0.0, 0.5))
            if number % 5 == 4:
                house.kill_broker()
            elif number % 5 == 2 or not house.kill_child():
                house.kill_worker()
        assert house.kills == 25
        assert house.open_jobs(), "the kills must hit work"
        house.wait_until_all_jobs_end()
        assert house.rows("SELECT state, error FROM povertycase_jobrun") == [("done", "")] * JOBS
        twice = house.rows("SELECT job, step, n FROM fault_row GROUP BY 1, 2, 3 HAVING count(*) > 1")
        assert twice == []
        assert house.rows("SELECT count(*) FROM fault_row") == [(JOBS * CHUNKS * 2,)]
        counted = house.rows("SELECT DISTINCT (result ->> 'counted')::int FROM povertycase_jobrun")
        assert counted == [(CHUNKS * 2,)]


def _let_it_work(house: House, seconds: float) -> None:
    """Until another row was written: a kill must hit work, not only the start of a worker."""
    before = _written(house)
    with suppress(AssertionError):
        house.wait(lambda: _written(house) > before or not house.open_jobs(), 8)
    time.sleep(seconds)


def _written(house: House) -> int:
    return house.rows("SELECT count(*) FROM fault_row")[0][0]


def test_a_job_asked_for_while_the_broker_is_away_is_done_when_it_comes_back(tmp_path: Path) -> None:
    with House(tmp_path) as house:
        house.rows(TABLE)
        house.children["valkey"].kill()
        ask = "jobs.enqueue('fault.write', key='k', params={'chunks': 3, 'seconds': 0}, by=None)"
        took = house.python(
            f"import time; from povertycase import jobs; t = time.time(); {ask}; print(time.time() - t)"
        )
        assert float(took) < 3, "a web request must not wait for the broker"
        house._start(house.broker.program())
        house.wait(house.broker.answers, 20)
        house.kill_worker()
        house.wait_until_all_jobs_end()
        assert house.rows("SELECT state FROM povertycase_jobrun") == [("done",)]
