"""Files that came in, what an import made of them, and searches that must not stand in an address."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from povertycase.reach import Reach, ReachManager


class Upload(models.Model):
    """A file as it was received: stored encrypted under a random name, deleted after 30 days."""

    name = models.CharField(_("文件名"), max_length=255)
    stored_as = models.CharField(max_length=80, unique=True)
    sha256 = models.CharField(max_length=64, db_index=True)
    size = models.PositiveIntegerField()
    by = models.ForeignKey("povertycase.Account", models.PROTECT, null=True, blank=True, db_column="by_id")
    created_at = models.DateTimeField(db_default=models.functions.Now())
    deleted_at = models.DateTimeField(null=True, blank=True)

    reach = Reach(own="by")
    objects = ReachManager()

    def __str__(self) -> str:
        return self.name


class ImportBatch(models.Model):
    """One import 导入批次 from the file to its receipt."""

    class State(models.TextChoices):
        READING = "reading", _("读取中")
        CHECKED = "checked", _("待确认")
        APPLYING = "applying", _("导入中")
        APPLIED = "applied", _("已导入")
        REFUSED = "refused", _("已退回")
        CANCELLED = "cancelled", _("已放弃")
        UNDOING = "undoing", _("撤销中")
        UNDONE = "undone", _("已撤销")

    kind = models.CharField(max_length=40)
    upload = models.ForeignKey(Upload, models.PROTECT)
    division_code = models.CharField(max_length=12, blank=True, default="")
    state = models.CharField(_("状态"), max_length=12, choices=State.choices, default=State.READING)
    counts = models.JSONField(default=dict)  # per sheet: rows, new, changed, same, refused, cleaned
    refusal = models.TextField(blank=True, default="")
    # The sentence above as it can be translated; empty in batches from before these were kept.
    refusal_words = models.TextField(blank=True, default="")
    refusal_params = models.JSONField(null=True, blank=True)
    business_date = models.DateField(_("业务日期"))
    by = models.ForeignKey("povertycase.Account", models.PROTECT, null=True, blank=True, db_column="by_id")
    job = models.ForeignKey("povertycase.JobRun", models.SET_NULL, null=True, blank=True)
    created_at = models.DateTimeField(db_default=models.functions.Now())
    applied_at = models.DateTimeField(null=True, blank=True)

    reach = Reach(division="division_code", own="by")
    objects = ReachManager()

    class Meta:
        indexes = [models.Index(fields=["-created_at"])]

    @property
    def is_kept(self) -> bool:
        """Is the file still stored?"""
        return self.upload.deleted_at is None

    @property
    def is_of_rows(self) -> bool:
        """Is the row the atom of this kind, and not the household?"""
        return "rows" in self.counts

    @property
    def numbers(self) -> dict[str, int]:
        """new, changed, same, refused: rows of a small kind, households of the register; empty before the check."""
        return self.counts.get("rows") or self.counts.get("households") or {}


class ImportProblem(models.Model):
    """One finding in one cell 问题: sheet, row, column, heading, value (secrets masked), words."""

    class Severity(models.TextChoices):
        ERROR = "error", _("退回")
        WARNING = "warning", _("提醒")
        CLEANED = "cleaned", _("已自动整理")

    batch = models.ForeignKey(ImportBatch, models.CASCADE, related_name="problems")
    sheet = models.CharField(_("工作表"), max_length=40)
    row = models.PositiveIntegerField(_("行"), null=True, blank=True)
    column = models.CharField(_("列"), max_length=3, blank=True, default="")
    heading = models.CharField(_("表头"), max_length=60, blank=True, default="")
    value = models.CharField(_("单元格内容"), max_length=200, blank=True, default="")
    code = models.CharField(max_length=40)
    severity = models.CharField(max_length=8, choices=Severity.choices)
    message = models.TextField(_("说明"))
    household_no = models.CharField(max_length=20, blank=True, default="")
    # The message as it can be translated, without its place; empty in findings from before these were kept.
    words = models.TextField(blank=True, default="", db_default="")
    params = models.JSONField(null=True, blank=True)
    # What the cell should probably say, where something near is known; as it would be typed.
    proposal = models.CharField(_("建议填写"), max_length=200, blank=True, default="", db_default="")

    reach = Reach(division="batch__division_code", own="batch__by")
    objects = ReachManager()

    class Meta:
        indexes = [models.Index(fields=["batch", "severity", "sheet", "row"])]


class SentRows(models.Model):
    """Rows of a sheet as they were sent 原始行: one sealed block, kept as long as the file they came in."""

    batch = models.ForeignKey(ImportBatch, models.CASCADE, related_name="sent")
    sheet = models.CharField(max_length=40)  # its title
    first = models.PositiveIntegerField()
    last = models.PositiveIntegerField()
    left = models.PositiveIntegerField()
    sealed = models.BinaryField()

    reach = Reach(division="batch__division_code", own="batch__by")
    objects = ReachManager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["batch", "sheet", "first"], name="sent_rows_once")]


class ImportMapping(models.Model):
    """What a heading of a place's own workbooks means 列对应: a field, or nothing that is imported.

    heading: as it is compared (columns.plain_heading); shown: as it was written; key: of the declared column, empty
    for a column that is left out.
    """

    kind = models.CharField(max_length=40)
    sheet = models.CharField(max_length=40)  # the declared sheet's code
    heading = models.CharField(max_length=120)
    shown = models.CharField(_("表头"), max_length=120)
    key = models.CharField(max_length=60, blank=True, default="")
    division_code = models.CharField(max_length=12)
    by = models.ForeignKey("povertycase.Account", models.PROTECT, null=True, blank=True, db_column="by_id")
    created_at = models.DateTimeField(db_default=models.functions.Now())

    reach = Reach(division="division_code", own="by")
    objects = ReachManager()

    class Meta:
        verbose_name = _("列对应")
        constraints = [
            models.UniqueConstraint(fields=["kind", "sheet", "heading", "division_code"], name="import_mapping_once")
        ]

    def __str__(self) -> str:
        return self.shown


class SavedSearch(models.Model):
    """A search by full ID or phone: sent by POST, kept as a blind index, named by a random key in the address."""

    key = models.CharField(max_length=32, primary_key=True)
    kind = models.CharField(max_length=10)  # id | phone
    index = models.BinaryField()
    by = models.ForeignKey("povertycase.Account", models.CASCADE, db_column="by_id")
    created_at = models.DateTimeField(db_default=models.functions.Now())

    reach = Reach(own="by")
    objects = ReachManager()
