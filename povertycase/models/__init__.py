"""Tables of the ground: places, people and their rights, audit, jobs, rules, uploads."""

from povertycase.models.account import Account, Post
from povertycase.models.audit import AuditEvent, AuditSeal, AuditSubject
from povertycase.models.desk import ColumnChoice, Opened, SavedFilter
from povertycase.models.division import Division, VillageGroup
from povertycase.models.exchange import ImportBatch, ImportProblem, SavedSearch, Upload
from povertycase.models.job import Duty, JobChunk, JobRun
from povertycase.models.rule import RuleVersion, SheetTable

__all__ = [
    "Account",
    "AuditEvent",
    "AuditSeal",
    "AuditSubject",
    "ColumnChoice",
    "Division",
    "Duty",
    "ImportBatch",
    "ImportProblem",
    "JobChunk",
    "JobRun",
    "Opened",
    "Post",
    "RuleVersion",
    "SavedFilter",
    "SavedSearch",
    "SheetTable",
    "Upload",
    "VillageGroup",
]
