"""The frame of the demo counties 演示县框架: how many villages, households, persons, helpers, and who meets when.

One table for the five counties. What a published article says is marked "article"; what it leaves open is
ours and marked "design" (county-officer.md E-24, E-03; reference.md 1.3, 5). Nothing outside the generator
reads this module: the exit check finds its result in the workbooks alone.
"""

import datetime
from dataclasses import dataclass

# The day the population is drawn for: cohorts have their sizes on this day.
AS_OF = datetime.date(2018, 11, 30)
MONTH_BEFORE = datetime.date(2018, 10, 31)
PERIOD_START = datetime.date(2017, 10, 1)
PERIOD_END = datetime.date(2018, 9, 30)
PLAN_YEAR = 2018
INCOME_LINE = 3535  # reference.md 4.4, unverified; the generator aims at either side of it

INCOME, HOUSING, WATER, MEDICAL, EDUCATION = "income", "housing", "water", "medical", "education"


@dataclass(frozen=True)
class Block:
    """A part of the register: households and their members on AS_OF."""

    households: int
    members: int


@dataclass(frozen=True)
class Frame:
    """Totals of one county that every seed reproduces."""

    code: str
    poor_villages: int
    exited: tuple[tuple[int, Block], ...]  # by exit year
    meeting: Block  # planned for PLAN_YEAR and meeting on AS_OF
    staying: Block  # planned, not meeting
    unplanned: Block
    cadres: int
    units: int
    first_secretaries: int
    team_members: int
    denominator: int  # 农业户籍人口 of the incidences
    incidences: tuple[tuple[int, str], ...]
    document: str
    renovated: int  # 危改 households
    profile: str
    october_unknown: int  # of the planned, on MONTH_BEFORE
    october_unmet: int
    design: tuple[str, ...] = ()

    @property
    def planned(self) -> int:
        return self.meeting.households + self.staying.households

    @property
    def blocks(self) -> tuple[Block, ...]:
        return (*(block for _, block in self.exited), self.meeting, self.staying, self.unplanned)

    @property
    def households(self) -> int:
        return sum(block.households for block in self.blocks)

    @property
    def members(self) -> int:
        return sum(block.members for block in self.blocks)


# Marks of 100 unmet planned households in October; 111-114 in all, one household may have several (4.5).
UNMET_MARKS = ((INCOME, 48), (HOUSING, 38), (WATER, 17), (MEDICAL, 7), (EDUCATION, 1.5))
# Marks of 100 households whose papers are not complete in October.
UNKNOWN_MARKS = ((INCOME, 56), (HOUSING, 31), (WATER, 18))
# Of 100 exited households: 有短板 and 待核实 in the look-back 回头看 (design).
EXITED_UNMET = 0.6
EXITED_UNKNOWN = 1.1

COUNTIES: dict[str, Frame] = {
    frame.code: frame
    for frame in (
        Frame(
            code="220821",  # 镇赉县
            poor_villages=82,  # article
            exited=((2016, Block(5986, 11560)), (2017, Block(6541, 12540))),  # design, sums to the article (E-24)
            meeting=Block(6300, 11872),
            staying=Block(18, 33),
            unplanned=Block(39, 71),
            cadres=8935,  # article
            units=189,  # article
            first_secretaries=115,  # article
            team_members=302,  # article
            denominator=172612,  # design: 36,076 persons are 20.90 %
            incidences=((2015, "20.90"), (2016, "14.20"), (2017, "6.94")),  # 20.9 article, the others follow
            document="镇脱贫组字〔%d〕%d号（演示）",
            renovated=12064,  # article: 1.2万余户
            profile="northeast",
            october_unknown=594,
            october_unmet=234,
            design=("exited", "meeting", "denominator", "october"),
        ),
        Frame(
            code="141126",  # 石楼县: the article gives no figures
            poor_villages=54,
            exited=((2016, Block(1480, 4310)), (2017, Block(1960, 5690))),
            meeting=Block(1706, 4952),
            staying=Block(14, 38),
            unplanned=Block(240, 670),
            cadres=2610,
            units=92,
            first_secretaries=66,
            team_members=150,
            denominator=93500,
            incidences=((2015, "31.60"), (2016, "21.40"), (2017, "10.18")),
            document="石脱贫组字〔%d〕%d号（演示）",
            renovated=1420,
            profile="loess",
            october_unknown=155,
            october_unmet=62,
            design=("all",),
        ),
        Frame(
            code="429004",  # 仙桃市: 54,000 exited, two thirds of all (article); cohorts by year are design
            poor_villages=95,  # article: 95 key villages
            exited=((2015, Block(7240, 21000)), (2016, Block(11380, 33000))),
            meeting=Block(6180, 17920),
            staying=Block(22, 60),
            unplanned=Block(3108, 9020),
            cadres=12480,
            units=214,
            first_secretaries=95,  # article
            team_members=285,
            denominator=1012500,
            incidences=((2015, "5.93"), (2016, "2.67"), (2017, "2.67")),
            document="仙扶组发〔%d〕%d号（演示）",
            renovated=6900,
            profile="plain",
            october_unknown=560,
            october_unmet=230,
            design=("exited years", "planned", "cadres", "units", "denominator", "october"),
        ),
        Frame(
            code="450329",  # 资源县
            poor_villages=42,  # article
            exited=((2016, Block(1610, 6190)), (2017, Block(1855, 7077))),  # 3,465 / 13,267 article, split design
            meeting=Block(3508, 13752),
            staying=Block(12, 46),  # 3,520 / 13,798 planned: article
            unplanned=Block(1060, 4065),  # design: 2.41 % of the denominator
            cadres=6120,  # article: more than 6,000
            units=118,
            first_secretaries=66,
            team_members=198,
            denominator=168680,
            incidences=((2015, "16.03"), (2016, "14.26"), (2017, "10.59")),  # 2015 and 2017 article
            document="资脱贫指字〔%d〕%d号（演示）",
            renovated=3120,
            profile="karst",
            october_unknown=320,
            october_unmet=134,
            design=("exited years", "unplanned", "units", "postings", "denominator", "october"),
        ),
        Frame(
            code="530921",  # 凤庆县: 43 poor villages, 40,000 poor at the end of 2015, 2,262 / 8,041 in 2016 (article)
            poor_villages=43,
            exited=((2016, Block(2262, 8041)), (2017, Block(2860, 10153))),
            meeting=Block(3370, 11964),
            staying=Block(15, 51),
            unplanned=Block(2756, 9791),
            cadres=5340,
            units=128,
            first_secretaries=43,
            team_members=172,
            denominator=417200,
            incidences=((2015, "9.59"), (2016, "7.66"), (2017, "5.23")),
            document="凤脱贫组发〔%d〕%d号（演示）",
            renovated=4380,
            profile="highland",
            october_unknown=310,
            october_unmet=128,
            design=("cohorts after 2016", "cadres", "units", "postings", "denominator", "october"),
        ),
    )
}
