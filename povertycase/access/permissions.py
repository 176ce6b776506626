"""What may be done here: one name per right; roles.py says which post carries which."""

from enum import StrEnum


class Permission(StrEnum):
    """A right that a page, an API path or an action asks for."""

    WORKBENCH = "workbench"  # every account with a post

    HOUSEHOLD_VIEW = "household_view"
    HOUSEHOLD_EDIT = "household_edit"
    HOUSEHOLD_EXPORT = "household_export"
    PAIRING_EDIT = "pairing_edit"  # who answers for which household: by the list, township and above
    # Health, disability and the causes 因病 and 因残: only where the duty needs them (reference.md 8.3).
    HEALTH_VIEW = "health_view"
    AMOUNT_VIEW = "amount_view"  # income against the line: township and above
    REVEAL = "reveal"  # a masked number, with a reason and an audit entry

    CLEAR_APPROVE = "clear_approve"  # clear numbers in an export that somebody else asked for

    VISIT_ENTER = "visit_enter"
    MEASURE_EDIT = "measure_edit"

    # 修改申请: nobody holds two opinions on one request; which opinion is whose says households/actions/change_routes.py.
    CHANGE_VIEW = "change_view"
    CHANGE_PROPOSE = "change_propose"
    CHANGE_VERIFY = "change_verify"  # the township
    CHANGE_CONFIRM = "change_confirm"  # the county office
    CHANGE_CERTIFY = "change_certify"  # a bureau, for the facts it answers for
    WINDOW_EDIT = "window_edit"  # the year's collection window 采集窗口

    # 疑似重复: two entries that may be one person; decided by who sees both (households/actions/duplicates.py).
    DUPLICATE_VIEW = "duplicate_view"
    DUPLICATE_DECIDE = "duplicate_decide"
    # 数据比对: an export of another system beside the register; what is true goes on as a change request.
    DIFFERENCE_VIEW = "difference_view"
    DIFFERENCE_RUN = "difference_run"
    DIFFERENCE_DECIDE = "difference_decide"

    EXIT_VIEW = "exit_view"
    EXIT_RUN = "exit_run"
    FIGURE_ENTER = "figure_enter"  # what bureaus and evaluators say of a village or the county, with its paper
    SHORTFALL_PLAN = "shortfall_plan"  # measure, owner and date of a 短板
    SHORTFALL_CLOSE = "shortfall_close"  # the township, never the planner
    SHORTFALL_CLOSE_PLACE = (
        "shortfall_close_place"  # the county: its own, and of villages what a township itself reports
    )

    # 疑点: sent down by the county, answered in the village, audited by township and county; three people.
    CHECK_VIEW = "check_view"
    CHECK_SEND = "check_send"
    CHECK_ANSWER = "check_answer"
    CHECK_PASS = "check_pass"
    CHECK_CLOSE = "check_close"

    BULLETIN_VIEW = "bulletin_view"
    BULLETIN_DRAFT = "bulletin_draft"
    BULLETIN_ISSUE = "bulletin_issue"  # never by the person who made the draft

    IMPORT_VIEW = "import_view"
    IMPORT_RUN = "import_run"
    # Kinds of import that no page writes: each kind asks for its own right beside that to import at all.
    POSTING_EDIT = "posting_edit"  # 驻村选派: the organisation department (E-32)
    BUREAU_LIST = "bureau_list"  # what a bureau confirms of persons: itself, or the county office by its paper
    DIVISION_EDIT = "division_edit"  # towns and villages of the county
    JOB_VIEW = "job_view"
    RULE_VIEW = "rule_view"
    RULE_DRAFT_VIEW = "rule_draft_view"  # read drafts, compare them with what is in force
    RULE_DRAFT = "rule_draft"
    RULE_APPROVE = "rule_approve"  # never the author

    ACCOUNT_MANAGE = "account_manage"  # 系统管理员
    POST_MANAGE = "post_manage"  # 安全管理员
    AUDIT_VIEW = "audit_view"  # 审计管理员
