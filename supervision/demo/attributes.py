"""What is said about each person: health, schooling, labour, insurance; and the cause that fits (4.2, 4.3)."""

import datetime
import random

from supervision.demo import frame as f
from supervision.demo.people import Chooser, Household, Person, between
from supervision.demo.profiles import Profile

_CHRONIC = ("高血压", "糖尿病", "冠心病", "脑血栓后遗症", "慢性支气管炎", "风湿性关节炎", "腰椎间盘突出", "慢性胃炎",
            "类风湿", "慢性肝炎", "肺气肿", "心脏病", "结核病")  # fmt: skip
_SERIOUS = ("尿毒症", "胃癌", "肺癌", "乳腺癌", "急性心肌梗死", "脑出血", "肝硬化", "食管癌", "宫颈癌", "终末期肾病",
            "白内障术后", "结肠癌", "再生障碍性贫血")  # fmt: skip
_DISABILITY = Chooser({4: 58, 1: 13, 2: 11, 5: 7, 6: 7, 3: 2, 7: 2})
_GRADE = Chooser({1: 11, 2: 26, 3: 34, 4: 29})
_SCHOOLED = {
    "old": Chooser({"illiterate": 27, "primary": 55, "junior": 17, "senior": 1}),
    "middle": Chooser({"illiterate": 6, "primary": 48, "junior": 42, "senior": 4}),
    "young": Chooser({"illiterate": 2, "primary": 22, "junior": 62, "senior": 9, "college": 4, "university": 1}),
}
_CHANNEL = Chooser({"acquaintance": 44, "self": 36, "government": 15, "workshop": 3, "other": 2})
_POSTS = Chooser({"cleaning": 62, "forest": 9, "road": 12, "water": 4, "security": 6, "care": 7})
_SECOND = {"illness": ("labour", "capital", "schooling"), "disability": ("labour", "illness", "capital"),
           "skill": ("capital", "motivation", "land"), "schooling": ("capital", "skill"),
           "labour": ("illness", "capital"), "capital": ("skill", "land"), "land": ("capital", "skill"),
           "disaster": ("capital", "illness")}  # fmt: skip
_SIXTEEN_IN_OCTOBER = f.MONTH_BEFORE.replace(year=f.MONTH_BEFORE.year - 16)
_EMPLOYERS = ("建筑工地", "餐饮店", "物流公司", "装修队", "服装厂", "电子厂", "物业公司", "养殖场", "超市", "洗浴中心")


