"""Income rows that add up: the three households of the office's own examples."""

import pytest

from supervision.demo.incomes import net

# county-officer.md 4.4: A 镇赉 couple 61/59, B 镇赉 woman of 74, C 资源 five persons, and one that fails.
HOUSEHOLDS = {
    "couple of 61 and 59": (
        2,
        {
            "wage_public_post": 300 * 12,
            "business_planting": 6720,
            "business_other": 1500,
            "business_breeding": 900,
            "business_expense": 3800,
            "property_land_rent": 12 * 300,
            "property_dividend": 600,
            "transfer_land_subsidy": 1740,
            "transfer_producer": 800,
            "transfer_pension": 1236,
        },
        16_896,
        8_448.00,
    ),
    "woman of 74 on allowance": (
        1,
        {
            "property_land_rent": 9 * 280,
            "property_dividend": 800,
            "transfer_pension": 1236,
            "transfer_dibao": 2280,
            "transfer_land_subsidy": 783,
        },
        7_619,
        7_619.00,
    ),
    "five persons with a son in the south": (
        5,
        {
            "wage_work": 8 * 3200,
            "business_planting": 1600 + 9000,
            "business_breeding": 3600,
            "business_expense": 6150,
            "transfer_pension": 1200,
            "transfer_ecology": 375,
            "transfer_land_subsidy": 228,
        },
        35_453,
        7_090.60,
    ),
    "three with a wife on dialysis": (
        3,
        {"wage_work": 4200, "business_planting": 6300, "business_expense": 3900, "transfer_land_subsidy": 1830},
        8_430,
        2_810.00,
    ),
}


@pytest.mark.parametrize("words", HOUSEHOLDS)
def test_the_example_adds_up(words):
    members, amounts, whole, per_head = HOUSEHOLDS[words]
    assert net(amounts) == whole
    assert round(whole / members, 2) == per_head
