"""Names in pinyin order, as a register keeps them."""

import pytest

from households.actions.names import initials, sort_key


@pytest.mark.parametrize(
    ("name", "key", "letters"),
    [
        ("单小明", "shan xiao ming", "sxm"),
        ("曾守田", "zeng shou tian", "zst"),
        ("仇德福", "qiu de fu", "qdf"),
        ("查良", "zha liang", "zl"),
        ("盖叫天", "ge jiao tian", "gjt"),
        ("解放", "xie fang", "xf"),
        ("任长霞", "ren chang xia", "rcx"),
        ("区寿年", "ou shou nian", "osn"),
        ("尉迟恭", "yu chi gong", "ycg"),
        ("欧阳修", "ou yang xiu", "oyx"),
        ("单于夫罗", "chan yu fu luo", "cyfl"),
        ("王曾", "wang ceng", "wc"),
        ("买买提·艾力", "mai mai ti ai li", "mmtal"),
        ("", "", ""),
    ],
)
def test_a_surname_is_read_as_a_surname(name, key, letters):
    assert (sort_key(name), initials(name)) == (key, letters)


def test_a_very_long_name_fits_its_columns():
    assert len(sort_key("穆" * 50)) <= 80 and len(initials("穆" * 60)) == 50
