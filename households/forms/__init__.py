"""Forms of the register's pages."""

from households.forms.editing import ChangeForm, PhoneForm, ProposalForm
from households.forms.listing import HandOverForm, SecretSearchForm

__all__ = ["ChangeForm", "HandOverForm", "PhoneForm", "ProposalForm", "SecretSearchForm"]
