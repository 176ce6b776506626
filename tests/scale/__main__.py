"""`make bench [SIZE=small|medium|large]`: speed as ratios of figures measured in one run; without SIZE all three.

Every size has a database of its own on servers of its own, as safe as a real installation's; every part runs in a
process of its own. Rows of var/bench.json are rewritten one by one as they are measured; a row that was not run is
absent. exit.growth and month.growth need medium and large in the same run; the import and a dirty one are measured with small.

    python -m tests.scale [SIZE]
"""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from tests import servers
from tests.scale import rows

ROOT = Path(__file__).resolve().parent.parent.parent
SIZES = ("small", "medium", "large")
# The settings that stack.md's baselines were measured with; fsync stays on.
AS_MEASURED = ("-c", "shared_buffers=2GB", "-c", "work_mem=64MB", "-c", "max_wal_size=8GB")


def main(words: list[str]) -> int:
    """Measure the sizes asked for; 0 when every goal measured was met."""
    if unknown := [word for word in words if word not in SIZES]:
        print(f"没有“{unknown[0]}”这个规模，请用 SIZE=small、SIZE=medium 或 SIZE=large，不写则三个都测。")
        return 2
    sizes = words or list(SIZES)
    servers.CARELESS = AS_MEASURED
    servers.start()
    from tests.scale import bench_month
    from tests.scale.bench_exit import Measured, growth

    found: list[dict[str, Any]] = []
    if "small" in sizes:
        found += _part("import") + _part("dirty")
    measured, months = {}, {}
    for size in sizes:
        told = _part(size)
        measured[size] = Measured(tuple(told["runs"]), told["floor"])
        months[size] = told["month"]
        found += [rows.record(*row) for row in told["rows"]]
    if {"medium", "large"} <= measured.keys():
        for row, value, unit, goal, met in (
            growth(measured["medium"], measured["large"]),
            bench_month.growth(months["medium"], months["large"]),
        ):
            found.append(rows.record(row, value, unit, f"≤ {goal}", met))
    for row in found:
        print(
            f"{row['id']:28} {row['value']:>10} {row['unit']:8} {row['goal']:50} {'达到' if row['met'] else '未达到'}"
        )
    return 0 if all(row["met"] for row in found) else 1


def _part(name: str) -> Any:
    """One part in a process and a database of its own; what it prints last is its result."""
    database, _, _ = os.environ["DATABASE_URL"].rpartition("/")
    environment = os.environ | {"DATABASE_URL": f"{database}/bench_{name}"}
    _make_database(f"bench_{name}")
    print(f"== {name}", flush=True)
    command = [sys.executable, "-m", "tests.scale.part", name]
    done = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True)
    last = ""
    assert done.stdout is not None
    for line in done.stdout:
        last = line
        if not line.startswith(("{", "[")):
            print(line, end="", flush=True)
    if done.wait():
        raise SystemExit(f"{name}: 测量没有完成，见上面的输出。")
    return json.loads(last)


def _make_database(name: str) -> None:
    import psycopg2

    connection = psycopg2.connect(os.environ["DATABASE_URL"])
    connection.autocommit = True
    with connection.cursor() as cursor:
        cursor.execute(f'CREATE DATABASE "{name}"')
    connection.close()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
