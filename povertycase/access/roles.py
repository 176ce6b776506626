"""The sixteen roles: what each may do and how far it reaches (county-officer.md 3.2, trust.md 7.4).

One class a role. A later entry here is enough for menus, forms and the role × page matrix.
"""

from django.utils.translation import gettext_lazy as _

from povertycase import slots
from povertycase.access.permissions import Permission as P
from povertycase.slots import Role

READING = frozenset({P.WORKBENCH, P.HOUSEHOLD_VIEW, P.RULE_VIEW})
CASEWORK = READING | {P.HEALTH_VIEW, P.REVEAL, P.EXIT_VIEW, P.CHECK_VIEW}
IMPORTING = frozenset({P.IMPORT_VIEW, P.IMPORT_RUN})
OVERSIGHT = CASEWORK | {P.AMOUNT_VIEW, P.BULLETIN_VIEW}
REPORTING = frozenset({P.CHANGE_VIEW, P.CHANGE_PROPOSE})
FIELD = CASEWORK | REPORTING | {P.VISIT_ENTER, P.MEASURE_EDIT}
VILLAGE = FIELD | {P.CHECK_ANSWER, P.SHORTFALL_PLAN, P.DUPLICATE_VIEW, P.DIFFERENCE_VIEW, P.DIFFERENCE_DECIDE}
ADMINISTRATORS = ("system_admin", "security_admin", "audit_admin")

ALL: tuple[Role, ...] = (
    Role(
        code="county_office",
        order=10,
        label=_("县办经办"),
        reach="divisions",
        permissions=OVERSIGHT
        | REPORTING
        | {
            P.CHANGE_CONFIRM,
            P.DUPLICATE_VIEW,
            P.DUPLICATE_DECIDE,
            P.DIFFERENCE_VIEW,
            P.DIFFERENCE_RUN,
            P.DIFFERENCE_DECIDE,
            P.WINDOW_EDIT,
            P.HOUSEHOLD_EDIT,
            P.HOUSEHOLD_EXPORT,
            P.PAIRING_EDIT,
            P.VISIT_ENTER,
            P.MEASURE_EDIT,
            P.EXIT_RUN,
            P.FIGURE_ENTER,
            P.SHORTFALL_PLAN,
            P.SHORTFALL_CLOSE_PLACE,
            P.CHECK_SEND,
            P.CHECK_CLOSE,
            P.RULE_DRAFT_VIEW,
            P.RULE_DRAFT,
            P.BULLETIN_DRAFT,
            P.IMPORT_VIEW,
            P.IMPORT_RUN,
            P.BUREAU_LIST,
            P.DIVISION_EDIT,
            P.JOB_VIEW,
        },
    ),
    Role(
        code="county_reviewer",
        order=20,
        label=_("县办审核"),
        reach="divisions",
        permissions=OVERSIGHT
        | {
            P.CHANGE_VIEW,
            P.CHANGE_CONFIRM,
            P.DUPLICATE_VIEW,
            P.DIFFERENCE_VIEW,
            P.HOUSEHOLD_EXPORT,
            P.CLEAR_APPROVE,
            P.SHORTFALL_CLOSE_PLACE,
            P.CHECK_CLOSE,
            P.RULE_DRAFT_VIEW,
            P.RULE_APPROVE,
            P.BULLETIN_ISSUE,
            P.IMPORT_VIEW,
            P.JOB_VIEW,
        },
    ),
    Role(
        code="township_clerk",
        order=30,
        label=_("乡镇经办"),
        reach="divisions",
        permissions=OVERSIGHT
        | REPORTING
        | {
            P.CHANGE_VERIFY,
            P.DUPLICATE_VIEW,
            P.DUPLICATE_DECIDE,
            P.DIFFERENCE_VIEW,
            P.DIFFERENCE_RUN,
            P.DIFFERENCE_DECIDE,
            P.SHORTFALL_PLAN,
            P.SHORTFALL_CLOSE,
            P.CHECK_ANSWER,
            P.CHECK_PASS,
            P.HOUSEHOLD_EDIT,
            P.HOUSEHOLD_EXPORT,
            P.PAIRING_EDIT,
            P.VISIT_ENTER,
            P.MEASURE_EDIT,
            P.IMPORT_VIEW,
            P.IMPORT_RUN,
            P.JOB_VIEW,
        },
    ),
    Role(
        code="township_reviewer",
        order=40,
        label=_("乡镇审核"),
        reach="divisions",
        permissions=OVERSIGHT
        | {
            P.CHANGE_VIEW,
            P.CHANGE_VERIFY,
            P.DUPLICATE_VIEW,
            P.DIFFERENCE_VIEW,
            P.SHORTFALL_CLOSE,
            P.CHECK_PASS,
            P.HOUSEHOLD_EXPORT,
            P.CLEAR_APPROVE,
            P.IMPORT_VIEW,
            P.JOB_VIEW,
        },
    ),
    Role(
        code="first_secretary",
        order=50,
        label=_("第一书记"),
        reach="divisions",
        permissions=VILLAGE | {P.BULLETIN_VIEW},
    ),
    Role(code="team_member", order=60, label=_("驻村工作队员"), reach="divisions", permissions=VILLAGE),
    Role(
        code="village_clerk",
        order=70,
        label=_("村级信息员"),
        reach="divisions",
        permissions=VILLAGE | {P.HOUSEHOLD_EDIT},
    ),
    Role(code="helper", order=80, label=_("帮扶责任人"), reach="own_pairings", permissions=FIELD | {P.SHORTFALL_PLAN}),
    Role(code="unit_liaison", order=90, label=_("帮扶单位联络员"), reach="own_unit", permissions=READING),
    # A bureau reads what its own lists are compared with; health is the health bureau's file, not this one's.
    Role(
        code="department",
        order=100,
        label=_("行业部门"),
        reach="divisions",
        permissions=READING
        | IMPORTING
        | {P.CHANGE_VIEW, P.CHANGE_CERTIFY, P.AMOUNT_VIEW, P.EXIT_VIEW, P.BULLETIN_VIEW, P.BUREAU_LIST},
    ),
    Role(
        code="organisation",
        order=110,
        label=_("组织部门"),
        reach="divisions",
        permissions=READING | IMPORTING | {P.BULLETIN_VIEW, P.POSTING_EDIT},
    ),
    # Records and proposes; never edits household data, never closes his own findings (E-31).
    Role(code="supervisor", order=120, label=_("督查员"), reach="divisions", permissions=OVERSIGHT | {P.CHANGE_VIEW}),
    # County leaders see totals, never a household's file (E-35).
    Role(
        code="leader",
        order=130,
        label=_("县领导"),
        reach="divisions",
        permissions=frozenset({P.WORKBENCH, P.BULLETIN_VIEW, P.RULE_VIEW}),
        opens="overview",
    ),
    # 三员分立: a person holds at most one of these three, and none of them sees household data.
    Role(
        code="system_admin",
        order=140,
        label=_("系统管理员"),
        reach="accounts",
        permissions=frozenset({P.WORKBENCH, P.ACCOUNT_MANAGE}),
    ),
    Role(
        code="security_admin",
        order=150,
        label=_("安全管理员"),
        reach="rights",
        permissions=frozenset({P.WORKBENCH, P.POST_MANAGE}),
    ),
    Role(
        code="audit_admin",
        order=160,
        label=_("审计管理员"),
        reach="audit",
        permissions=frozenset({P.WORKBENCH, P.AUDIT_VIEW}),
    ),
)

for _role in ALL:
    slots.ROLES.add(_role)
