"""The rows of the register workbook by column key: what a township would type about its households."""

import datetime
from collections.abc import Iterator
from typing import Any

from supervision.demo.county import County
from supervision.demo.people import Household, Person
from supervision.demo.villages import Village

Row = dict[str, Any]
# Announcement days 公告日期 of the yearly exits, and the day the plan of the year was handed down.
_EXITED_ON = {2015: datetime.date(2015, 12, 20), 2016: datetime.date(2016, 12, 20), 2017: datetime.date(2017, 12, 22)}
_PLANNED_ON = datetime.date(2018, 3, 26)
_COLLECTED = datetime.date(2018, 9, 12)


class Rows:
    """Rows of each sheet for one county."""

    def __init__(self, county: County) -> None:
        self.county = county
        self.villages: dict[str, Village] = {village.code: village for village in county.villages}

    def household(self, household: Household) -> Iterator[Row]:
        """One row of the sheet 户."""
        village = self.villages[household.village]
        exited = int(household.cohort) if household.cohort.isdigit() else None
        planned = household.cohort == "planned"
        yield {
            "household_no": household.number,
            "county": self.county.name,
            "town": village.town_name,
            "village": village.written,
            "group_name": household.group,
            "head_name": household.head.name,
            "phone": household.phone,
            "bank_name": f"{household.bank}{self.county.name}支行" if household.bank else "",
            "bank_account": _account(household) if household.bank else "",
            "bank_holder": household.bank_holder,
            "attr": household.attr,
            "poverty_status": "exited" if exited else "poor",
            "identification_standard": "national",
            "registered_year": household.registered.year,
            "registered_on": household.registered,
            "planned_exit_year": exited or (2018 if planned else None),
            "planned_on": datetime.date(exited, 3, 28) if exited else _PLANNED_ON if planned else None,
            "exit_year": exited,
            "exited_on": _EXITED_ON[exited] if exited else None,
            "main_cause": household.main_cause,
            "other_causes": household.other_causes,
            "is_martyr_family": household.martyr,
            "is_one_child": household.one_child,
            "is_two_daughter": household.two_daughters,
            "is_relocated": False,
            "member_count": len(household.members),
            "residence_state": household.residence,
            "residence_place": household.residence_place,
            "residence_phone": household.residence_phone,
            "expected_return": household.expected_return,
            "residence_on": household.residence_on,
        }

    def member(self, household: Household) -> Iterator[Row]:
        """One row per person, the departed with the day and the reason."""
        for place, person in enumerate((*household.members, *household.gone), start=1):
            row = self._person(household, person, f"{household.number}{place:02d}")
            if person.head_since:
                last = person.head_since - datetime.timedelta(days=1)
                ended = {"relation": person.was, "end_reason": "head_changed", "left_on": last}
                yield {**row, **ended, "collected_on": min(last, _COLLECTED)}
                row["joined_on"] = person.head_since
            yield row

    def _person(self, household: Household, person: Person, number: str) -> Row:
        kind, grade, year = person.disability or (None, None, None)
        return {
            "household_no": household.number,
            "person_no": number,
            "name": person.name,
            "sex": person.sex,
            "birth_date": person.birth,
            "id_type": person.id_type,
            "id_number": person.id_number,
            "relation": person.relation,
            "ethnicity": person.ethnicity,
            "political_status": person.political,
            "education": person.education,
            "student_status": person.student,
            "dropout_reason": person.dropout,
            "health": person.health,
            "disease": person.disease,
            "disability_type": kind,
            "disability_grade": grade,
            "disability_cert_year": year,
            "labour": person.labour,
            "work_place": person.work_place,
            "work_months": person.work_months,
            "employer": person.employer,
            "employment_channel": person.channel,
            "public_post_type": person.post_type,
            "public_post_months": person.post_months,
            "ins_resident_medical": person.resident_medical,
            "ins_employee_medical": person.employee_medical,
            "ins_serious_illness": person.serious_illness,
            "medical_aid": person.medical_aid,
            "doctor_signed_on": person.doctor_on,
            "pension_resident": person.pension_resident,
            "pension_employee": person.pension_employee,
            "dibao": person.dibao,
            "tekun": person.tekun,
            "speaks_mandarin": person.mandarin,
            "start_reason": person.start_reason,
            "joined_on": person.joined,
            "end_reason": person.end_reason,
            "left_on": person.left,
            "collected_on": min(person.left, _COLLECTED)
            if person.left
            else max(person.joined or _COLLECTED, _COLLECTED),
        }

    def income(self, household: Household) -> Iterator[Row]:
        """One row per counting, the latest last."""
        helper = self.county.helpers.cadres[household.pairings[-1][0]].name
        for row in household.incomes:
            yield {"household_no": household.number, "calculated_by": helper, **row}

    def living(self, household: Household) -> Iterator[Row]:
        """One row per round of visits and papers, the latest last."""
        for row in household.living:
            yield {"household_no": household.number, **row}

    def helper(self, household: Household) -> Iterator[Row]:
        """The helper, the one before with his last day, and the second one where there is one."""
        pairings = [(1, *pairing) for pairing in household.pairings]
        if household.second:
            pairings.append((2, *household.second, None))
        for order, place, since, until in pairings:
            cadre = self.county.helpers.cadres[place]
            yield {
                "household_no": household.number,
                "name": cadre.name,
                "sex": cadre.sex,
                "political_status": cadre.political,
                "unit": cadre.unit.name,
                "unit_level": cadre.unit.level,
                "title": cadre.title,
                "phone": cadre.phone,
                "cadre_no": cadre.number,
                "place": order,
                "helps_from": since,
                "helps_to": until,
            }

    def supporter(self, household: Household) -> Iterator[Row]:
        """Children who support the old and live apart."""
        for row in household.supporters:
            yield {"household_no": household.number, **row}


def _account(household: Household) -> str:
    """A synthetic account number of 19 digits with a valid Luhn digit, from the household's number."""
    body = "6228480000" + household.number[-8:]
    total = 0
    for place, sign in enumerate(reversed(body)):
        digit = int(sign) * (2 if place % 2 == 0 else 1)
        total += digit - 9 if digit > 9 else digit
    return body + str(-total % 10)
