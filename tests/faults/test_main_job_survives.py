"""Three villages from their workbooks to verdicts and bulletins, the worker and the broker killed on the way.

Nothing is lost and nothing doubled: every table of the register, every verdict and every figure is what it is when
nobody is killed.
"""

import pickle
import random
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from supervision.demo import workbooks
from supervision.demo.county import generate
from tests.faults.harness import House
from tests.faults.main_job import APP, PHASES, MainJob
from tests.servers import make_reachable

pytestmark = pytest.mark.house
VILLAGES = ("220821100200", "220821101200", "220821102200")
FILLED = ("households_income", "households_pairing", "households_cause", "assistance_visit", "assistance_measure")
# w: the worker with its processes, c: one process of it, b: the broker.
KILLS = {"读取": "ccbwc", "写入": "cwbcccc", "预审": "ccbwcbc", "通报": "cwcbcc"}


@pytest.fixture(scope="module")
def material(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Workbooks of three townships, the county behind them, and keys."""
    folder = tmp_path_factory.mktemp("material")
    make_reachable(folder)
    county = generate("220821", 1)
    county.households = [home for home in county.households if home.village in VILLAGES]
    workbooks.write_all(county, folder / "workbooks", processes=1)
    (folder / "county.pickle").write_bytes(pickle.dumps(county))
    return folder


@pytest.fixture(scope="module")
def undisturbed(material: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[MainJob]:
    """The main job when nobody is killed; its house stays for comparison."""
    with House(tmp_path_factory.mktemp("calm"), app=APP) as house:
        job = MainJob(house, material)
        job.prepare()
        for phase in PHASES:
            job.ask(phase)
            house.wait_until_all_jobs_end()
        house.children["worker"].kill()
        yield job


@pytest.mark.parametrize("seed", [20181130, *(pytest.param(seed, marks=pytest.mark.slow) for seed in range(1, 6))])
def test_twenty_killed_workers_and_five_killed_brokers_change_no_row_no_verdict_and_no_figure(
    undisturbed: MainJob, material: Path, tmp_path: Path, seed: int
) -> None:
    dice, met_work = random.Random(seed), 0
    with House(tmp_path, app=APP) as house:
        job = MainJob(house, material, like=undisturbed)
        job.prepare()
        for phase in PHASES:
            job.ask(phase)
            for who in KILLS[phase]:
                met_work += _kill(job, who, dice.uniform(0.0, 0.3))
            house.wait_until_all_jobs_end()
        assert house.kills == 25
        assert met_work >= 15, "the kills must meet work"
        assert house.rows("SELECT DISTINCT state, error FROM povertycase_jobrun") == [("done", "")]
        assert job.tables() == undisturbed.tables()
        assert job.results() == undisturbed.results()
        assert job.events() == undisturbed.events()
        assert "不符 0" in house.manage("verify_audit", "--seal")


def _kill(job: MainJob, who: str, after: float) -> bool:
    """Wait until somebody is at work on a job, a little longer, and kill; was there still work?"""
    house = job.house
    with suppress(AssertionError):
        house.wait(lambda: job.running() or not house.open_jobs(), 8)
    time.sleep(after)
    found = bool(house.open_jobs())
    if who == "b":
        house.kill_broker()
    elif who == "w" or not house.kill_child():
        house.kill_worker()
    return found


def test_the_job_that_was_not_disturbed_did_what_it_should(undisturbed: MainJob) -> None:
    tables, results = undisturbed.tables(), undisturbed.results()
    households = tables["households_household"][0]
    assert households > 250
    assert tables["supervision_verdict"][0] == 4 * households  # two standards, everybody in two populations of each
    assert all(rows for table, (rows, _content) in tables.items() if table in FILLED)
    assert '"met"' in results and '"unmet"' in results
