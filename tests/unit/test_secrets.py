"""Sealed numbers: never the same twice, found by their blind index, refused when changed or moved."""

import stat
import time

import pytest

from povertycase import secrets
from povertycase.secrets import keys, seals

ID = "450300195807021017"


@pytest.fixture(autouse=True)
def own_keys(settings, tmp_path):
    settings.KEYS_DIR = tmp_path / "keys"
    return settings.KEYS_DIR


def test_a_sealed_number_opens_again_and_shows_nothing():
    sealed, index = secrets.seal("id", ID)
    assert secrets.open("id", sealed, index) == ID
    assert ID.encode() not in sealed
    assert len(index) == 32


def test_the_same_number_seals_differently_and_indexes_alike():
    (first, one), (second, two) = secrets.seal("phone", "138 1234 5678"), secrets.seal("phone", "13812345678")
    assert first != second
    assert one == two == secrets.blind("phone", "138-1234-5678")


def test_a_disability_certificate_meets_its_id():
    assert secrets.blind("id", ID + "43") == secrets.blind("id", ID)
    assert secrets.blind("id", "53090019580702101x") == secrets.blind("id", "53090019580702101X")


def test_equal_digits_of_another_kind_do_not_meet():
    assert secrets.blind("phone", "6228480000000000018") != secrets.blind("bank", "6228480000000000018")


@pytest.mark.parametrize("place", [0, 3, 8, 25, -1])
def test_one_changed_byte_is_noticed(place):
    sealed, index = secrets.seal("id", ID)
    changed = bytearray(sealed)
    changed[place] ^= 1
    with pytest.raises(secrets.SecretError):
        secrets.open("id", bytes(changed), index)


def test_a_number_moved_to_another_row_or_kind_does_not_open():
    sealed, index = secrets.seal("id", ID)
    other = secrets.blind("id", "53090019580702101X")
    for kind, beside in (("id", other), ("phone", index)):
        with pytest.raises(secrets.SecretError, match="无法打开"):
            secrets.open(kind, sealed, beside)


def test_the_keys_are_made_once_and_only_their_owner_reads_them(own_keys):
    secrets.seal("id", ID)
    files = sorted(own_keys.iterdir())
    assert len(files) == 2
    assert all(stat.S_IMODE(file.stat().st_mode) == 0o600 for file in files)
    secrets.seal("id", ID)
    assert sorted(own_keys.iterdir()) == files


def test_a_missing_key_is_named(own_keys):
    sealed, index = secrets.seal("id", ID)
    for file in own_keys.glob("data-*.key"):
        file.unlink()
    with pytest.raises(secrets.SecretError, match=seals.key_of(sealed).hex()):
        secrets.open("id", sealed, index)


def test_after_a_new_key_old_numbers_still_open():
    old, index = secrets.seal("id", ID)
    fresh = keys.add()
    new, again = secrets.seal("id", ID)
    assert index == again
    assert seals.key_of(new) == fresh != seals.key_of(old)
    assert secrets.open_many("id", [(old, index), (None, None), (memoryview(new), memoryview(index))]) == [ID, None, ID]


def test_files_and_raw_rows_are_sealed_for_one_purpose():
    sealed = secrets.seal_bytes("upload", b"workbook")
    assert secrets.open_bytes("upload", sealed) == b"workbook"
    with pytest.raises(secrets.SecretError):
        secrets.open_bytes("row", sealed)
    with pytest.raises(secrets.SecretError, match="不是本系统"):
        secrets.open_bytes("upload", b"PK\x03\x04 not sealed at all")


def test_a_hundred_thousand_numbers_are_sealed_in_about_a_second():
    numbers = [f"4503001958{n:08d}" for n in range(100_000)]
    start = time.perf_counter()
    sealed = secrets.seal_many("id", numbers)
    assert time.perf_counter() - start < 3, "measured alone: 0.5 s"
    assert secrets.open("id", *sealed[99_999]) == numbers[99_999]
