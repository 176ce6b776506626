"""The lists of this floor that may be taken out."""

from supervision.sheets import (
    bulletin_changes_xlsx,
    check_list_xlsx,
    comparison_xlsx,
    exit_list_xlsx,
    figure_list_xlsx,
    places_xlsx,
    sample_list_xlsx,
    shortfall_list_xlsx,
)

EXPORTS = (
    exit_list_xlsx.EXPORT,
    figure_list_xlsx.EXPORT,
    shortfall_list_xlsx.EXPORT,
    comparison_xlsx.EXPORT,
    places_xlsx.EXPORT,
    check_list_xlsx.EXPORT,
    sample_list_xlsx.EXPORT,
    bulletin_changes_xlsx.MOVED,
    bulletin_changes_xlsx.CHANGED,
)
