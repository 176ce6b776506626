"""Tables of the register 建档立卡: who is poor, why, in what condition, who answers for them."""

from households.models.card import HouseholdCard
from households.models.change import ChangeOpinion, ChangeRequest, CollectionWindow
from households.models.condition import PersonCondition
from households.models.difference import Difference, Reconciliation
from households.models.duplicate import Duplicate, DuplicateSide
from households.models.figure import DivisionFigure
from households.models.household import (
    Cause,
    Household,
    HouseholdDivision,
    HouseholdStatus,
    LegalSupporter,
    Residence,
)
from households.models.income import Income
from households.models.living import HousingAppraisal, LivingObservation, WaterAppraisal
from households.models.person import Membership, Person
from households.models.responsible import Cadre, Pairing, Posting, Unit
from households.models.roll import SavedRoll
from households.models.village import VillageRecord

__all__ = [
    "Cadre",
    "Cause",
    "ChangeOpinion",
    "ChangeRequest",
    "CollectionWindow",
    "Difference",
    "DivisionFigure",
    "Duplicate",
    "DuplicateSide",
    "Household",
    "HouseholdCard",
    "HouseholdDivision",
    "HouseholdStatus",
    "HousingAppraisal",
    "Income",
    "LegalSupporter",
    "LivingObservation",
    "Membership",
    "Pairing",
    "Person",
    "PersonCondition",
    "Posting",
    "Reconciliation",
    "Residence",
    "SavedRoll",
    "Unit",
    "VillageRecord",
    "WaterAppraisal",
]
