"""Places: the five counties come in whole, twice changes nothing, a wrong file is refused in words."""

import datetime

import pytest
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command

from povertycase.actions import divisions
from povertycase.models import Division
from povertycase.models.division import short_name

FOLDER = settings.BASE_DIR / "povertycase" / "data" / "divisions"
pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("county", "chain"),
    [
        ("141126", ["山西省", "吕梁市", "石楼县"]),
        ("220821", ["吉林省", "白城市", "镇赉县"]),
        ("429004", ["湖北省", "仙桃市"]),
        ("450329", ["广西壮族自治区", "桂林市", "资源县"]),
        ("530921", ["云南省", "临沧市", "凤庆县"]),
    ],
)
def test_each_shipped_county_stands_under_its_province(county, chain):
    rows = divisions.read(FOLDER / f"{county}.csv")
    counts = divisions.load(rows=rows, source=county, by=None)
    assert counts["new"] == len(rows) + len(chain)
    place, names = Division.objects.get(code=f"{county}000000"), []
    while place is not None:
        names.insert(0, place.name)
        place = place.parent
    assert names == chain
    assert divisions.load(rows=rows, source=county, by=None) == {"new": 0, "changed": 0, "same": counts["new"]}


def test_the_county_of_the_seed_has_141_villages_in_eleven_towns():
    call_command("load_divisions", str(FOLDER / "220821.csv"), verbosity=0)
    villages = Division.objects.filter(level="village", is_virtual=False, name__endswith="委会")
    assert len({village.parent_id for village in villages}) >= 11
    assert Division.objects.get(code="220821400000").is_virtual
    assert Division.objects.get(code="220821400598").is_virtual
    assert Division.objects.get(code="220821100202").name == "南岗村子委会"


@pytest.mark.parametrize(
    ("name", "short"),
    [
        ("东胜村委会", "东胜"),
        ("官田村村民委员会", "官田"),
        ("龙泉社区居民委员会", "龙泉"),
        ("红星村委会（冯沈湾）", "红星"),
        ("南岗村子委会", "南岗"),
        (" 民康 社区", "民康"),
        ("村委会", "村委会"),
    ],
)
def test_short_names_drop_what_villages_share(name, short):
    assert short_name(name) == short


def test_a_renamed_village_is_brought_up_to_date(places):
    rows = [
        {
            "level": "village",
            "code12": "220821101200",
            "name": "新胜村委会",
            "parent_code": "220821101",
            "parent_name": "",
        }
    ]
    assert divisions.load(rows=rows, source="x", by=None) == {"new": 0, "changed": 1, "same": 0}
    assert Division.objects.get(code="220821101200").short_name == "新胜"


def test_a_merged_village_names_its_successor(places):
    old, new = places["220821101200"], places["220821101201"]
    divisions.succeed(division=old, successor=new, day=datetime.date(2019, 1, 1), by=None)
    old.refresh_from_db()
    assert (old.successor, old.valid_to) == (new, datetime.date(2018, 12, 31))
    with pytest.raises(ValidationError, match="同级"):
        divisions.succeed(division=old, successor=places["220821101000"], day=datetime.date(2019, 1, 1), by=None)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("a,b\n1,2\n", "缺少列 level"),
        ("level,code12,code,name,parent_code,parent_name\n", "没有数据行"),
        ("level,code12,code,name,parent_code,parent_name\nvillage,12,12,东胜村,220821101,\n", "第 2 行"),
        ("", "缺少列"),
    ],
)
def test_a_wrong_file_is_refused_with_file_row_and_column(tmp_path, text, words):
    path = tmp_path / "区划.csv"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(CommandError, match=words):
        call_command("load_divisions", str(path))


def test_a_gbk_file_is_read(tmp_path):
    path = tmp_path / "gbk.csv"
    path.write_bytes((FOLDER / "141126.csv").read_text(encoding="utf-8-sig").encode("gb18030"))
    assert divisions.read(path)[0]["name"] == "灵泉镇"