class Attributes:
    """Gives members their attributes and the household its causes, type and residence."""

    def __init__(self, profile: Profile, rng: random.Random) -> None:
        self.profile = profile
        self.rng = rng
        self.causes = Chooser(profile.causes)
        self.attrs = profile.attrs

    def fill(self, household: Household) -> None:
        """Everything about the members of one household, the departed too."""
        household.main_cause = self._main_cause(household)
        household.other_causes = self._other_causes(household.main_cause)
        for person in household.members:
            self._health(person)
        self._fit_cause(household)
        self._attr(household)
        for person in (*household.members, *household.gone):
            if person in household.gone:
                self._health(person)
            self._rest(household, person)
        if f.MEDICAL in household.plan.unmet:
            odd = household.members[-1]
            odd.resident_medical = odd.employee_medical = odd.serious_illness = False

    # ── cause ──

    def _main_cause(self, household: Household) -> str:
        rng = self.rng
        grown = any(16 <= person.age <= 22 and person.relation in _CHILDREN for person in household.members)
        share = self.profile.causes.get("schooling", 0) * (0.24 if self.profile.old else 0.045)
        if grown and rng.random() < share:
            return "schooling"
        working = any(18 <= person.age < 60 for person in household.members)
        while True:
            cause = self.causes.pick(rng)
            if cause == "schooling":
                continue
            if cause == "labour" and household.shape in _WITH_LABOUR:
                continue
            if cause in ("skill", "capital", "land", "motivation", "traffic") and not working and rng.random() < 0.3:
                continue
            return cause

    def _other_causes(self, main: str) -> tuple[str, ...]:
        luck = self.rng.random()
        if luck < 0.34:
            return ()
        first, *rest = self.rng.sample(_SECOND.get(main, ("capital", "skill")), 2)
        return (first,) if luck < 0.77 else (first, *rest)

    def _fit_cause(self, household: Household) -> None:
        """因病 has a patient, 因残 a certificate, 因学 a student (0.7 % of 因病 stay without: a suspicion to find)."""
        rng, members = self.rng, household.members
        patients = any({"chronic", "serious"} & set(person.health) for person in members)
        if household.main_cause == "illness" and not patients and rng.random() > 0.012:
            patient = max(members, key=lambda person: (person.age >= 30, rng.random()))
            self._ill(patient, serious=rng.random() < 0.14)
        disabled = any(person.disability for person in members)
        if not disabled and (household.main_cause == "disability" or household.shape == "old_disabled"):
            self._disable(members[-1] if household.shape == "old_disabled" else rng.choice(members))

    # ── health ──

    def _health(self, person: Person) -> None:
        rng, age = self.rng, person.age
        chronic = 0.02 if age < 16 else 0.06 if age < 35 else 0.26 if age < 50 else 0.46 if age < 65 else 0.6
        if not self.profile.old:
            chronic *= 0.42
        if rng.random() < chronic:
            self._ill(person, serious=False)
        if rng.random() < (0.004 if age < 30 else 0.05 if age < 70 else 0.07) * (1 if chronic > 0.1 else 0.5):
            self._ill(person, serious=True)
        if rng.random() < (0.025 if age < 30 else 0.09):
            self._disable(person)

    def _ill(self, person: Person, serious: bool) -> None:
        kind = "serious" if serious else "chronic"
        marks = {mark for mark in person.health if mark != "healthy"} | {kind}
        person.health = tuple(mark for mark in ("chronic", "serious", "disabled") if mark in marks)
        person.disease = self.rng.choice(_SERIOUS if serious else _CHRONIC)

    def _disable(self, person: Person) -> None:
        marks = {mark for mark in person.health if mark != "healthy"} | {"disabled"}
        person.health = tuple(mark for mark in ("chronic", "serious", "disabled") if mark in marks)
        kind, grade = _DISABILITY.pick(self.rng), _GRADE.pick(self.rng)
        person.disability = (kind, grade, self.rng.randint(2009, 2017))
        if self.rng.random() < 0.2 and person.id_type == "identity_card":
            # The holder of a certificate is entered with its 20 digits: identity number, kind, grade.
            person.id_number += f"{kind}{grade}"
            person.id_type = "disability_cert"

    # ── type of household, residence ──

    def _attr(self, household: Household) -> None:
        rng = self.rng
        alone = household.shape in ("old_single", "single_man") and household.head.sex == "male"
        if alone and household.head.age >= 60 and rng.random() < self.attrs["tekun"] / 13:
            household.attr = "tekun"
        else:
            weak = household.shape in _WEAK or household.main_cause in ("disability", "illness")
            share = self.attrs["dibao"] / 100 * (1.12 if weak else 0.62 if self.profile.old else 0.96)
            household.attr = "dibao" if rng.random() < share else "general"
        for person in household.members:
            person.dibao = household.attr == "dibao" and (person is household.head or rng.random() < 0.86)
            person.tekun = household.attr == "tekun"

    # ── schooling, labour, insurance ──

    def _rest(self, household: Household, person: Person) -> None:
        self._schooling(person)
        if person.age >= 16 and not person.student:
            self._labour(household, person)
        else:
            person.labour = "none"
        self._insurance(person)
        if person.age >= 18 and self.rng.random() < 0.028:
            person.political = "party_member"
        elif 15 <= person.age <= 27 and self.rng.random() < 0.18:
            person.political = "league_member"
        person.mandarin = person.age < 75 or self.rng.random() < 0.8

    def _schooling(self, person: Person) -> None:
        if person.dropout:
            return
        person.student = _class_of(person, self.rng)
        if not person.student:
            key = "old" if person.age >= 60 else "middle" if person.age >= 40 else "young"
            person.education = _SCHOOLED[key].pick(self.rng)

    def _labour(self, household: Household, person: Person) -> None:
        rng, age = self.rng, person.age
        ill = "serious" in person.health or (person.disability is not None and person.disability[1] <= 2)
        if ill:
            person.labour = "lost" if rng.random() < 0.74 else "none"
        elif household.main_cause == "labour" and age < 60 and household.size < 4:
            person.labour = "lost" if rng.random() < 0.3 else "none"
        elif age < 60:
            chronic = "chronic" in person.health
            person.labour = "ordinary" if rng.random() < (0.66 if chronic else 0.9) else "none"
            if person.labour == "ordinary" and rng.random() < 0.025:
                person.labour = "skilled"
        elif age < 66 and "chronic" not in person.health and rng.random() < 0.3:
            person.labour = "ordinary"
        else:
            person.labour = "lost" if rng.random() < 0.27 else "none"

    def _insurance(self, person: Person) -> None:
        rng = self.rng
        if person.resident_medical is False:
            pass
        elif person.work_months and rng.random() < 0.02:
            person.resident_medical, person.employee_medical = False, True
        person.medical_aid = bool({"serious"} & set(person.health)) or (
            "chronic" in person.health and rng.random() < 0.22
        )
        if "chronic" in person.health and rng.random() < 0.97:
            person.doctor_on = between(rng, datetime.date(2017, 9, 1), datetime.date(2018, 6, 30))
        if person.age >= 16 and not person.student:
            person.pension_resident = person.employee_medical is not True
            person.pension_employee = person.employee_medical is True

    def work(self, person: Person, months: float) -> None:
        """He works away: place, months, employer, how he found it."""
        person.work_place = self.rng.choice(self.profile.cities)
        person.work_months = months
        person.employer = self.rng.choice(_EMPLOYERS) if self.rng.random() < 0.6 else ""
        person.channel = _CHANNEL.pick(self.rng)

    def post(self, person: Person, months: float) -> None:
        """He holds a public-welfare post 公益性岗位."""
        person.post_type, person.post_months = _POSTS.pick(self.rng), months


_CHILDREN = ("son", "daughter", "grandson", "granddaughter")
_WITH_LABOUR = ("couple_two", "couple_three", "couple_adult", "couple_pupil")
_WEAK = ("old_single", "old_couple", "old_disabled", "single_woman", "parent_child", "grandparents")


def _class_of(person: Person, rng: random.Random) -> str:
    """The class in the school year 2018-19; nothing for those who have left school."""
    years = 2018 - person.birth.year - (person.birth.month > 8)
    if person.age >= 6:
        years = max(years, 6)
    if years < 6:
        return "kindergarten" if years >= 3 else "preschool_age"
    if years < 12:
        return "primary"
    if years < 15:
        return f"grade{years - 5}"
    if years < 18:
        # Who turned 16 only in November was still of school age in October.
        if person.age > 15 and rng.random() < 0.16 and person.birth <= _SIXTEEN_IN_OCTOBER:
            return ""
        return f"{'senior' if rng.random() < 0.62 else 'vocational'}{years - 14}"
    if years < 22 and rng.random() < (0.42 if years < 21 else 0.26):
        if years < 21 and rng.random() < 0.55:
            return f"college{years - 17}"
        return f"bachelor{years - 17}"
    return ""
