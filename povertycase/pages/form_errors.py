"""What an action refuses, on the form that asked for it."""

from typing import Any

from django.core.exceptions import ValidationError
from django.forms import Form


def tell(form: Form, error: ValidationError) -> None:
    """The action's words beside the fields they are about; what belongs to no field of the form stands above it."""
    known: dict[str, Any] = getattr(error, "error_dict", {})
    for name, sentences in known.items():
        form.add_error(name if name in form.fields else None, sentences)
    if not known:
        form.add_error(None, error)
