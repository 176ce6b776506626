"""Who is what to the new head 与户主关系: what follows from the relations to the head before, where it follows.

Only certain answers: two sons of one head are siblings, but whose wife a daughter-in-law is, nobody can tell from here.
"""

from collections.abc import Iterable

from households.choices import Relation as R
from households.choices import Sex
from households.models import Membership

# What somebody is to the head → what the head is to him, for a man and for a woman at the head.
TURNED: dict[str, tuple[str, str]] = {
    R.SPOUSE: (R.SPOUSE, R.SPOUSE),
    R.SON: (R.FATHER, R.MOTHER),
    R.DAUGHTER: (R.FATHER, R.MOTHER),
    R.DAUGHTER_IN_LAW: (R.HUSBANDS_FATHER, R.HUSBANDS_MOTHER),
    R.SON_IN_LAW: (R.WIFES_FATHER, R.WIFES_MOTHER),
    R.GRANDSON: (R.GRANDFATHER, R.GRANDMOTHER),
    R.GRANDDAUGHTER: (R.GRANDFATHER, R.GRANDMOTHER),
    R.GRANDSON_F: (R.GRANDFATHER_M, R.GRANDMOTHER_M),
    R.GRANDDAUGHTER_F: (R.GRANDFATHER_M, R.GRANDMOTHER_M),
    R.FATHER: (R.SON, R.DAUGHTER),
    R.MOTHER: (R.SON, R.DAUGHTER),
    R.WIFES_FATHER: (R.SON_IN_LAW, ""),
    R.WIFES_MOTHER: (R.SON_IN_LAW, ""),
    R.HUSBANDS_FATHER: ("", R.DAUGHTER_IN_LAW),
    R.HUSBANDS_MOTHER: ("", R.DAUGHTER_IN_LAW),
    R.GRANDFATHER: (R.GRANDSON, R.GRANDDAUGHTER),
    R.GRANDMOTHER: (R.GRANDSON, R.GRANDDAUGHTER),
    R.GRANDFATHER_M: (R.GRANDSON_F, R.GRANDDAUGHTER_F),
    R.GRANDMOTHER_M: (R.GRANDSON_F, R.GRANDDAUGHTER_F),
    R.SIBLING: (R.SIBLING, R.SIBLING),
    R.UNCLE: (R.NEPHEW, R.NIECE),
}
BELOW = (R.SON, R.DAUGHTER, R.DAUGHTER_IN_LAW, R.SON_IN_LAW, R.GRANDSON, R.GRANDDAUGHTER, R.GRANDSON_F,
         R.GRANDDAUGHTER_F, R.GREAT_GRANDSON, R.GREAT_GRANDDAUGHTER)  # fmt: skip
# The new head is a child of the one before, who is a man or a woman.
PARENTS_OF = {
    Sex.MALE: {
        R.FATHER: R.GRANDFATHER, R.MOTHER: R.GRANDMOTHER, R.WIFES_FATHER: R.GRANDFATHER_M, R.WIFES_MOTHER: R.GRANDMOTHER_M,
    },
    Sex.FEMALE: {
        R.FATHER: R.GRANDFATHER_M, R.MOTHER: R.GRANDMOTHER_M, R.HUSBANDS_FATHER: R.GRANDFATHER,
        R.HUSBANDS_MOTHER: R.GRANDMOTHER,
    },
}  # fmt: skip
# The new head is the wife, or the husband, of the one before.
PARENTS_IN_LAW = {
    Sex.MALE: {
        R.FATHER: R.HUSBANDS_FATHER, R.MOTHER: R.HUSBANDS_MOTHER, R.WIFES_FATHER: R.FATHER, R.WIFES_MOTHER: R.MOTHER,
    },
    Sex.FEMALE: {
        R.FATHER: R.WIFES_FATHER, R.MOTHER: R.WIFES_MOTHER, R.HUSBANDS_FATHER: R.FATHER, R.HUSBANDS_MOTHER: R.MOTHER,
    },
}  # fmt: skip


def proposed(rows: Iterable[Membership], head: Membership) -> dict[int, dict[int, str]]:
    """For each member as the new head: person → relation of the others, those that are certain. head: the one before."""
    found = list(rows)
    return {
        new.person_id: {
            one.person_id: relation
            for one in found
            if one.person_id != new.person_id and (relation := relation_to(new, one, head))
        }
        for new in found
        if new.person_id != head.person_id
    }


def relation_to(new: Membership, member: Membership, head: Membership) -> str:
    """What a member is to the new head, by what both were to the head before; empty where it is not certain."""
    sex, own = head.person.sex, member.relation
    if member.person_id == head.person_id:
        man, woman = TURNED.get(new.relation, ("", ""))
        return man if sex == Sex.MALE else woman
    if new.relation == R.SPOUSE:
        return own if own in BELOW else PARENTS_IN_LAW[Sex(sex)].get(R(own), "")
    if new.relation in (R.SON, R.DAUGHTER):
        return _to_child(member, Sex(sex))
    if new.relation in (R.FATHER, R.MOTHER):
        return _to_parent(member, Sex(sex))
    return ""


def _to_child(member: Membership, sex: Sex) -> str:
    own = R(member.relation)
    if own == R.SPOUSE:
        return R.MOTHER if member.person.sex == Sex.FEMALE else R.FATHER
    if own in (R.SON, R.DAUGHTER):
        return R.SIBLING
    return PARENTS_OF[sex].get(own, "")


def _to_parent(member: Membership, sex: Sex) -> str:
    own, man = R(member.relation), sex == Sex.MALE
    if own in (R.FATHER, R.MOTHER):
        return R.SPOUSE
    if own == R.SPOUSE:
        return R.DAUGHTER_IN_LAW if man else R.SON_IN_LAW
    if own == R.SON:
        return R.GRANDSON if man else R.GRANDSON_F
    if own == R.DAUGHTER:
        return R.GRANDDAUGHTER if man else R.GRANDDAUGHTER_F
    if own == R.SIBLING:
        return R.SON if member.person.sex == Sex.MALE else R.DAUGHTER
    return ""


__all__ = ["proposed", "relation_to"]
