"""Workbooks from anywhere: believable ones that have nothing to do with the register, and what an officer is told."""

import io
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import xlsxwriter

from tests import workbook_formats as formats
from tests.register_books import book, household, member

Rows = list[list[Any]]
NO_SHEET = ("没有找到工作表“户”", "没有登记表的工作表")


@dataclass(frozen=True)
class Stranger:
    """A workbook: what it is, its bytes, words of the answer (any of them)."""

    name: str
    build: Callable[[], bytes]
    words: tuple[str, ...] = ()


def workbook(**sheets: Rows) -> bytes:
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer) as out:
        for name, rows in sheets.items():
            page = out.add_worksheet(name)
            for down, row in enumerate(rows):
                page.write_row(down, 0, row)
    return buffer.getvalue()


def charts() -> bytes:
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer) as out:
        page = out.add_worksheet("数据")
        page.write_column(0, 0, [1, 2, 3])
        chart: Any = out.add_chart({"type": "column"})
        chart.add_series({"values": "=数据!$A$1:$A$3"})
        out.add_chartsheet("图表1").set_chart(chart)
        page.hide()
    return buffer.getvalue()


def only_pictures() -> bytes:
    buffer = io.BytesIO()
    pixel = bytes.fromhex(
        "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000d49444154789c6360f8cfc0000003010100c9fe92ef0000000049454e44ae426082"
    )
    with xlsxwriter.Workbook(buffer) as out:
        out.add_worksheet("扫描件").insert_image(0, 0, "a.png", {"image_data": io.BytesIO(pixel)})
    return buffer.getvalue()


def month_of(rows: int) -> Rows:
    return [[f"{at}日", "早班", "中班", "夜班"] for at in range(1, rows)]


STRANGERS = (
    Stranger("工资表", lambda: workbook(工资=[["工号", "姓名", "基本工资", "实发"], [101, "张三", 3500, 3200.5], ["合计", "", 3500, 3200.5]])),
    Stranger("课程表", lambda: workbook(初一2班=[["", "星期一", "星期二"], ["第一节", "语文", "数学"], ["第二节", "英语", "体育"]])),
    Stranger("空工作簿", lambda: workbook(Sheet1=[]), (*NO_SHEET, "是空的")),
    Stranger("三张空表", lambda: workbook(Sheet1=[], Sheet2=[], Sheet3=[])),
    Stranger("只有图表", charts),
    Stranger("只有图片", only_pictures),
    Stranger("英文表头", lambda: workbook(Households=[["Household ID", "Head", "Village"], ["1", "Li Si", "Dongsheng"]])),
    Stranger("外县登记册", lambda: workbook(贫困户花名册=[["序号", "市县", "户主", "致贫因素", "人数"], [1, "某县", "李四", "病", 3]])),
    Stranger("值班表", lambda: workbook(十月=month_of(31))),
    Stranger("通讯录", lambda: workbook(通讯录=[["部门", "联系人", "办公电话"], ["水利局", "赵国强", "0436-7221234"]])),
    Stranger("日记账", lambda: workbook(流水=[["日期", "摘要", "借方", "贷方", "余额"], ["2018-10-01", "办公用品", 120, "", 880]])),
    Stranger("固定资产", lambda: workbook(资产=[["编号", "品名", "原值"], ["A001", "打印机", 1800]])),
    Stranger("会议签到", lambda: workbook(签到=[["会议签到表"], ["姓名", "单位", "电话"], ["李四", "县扶贫办", "13900010001"]])),
    Stranger("只有一句话", lambda: workbook(说明=[["请于 10 月 20 日前报送"]])),
    Stranger("只有数字", lambda: workbook(Sheet1=[[at * row for at in range(20)] for row in range(50)])),
    Stranger("名叫户的别的表", lambda: workbook(户=[["门牌", "业主", "物业费"], ["1-101", "张三", 320]]), ("没有找到表头", "缺少列")),
    Stranger("名叫户的半张表", lambda: workbook(户=[["户编号", "乡镇", "村"], ["1", "东屏镇", "公和勒"]]), ("缺少列",)),
    Stranger("名叫户只有表头", lambda: book(household=[], member=[]), ("没有一行数据",)),
    Stranger("统计报表", lambda: workbook(表一=[["指标名称", "计量单位", "代码", "本期"], ["甲", "乙", "丙", 1], ["贫困人口", "人", "01", 320]])),
    Stranger("问卷", lambda: workbook(答卷=[["提交时间", "1. 您的性别", "2. 您的年龄段"], ["2018/10/1 10:00", "男", "30-40"]])),
    Stranger("气象", lambda: formats.ods({"站点": [["站号", "经度", "纬度"], ["54041", "122.8", "45.3"]]})),
    Stranger("网站导出", lambda: formats.text([["id", "title", "url"], [1, "通知", "http"]], "utf-8")),
    Stranger("换名的登记簿", lambda: workbook(一=[["户编号", "姓名", "电话"], ["1", "李四", "139"]])),
)  # fmt: skip


def other_county() -> bytes:
    """A register of another county: our headings, villages we do not have."""
    return book(
        household=[household("1", county="某县", town="青山镇", village="白水村"), household("2", town="绿水乡", village="青石村")],
        member=[member("1", "李四", 1), member("2", "张三", 3)],
    )  # fmt: skip
