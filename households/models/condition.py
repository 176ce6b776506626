"""What changes about a person: schooling, health, labour, insurance, allowances, work."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from households import choices
from households.models.dated import Dated
from households.models.person import Person
from povertycase.reach import Own, Reach


class PersonCondition(Dated):
    """A person's condition as collected on a day; empty = not known."""

    person = models.ForeignKey(Person, models.PROTECT, db_index=False)
    political_status = models.CharField(
        _("政治面貌"), max_length=14, choices=choices.PoliticalStatus, blank=True, default=""
    )
    education = models.CharField(_("文化程度"), max_length=12, choices=choices.Education, blank=True, default="")
    student_status = models.CharField(
        _("在校生状况"), max_length=14, choices=choices.StudentStatus, blank=True, default=""
    )
    dropout_reason = models.CharField(
        _("失学或辍学原因"), max_length=14, choices=choices.DropoutReason, blank=True, default=""
    )
    health = ArrayField(models.CharField(max_length=10, choices=choices.Health), null=True, blank=True)
    disease = models.CharField(_("病种"), max_length=60, blank=True, default="")
    disability_type = models.PositiveSmallIntegerField(
        _("残疾类别"), choices=choices.DisabilityType, null=True, blank=True
    )
    disability_grade = models.PositiveSmallIntegerField(
        _("残疾等级"), choices=choices.DisabilityGrade, null=True, blank=True
    )
    disability_cert_year = models.PositiveSmallIntegerField(_("残疾证办证年度"), null=True, blank=True)
    labour = models.CharField(_("劳动技能"), max_length=10, choices=choices.Labour, blank=True, default="")
    work_place = models.CharField(_("务工所在地"), max_length=80, blank=True, default="")
    work_months = models.DecimalField(_("务工时间(月)"), max_digits=3, decimal_places=1, null=True, blank=True)
    employer = models.CharField(_("务工企业名称"), max_length=80, blank=True, default="")
    employment_channel = models.CharField(
        _("就业渠道"), max_length=14, choices=choices.EmploymentChannel, blank=True, default=""
    )
    public_post_type = models.CharField(
        _("公益性岗位类型"), max_length=10, choices=choices.PublicPostType, blank=True, default=""
    )
    public_post_months = models.DecimalField(
        _("公益性岗位(月数)"), max_digits=3, decimal_places=1, null=True, blank=True
    )
    ins_resident_medical = models.BooleanField(_("参加城乡居民基本医疗保险"), null=True, blank=True)
    ins_employee_medical = models.BooleanField(_("参加城镇职工基本医疗保险"), null=True, blank=True)
    ins_serious_illness = models.BooleanField(_("参加大病保险"), null=True, blank=True)
    ins_commercial = models.BooleanField(_("参加商业补充医疗保险"), null=True, blank=True)
    medical_aid = models.BooleanField(_("接受医疗救助"), null=True, blank=True)
    other_health_aid = models.BooleanField(_("接受其他健康扶贫"), null=True, blank=True)
    doctor_signed_on = models.DateField(_("家庭医生签约日期"), null=True, blank=True)
    pension_resident = models.BooleanField(_("参加城乡居民基本养老保险"), null=True, blank=True)
    pension_employee = models.BooleanField(_("参加城镇职工基本养老保险"), null=True, blank=True)
    dibao = models.BooleanField(_("享受农村低保"), null=True, blank=True)
    tekun = models.BooleanField(_("特困供养人员"), null=True, blank=True)
    accident_insurance = models.BooleanField(_("人身意外保险补贴"), null=True, blank=True)
    speaks_mandarin = models.BooleanField(_("会讲普通话"), null=True, blank=True)

    reach = Reach(
        division="person__membership__household__card__village_code",
        own_pairings=Own(
            "person__membership__household__pairing__cadre__account", "person__membership__household__pairing"
        ),
        own_unit=Own(
            "person__membership__household__pairing__cadre__unit__cadre__account",
            "person__membership__household__pairing",
        ),
        many=True,
    )

    class Meta(Dated.Meta):
        # The last condition of a person is one look-up: three million of them make a county's sheet.
        indexes = [models.Index(fields=["person", "-true_from", "-id"], name="condition_last")]
        constraints = [
            *Dated.Meta.constraints,
            models.CheckConstraint(
                condition=Q(work_months__isnull=True) | Q(work_months__range=(0, 12)), name="condition_work_months"
            ),
            models.CheckConstraint(
                condition=Q(public_post_months__isnull=True) | Q(public_post_months__range=(0, 12)),
                name="condition_public_post_months",
            ),
            models.CheckConstraint(
                condition=~Q(health__contains=["healthy"]) | Q(health=["healthy"]),
                name="condition_healthy_stands_alone",
            ),
            models.CheckConstraint(
                condition=Q(education="") | Q(student_status=""), name="condition_pupil_or_schooled"
            ),
            models.CheckConstraint(
                condition=Q(disability_type__isnull=True) | Q(disability_type__range=(1, 7)),
                name="condition_disability_type",
            ),
            models.CheckConstraint(
                condition=Q(disability_grade__isnull=True) | Q(disability_grade__range=(1, 4)),
                name="condition_disability_grade",
            ),
        ]
