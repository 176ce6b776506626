"""Fill bench: a bureau's list of 3,000 people by ID number, from the file to the workbook that goes back.

Whole requests of a signed-in officer, without the network: uploaded and looked up, its page shown, taken back with ten
columns in its own workbook, sealed and audited. The register around it has 18,884 households.

    python -m tests.scale.bench_fill      (servers and data of its own)
"""

import io
import random
import time
from collections.abc import Callable
from typing import Any

from tests.scale import own_house, rows

GOAL, ROWS = 10.0, 3_000
COLUMNS = (
    *("household_no", "town", "village", "group_name", "head_name", "attr", "poverty_status", "main_cause"),
    "planned_exit_year",
)


def measure(tell: Callable[[str], None] = print) -> list[dict[str, Any]]:
    """Fill a list from the register in the database of DATABASE_URL; returns the recorded row."""
    content, client = _book(_numbers()), _officer()
    began = time.monotonic()
    brought = client.post("/lists/fill/", {"file": _named(content)})
    assert brought.status_code == 302, brought.content.decode()[-2000:]
    assert client.get(brought["Location"]).status_code == 200
    found = time.monotonic() - began
    columns = [*(f"household.{key}" for key in COLUMNS), "income.net_income_per_capita"]
    back = client.post(f"{brought['Location']}workbook/", {"column": columns})
    seconds = time.monotonic() - began
    assert back.status_code == 200, back.content.decode()[-2000:]
    known = _known(back.content)
    assert known == ROWS - ROWS // 20, known
    tell(f"list of {ROWS:,}: found in {found:.1f} s, back after {seconds:.1f} s, {known:,} rows known")
    return [rows.record("fill_columns.seconds", round(seconds, 1), "s", f"≤ {GOAL:g}", seconds <= GOAL)]


def _numbers() -> list[str]:
    """ID numbers of people spread over the county, sealed into their rows here; one in twenty belongs to nobody."""
    from households.models import Person
    from povertycase import secrets
    from povertycase.secrets import identity

    dice = random.Random(2018)
    people = dice.sample(list(Person.objects.order_by("pk").values_list("pk", flat=True)), ROWS)
    bases = [f"220800{1940 + at % 70}{1 + at % 12:02d}{1 + at % 28:02d}{at % 1000:03d}" for at in range(ROWS)]
    numbers = [base + identity.check_character(base) for base in bases]
    assert len(set(numbers)) == ROWS
    known = [at for at in range(ROWS) if at % 20]
    sealed = secrets.seal_many("id", [numbers[at] for at in known])
    Person.objects.bulk_update(
        [
            Person(pk=people[at], id_number=text, id_index=index)
            for at, (text, index) in zip(known, sealed, strict=True)
        ],
        ["id_number", "id_index"],
        batch_size=1_000,
    )
    return numbers


def _book(numbers: list[str]) -> bytes:
    """The list: a title, headings, a number in each row, with spaces in every tenth as people type them."""
    import openpyxl

    book = openpyxl.Workbook()
    page = book.active
    page.append(["2018年农村妇女“两癌”免费检查人员名单"])
    page.append(["序号", "姓名", "性别", "证件号码", "检查项目", "检查日期", "备注"])
    for at, number in enumerate(numbers, start=1):
        told = f"{number[:6]} {number[6:]}" if at % 10 == 0 else number
        page.append([at, "某某", "女", told, "宫颈癌", "2018-10-20", ""])
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def _named(content: bytes) -> io.BytesIO:
    file = io.BytesIO(content)
    file.name = "名单.xlsx"
    return file


def _known(content: bytes) -> int:
    import openpyxl

    page = openpyxl.load_workbook(io.BytesIO(content), read_only=True).worksheets[0]
    return sum(row[-1] == "唯一" for row in page.iter_rows(min_row=3, values_only=True))


def _officer() -> Any:
    """A signed-in county officer, who stays: the trail names who took a list."""
    from django.test import Client

    from povertycase.models import Account, Post
    from tests.scale.population import AS_OF, COUNTY

    account = Account.objects.create(username="lists", display_name="测量", must_change_password=False)
    first = AS_OF.replace(year=2014)
    Post.objects.create(account=account, role="county_office", division_id=COUNTY.ljust(12, "0"), valid_from=first)
    client = Client()
    client.force_login(account, backend="django.contrib.auth.backends.ModelBackend")
    return client


if __name__ == "__main__":
    own_house.run(measure, households=18_884)
