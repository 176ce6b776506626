"""What assistance puts into the slots."""

from pathlib import Path

from django.utils.translation import gettext_lazy as _

from assistance import facts
from assistance.queries import measures, visits
from assistance.sheets import roll_kinds, visit_rows
from povertycase import slots
from povertycase.access.permissions import Permission
from povertycase.exchange import batch
from povertycase.rules.versions import SHIPMENTS, Shipment
from povertycase.slots import AuditKind, ListColumn, ListFilter, MenuEntry, Section, WorkbenchItem

HERE = Path(__file__).resolve().parent

SENTENCES = (
    AuditKind("visit.entered", _("登记走访"), _("{by}登记户 {about} 在 {day} 的走访")),
    AuditKind("visit.taken_back", _("撤销走访"), _("{by}撤销导入的户 {about} 在 {day} 的走访")),
    AuditKind("visit.corrected", _("更正走访"), _("{by}更正户 {about} 在 {day} 的走访：{fields}")),
    AuditKind("measure.planned", _("登记措施"), _("{by}登记户 {about} 的措施：{measure}")),
    AuditKind("measure.changed", _("修改措施"), _("{by}修改户 {about} 的措施“{measure}”：{fields}")),
)

facts.register()
batch.add(visit_rows.KIND)
for _roll in roll_kinds.KINDS:
    slots.ROLL_KINDS.add(_roll)
slots.MENU.add(MenuEntry("visits", 22, _("走访和措施"), "visits", Permission.HOUSEHOLD_VIEW))
SHIPMENTS.add(Shipment("frequencies", "frequency", HERE / "frequencies"))
SHIPMENTS.add(Shipment("policies", "policy", HERE / "policies"))
for _kind in SENTENCES:
    slots.AUDIT_KINDS.add(_kind)
slots.FILE_SECTIONS.add(
    Section(
        "measures", 80, _("帮扶措施"), Permission.HOUSEHOLD_VIEW, measures.section, "assistance/sections/measures.html"
    )
)
slots.FILE_SECTIONS.add(
    Section("visits", 90, _("走访"), Permission.HOUSEHOLD_VIEW, visits.section, "assistance/sections/visits.html")
)
slots.LIST_COLUMNS.add(
    ListColumn(
        "last_visit", 140, _("最近走访"), lambda row: row.last_visit, visits.last_day, default=False, kind="num-id"
    )
)
slots.LIST_FILTERS.add(ListFilter("visited", 140, _("本月走访"), visits.by_visited, visits.visited_choices))
slots.WORKBENCH_ITEMS.add(WorkbenchItem("visits.deadline", 20, "notice", Permission.VISIT_ENTER, visits.deadline))
slots.WORKBENCH_ITEMS.add(WorkbenchItem("visits.progress", 10, "progress", Permission.HOUSEHOLD_VIEW, visits.progress))
