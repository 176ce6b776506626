"""Forms of the register's pages."""

from households.forms.listing import HandOverForm, SecretSearchForm

__all__ = ["HandOverForm", "SecretSearchForm"]
