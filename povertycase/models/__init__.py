"""Tables of the ground: places, people and their rights, audit, jobs, rules, uploads."""

from povertycase.models.account import Account, Bureau, Post
from povertycase.models.audit import AuditEvent, AuditSeal, AuditSubject
from povertycase.models.desk import ColumnChoice, Opened, SavedFilter
from povertycase.models.division import Division, VillageGroup
from povertycase.models.exchange import ImportBatch, ImportMapping, ImportProblem, SavedSearch, SentRows, Upload
from povertycase.models.foreign import ForeignBook
from povertycase.models.job import Duty, JobChunk, JobRun
from povertycase.models.rule import RuleVersion, SheetTable
from povertycase.models.sign_in import AccountSession, FormerPassword, RecoveryCode, SecondFactor
from povertycase.models.taken import ClearExport, ListFile

__all__ = [
    "Account",
    "AccountSession",
    "AuditEvent",
    "AuditSeal",
    "AuditSubject",
    "Bureau",
    "ClearExport",
    "ColumnChoice",
    "Division",
    "Duty",
    "ForeignBook",
    "FormerPassword",
    "ImportBatch",
    "ImportMapping",
    "ImportProblem",
    "JobChunk",
    "JobRun",
    "ListFile",
    "Opened",
    "Post",
    "RecoveryCode",
    "RuleVersion",
    "SavedFilter",
    "SavedSearch",
    "SecondFactor",
    "SentRows",
    "SheetTable",
    "Upload",
    "VillageGroup",
]
