"""What stands of a household, in the household's own answer: GET /api/v1/households/{household_no}/."""

from rest_framework import serializers

from supervision.api.exit_runs import CriterionResult


class StandingFields(serializers.Serializer):
    """A household's verdict by one standard; it stands since as_of, judged by what was known on known_on."""

    standard = serializers.CharField()
    standard_version = serializers.CharField()
    as_of = serializers.DateField()
    known_on = serializers.DateTimeField()
    outcome = serializers.ChoiceField(choices=["met", "unmet", "unknown"])
    criteria = CriterionResult(many=True)
