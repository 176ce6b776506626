"""The register in the API: fields only; numbers stay masked, every fact carries its dates."""

from django.utils.module_loading import import_string
from rest_framework import serializers

from households.models import HouseholdCard, Income, Membership
from povertycase import slots

LIST_FIELDS = (
    *("household_no", "head_name", "village_code", "group_name", "member_count", "attr", "status", "cause"),
    *("planned_exit_year", "exit_year", "residence", "helper_name", "helper_unit"),
)


def _yuan() -> serializers.DecimalField:
    return serializers.DecimalField(max_digits=14, decimal_places=2, allow_null=True, read_only=True)


class CardSerializer(serializers.ModelSerializer):
    """A row of the list."""

    status = serializers.CharField(source="poverty_status", help_text="CL-03 脱贫属性")
    cause = serializers.SerializerMethodField(help_text="CL-04 主要致贫原因; null without the right to health data")

    class Meta:
        model = HouseholdCard
        fields = LIST_FIELDS

    def get_cause(self, card: HouseholdCard) -> str | None:
        return (card.main_cause or None) if self.context.get("health") else None


class MemberSerializer(serializers.ModelSerializer):
    """A membership with its days, the person's identity and the masked ID."""

    person_no = serializers.CharField(source="person.person_no", allow_null=True)
    name = serializers.CharField(source="person.name")
    sex = serializers.CharField(source="person.sex")
    birth_date = serializers.DateField(source="person.birth_date", allow_null=True)
    id_number = serializers.CharField(source="masked_id", allow_null=True, help_text="masked")

    class Meta:
        model = Membership
        fields = (
            *("person_no", "name", "sex", "birth_date", "id_number", "relation", "start_reason", "end_reason"),
            *("true_from", "true_to", "recorded_at", "entered_on"),
        )


class ConditionSerializer(serializers.Serializer):
    """One dated row about the household or one of its members: values by field name."""

    part = serializers.CharField(help_text="status, residence, cause, living, housing, water or person")
    person_no = serializers.CharField(allow_null=True)
    true_from = serializers.DateField()
    true_to = serializers.DateField(allow_null=True)
    recorded_at = serializers.DateTimeField()
    entered_on = serializers.DateField()
    values = serializers.DictField(child=serializers.JSONField(allow_null=True))


class IncomeSerializer(serializers.ModelSerializer):
    """An income form of one accounting period, in yuan; the sums are the database's."""

    wage_income = _yuan()
    business_income = _yuan()
    property_income = _yuan()
    transfer_income = _yuan()
    net_income = _yuan()
    net_income_per_capita = _yuan()

    class Meta:
        model = Income
        exclude = ("id", "household", "superseded_by", "superseded_at", "event_id")


class HouseholdSerializer(CardSerializer):
    """The household file: the row of the list, and everything dated behind it."""

    version = serializers.IntegerField(source="household.version")
    members = MemberSerializer(many=True)
    conditions = ConditionSerializer(many=True)
    incomes = IncomeSerializer(many=True)

    class Meta(CardSerializer.Meta):
        fields = (*LIST_FIELDS, "version", "members", "conditions", "incomes")  # type: ignore[assignment]

    def get_fields(self) -> dict[str, serializers.Field]:
        """With the parts that the floors above add, as far as the caller may read them; the description names all."""
        fields = super().get_fields()
        for entry in slots.API_FIELDS:
            if entry.code in self.context.get("parts", slots.API_FIELDS.codes()):
                fields[entry.code] = import_string(entry.schema)(many=True, required=False)
        return fields
