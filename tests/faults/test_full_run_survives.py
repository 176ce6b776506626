"""The full run under kill -9: what stands afterwards is what one undisturbed run would have said, each thing once."""

import pickle
import random
from pathlib import Path

import pytest

from supervision.demo import workbooks
from supervision.demo.county import generate
from tests.faults.harness import House
from tests.faults.main_job import APP, LIFE, MainJob
from tests.faults.test_main_job_survives import _kill
from tests.servers import make_reachable

pytestmark = pytest.mark.house
VILLAGES = ("220821100200", "220821101200", "220821102200")
KILLS = "ccwcbcw"  # c: a process of the worker, w: the worker with its processes, b: the broker
RUNS = 12  # of the same day, side by side: more than an office ever asks for, so that every kill meets work
RUN = """
from povertycase import jobs
for number in range({runs}):
    jobs.enqueue("rules.run", key=f"fault {{number}}", params={{"day": "2018-11-30"}}, by=None)
"""


@pytest.fixture(scope="module")
def material(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Workbooks of three villages and the county behind them."""
    folder = tmp_path_factory.mktemp("material")
    make_reachable(folder)
    county = generate("220821", 1)
    county.households = [home for home in county.households if home.village in VILLAGES]
    workbooks.write_all(county, folder / "workbooks", processes=1)
    (folder / "county.pickle").write_bytes(pickle.dumps(county))
    return folder


@pytest.mark.parametrize("seed", [20181130, *(pytest.param(seed, marks=pytest.mark.slow) for seed in range(1, 4))])
def test_full_runs_killed_seven_times_store_each_verdict_once_and_the_next_finds_nothing_to_change(
    material: Path, tmp_path: Path, seed: int
) -> None:
    dice, met_work = random.Random(seed), 0
    with House(tmp_path, app=APP) as house:
        job = MainJob(house, material)
        job.prepare()
        for phase in ("读取", "写入"):
            job.ask(phase)
            house.wait_until_all_jobs_end()
        house.python(LIFE.format(pickle=str(material / "county.pickle")))
        house.python(RUN.format(runs=RUNS))
        for who in KILLS:
            met_work += _kill(job, who, dice.uniform(0.0, 0.2))
        house.wait_until_all_jobs_end(180)
        assert house.kills == len(KILLS)
        assert met_work >= 4, "the kills must meet work"
        before = _kept(house)
        households = house.rows("SELECT count(*) FROM households_household")[0][0]
        assert before["verdicts"][0] == households > 50, "one verdict a household, and no history yet"
        assert before["hits"][0], "suspicions were found"

        house.python(RUN.format(runs=1))
        house.wait_until_all_jobs_end()
        assert _kept(house) == before
        runs = house.rows("SELECT state, result FROM povertycase_jobrun WHERE kind = 'rules.run' ORDER BY id")
        assert {state for state, _result in runs} == {"done"} and len(runs) == RUNS + 1
        assert sum(result["verdicts_changed"] for _state, result in runs) == households
        assert sum(result["shortfalls_opened"] for _state, result in runs) == before["shortfalls"][0]
        assert (runs[-1][1]["verdicts_changed"], runs[-1][1]["shortfalls_opened"]) == (0, 0)


def _kept(house: House) -> dict[str, tuple[int, str]]:
    """Number and content of what stands, without moments."""
    of = {
        "verdicts": "SELECT household_id, standard_code, as_of, outcome, met, unmet, values, current"
        " FROM supervision_standingverdict",
        "shortfalls": "SELECT household_id, standard_code, criterion, unknown, state, opened_on FROM supervision_shortfall",
        "hits": "SELECT household_id, rule_code, values, facts_key, gone_on FROM supervision_checkhit",
    }
    return {
        name: house.rows(f"SELECT count(*), md5(string_agg(r::text, chr(10) ORDER BY r::text)) FROM ({sql}) r")[0]
        for name, sql in of.items()
    }
