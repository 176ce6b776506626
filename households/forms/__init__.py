"""Forms of the register's pages."""

from households.forms.changes import OpinionForm, WindowForm
from households.forms.duplicates import DuplicateForm
from households.forms.editing import ChangeForm, PhoneForm, ProposalForm, WhichForm
from households.forms.listing import HandOverForm, SecretSearchForm

__all__ = [
    "ChangeForm",
    "DuplicateForm",
    "HandOverForm",
    "OpinionForm",
    "PhoneForm",
    "ProposalForm",
    "SecretSearchForm",
    "WhichForm",
    "WindowForm",
]
