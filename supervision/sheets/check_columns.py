"""The columns of 核实表 and of a superior's list, as the one exchange mechanism reads them."""

from povertycase.exchange.columns import Column, Sheet
from supervision.models import CheckItem

ANSWERS = tuple((value, str(label)) for value, label in CheckItem.Answer.choices)

ANSWER_SHEET = Sheet(
    "answers",
    "疑点核实",
    (
        Column("household_no", "户编号", "code", required=True, length=20),
        Column("item", "疑点编号", "int", required=True, low=1),
        Column(
            "answer",
            "核实结果",
            "enum",
            choices=ANSWERS,
            aliases={"已改": "corrected", "无误": "confirmed", "属实": "confirmed", "特殊情况": "special"},
        ),
        Column("words", "情况说明", "text", length=300),
        Column("expires_on", "说明有效期至", "date", future=True, synonyms=("有效期至",)),
    ),
    optional=False,
    note="用下发疑点时下载的核实表填写，户编号和疑点编号不要改动",
)

LIST_SHEET = Sheet(
    "suspicions",
    "疑点清单",
    (
        # Who is meant: by the number, or by a member's identity number, or by place and name where there is only one.
        Column("household_no", "户编号", "code", length=20, synonyms=("户号",)),
        Column("id_number", "证件号码", "id", synonyms=("身份证号", "身份证号码", "公民身份号码", "证件号")),
        Column("town", "乡镇", "text", length=50, synonyms=("乡（镇）", "乡镇名称")),
        Column("village", "村", "text", length=50, synonyms=("行政村", "村名")),
        Column("name", "姓名", "text", length=50, synonyms=("户主", "户主姓名", "人员姓名")),
        Column("rule", "疑点规则", "text", required=True, length=200, synonyms=("疑点类型", "疑点描述", "问题")),
        Column("value", "疑点内容", "text", length=300, synonyms=("疑点值", "数据", "情况")),
    ),
    optional=False,
    note="每条疑点一行；来源和回收期限在上传页填写",
    key="rule",
)
