"""Figures of a village, a township or the county that a bureau or an evaluator gives by document, dated."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from households.models.dated import Dated
from povertycase.models.division import Division
from povertycase.reach import Reach


class DivisionFigure(Dated):
    """One figure with the paper that gives it: a share of all households, an amount, a yes or no (E-04).

    The register holds registered households only, so what is said of all households is never computed from it. What
    only a sample can find (错退率、漏评率、群众认可度) is an evaluator's: it carries its sample (E-19).
    code: key of households/catalogue/figures.toml, which says what kind of figure it is and who gives it.
    """

    division = models.ForeignKey(Division, models.PROTECT, db_index=False)
    code = models.CharField(_("项目"), max_length=40)
    numerator = models.DecimalField(_("分子"), max_digits=14, decimal_places=2, null=True, blank=True)
    denominator = models.DecimalField(_("分母"), max_digits=14, decimal_places=2, null=True, blank=True)
    amount = models.DecimalField(_("数值"), max_digits=14, decimal_places=2, null=True, blank=True)
    answer = models.BooleanField(_("是否"), null=True, blank=True)
    evaluated = models.BooleanField(_("评估抽样所得"), default=False)
    sample = models.PositiveIntegerField(_("样本量"), null=True, blank=True)
    source_unit = models.CharField(_("提供单位"), max_length=80)
    document = models.CharField(_("文件"), max_length=120)
    entered_by = models.ForeignKey(
        "povertycase.Account", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("录入人")
    )

    reach = Reach(division="division__code")

    class Meta(Dated.Meta):
        indexes = [models.Index(fields=["division", "code", "-true_from", "-id"])]
        constraints = [
            *Dated.Meta.constraints,
            models.CheckConstraint(
                condition=Q(numerator__isnull=True, denominator__isnull=True)
                | Q(denominator__gt=0, numerator__gte=0, numerator__lte=F("denominator")),
                name="division_figure_share",
            ),
            models.CheckConstraint(
                condition=Q(numerator__isnull=False) | Q(amount__isnull=False) | Q(answer__isnull=False),
                name="division_figure_says_something",
            ),
            models.CheckConstraint(condition=~Q(source_unit="") & ~Q(document=""), name="division_figure_has_paper"),
            models.CheckConstraint(condition=Q(evaluated=False) | Q(sample__gt=0), name="division_figure_has_sample"),
        ]

    def __str__(self) -> str:
        return f"{self.division_id} {self.code} {self.true_from}"
