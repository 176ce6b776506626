"""Every finding an import can make, declared once: its code, how grave it is, what it says, what to do about it.

The pages of docs/import-findings.md are written from here; a code that is used and not declared fails a test. Floors
above add their own to slots.FINDING_CODES.
"""

from collections.abc import Iterator

from povertycase import slots
from povertycase.slots import FindingCode

E, W, C, S = "error", "warning", "cleaned", "skipped"
SEVERITIES = {E: "退回", W: "提醒", C: "已自动整理", S: "跳过并计数"}

# The thirty-two kinds of dirt of village workbooks (reference.md 7.3), and what comes beside them (33).
DIRT = (
    "证件号码存成数值、科学计数",
    "证件号码带 .0",
    '撇号、="…" 包裹',
    "校验位小写 x、全角Ｘ、叉号、星号",
    "全角数字和字母",
    "空格、不间断空格、制表符、零宽字符、换行",
    "姓名用空格对齐",
    "丢了前面的 0",
    "15 位旧号码、17 位号码",
    "残疾人证号填在证件号码列，或相反",
    "户主的证件号码抄给全家",
    "日期写成文字",
    "日期序号、1904 日期系统",
    "2018.10 存成 2018.1",
    "不存在的日期、1900-01-01、将来的日期",
    "多行合并表头、标题行、单位行",
    "合并单元格只有首行有值",
    "小计、合计、空行、签字行",
    "隐藏的表、行、列，几张同样的表，旧格式、WPS、各种编码",
    "公式没有结果、公式出错",
    "万元与元、公顷与亩等单位混用",
    "数字带单位或文字",
    "千分位、全角逗号、字母 O 和 l",
    "无、/、—、空、0、不详",
    "代码值的别名",
    "单值格里填了两项",
    "两个户主、没有户主、两个配偶",
    "一户的成员不相连、没有户编号",
    "性别、出生日期与证件号码不符",
    "生僻字丢失、繁体字、造字",
    "村改名撤并、村与社区混写、带县名",
    "一人在两村、已死亡或迁出仍在册、整行重复",
    "另：批注、旧格式的行数上限、表头错字、脱敏号码",
)

CODES = (
    FindingCode("id_floated", E, "证件号码被存成了数值或科学计数，后几位已经丢失", "把单元格设为文本，按证件重新录入", (1,)),
    FindingCode("floated", E, "编号被存成了数值，后几位已经丢失", "把单元格设为文本，重新录入", (1,)),
    FindingCode("bank_floated", W, "银行账号被存成了数值，没有导入", "把单元格设为文本，重新录入", (1,)),
    FindingCode("phone_floated", W, "电话被存成了科学计数，没有导入", "把单元格设为文本，重新录入", (1,)),
    FindingCode("id_float", C, "证件号码末尾的 .0 已去掉", "不用处理", (2,)),
    FindingCode("id_spaces", C, "证件号码里的空格、引号、换行已去掉", "不用处理", (3, 6)),
    FindingCode("tidied", C, "空格、引号、全角、不可见字符已整理", "不用处理", (3, 5, 6, 7, 23)),
    FindingCode("id_lower_x", C, "证件号码末位的 x 已改为大写", "不用处理", (4,)),
    FindingCode("id_cross", C, "证件号码末位的叉号已改为 X", "不用处理", (4,)),
    FindingCode("id_masked", E, "证件号码带星号，登记册中没有原号码可以保留", "填写完整号码", (4, 33)),
    FindingCode("id_width", C, "证件号码的全角字符已改为半角", "不用处理", (4, 5)),
    FindingCode("leading_zero", C, "代码、组号前的 0 已统一", "不用处理", (8,)),
    FindingCode("id_from_15", C, "15 位证件号码已换成 18 位", "不用处理", (9,)),
    FindingCode("id_length", E, "证件号码位数不对", "对照证件核对位数", (9,)),
    FindingCode("id_characters", E, "证件号码里有不该有的字符", "对照证件改正", (4,)),
    FindingCode("id_disability", E, "残疾人证号第 19、20 位不是残疾类别和等级", "对照残疾人证改正", (10,)),
    FindingCode("id_date", E, "证件号码里的出生日期不存在", "核对第 7 至 14 位", (15,)),
    FindingCode("id_future", E, "证件号码里的出生日期晚于业务日期", "核对第 7 至 14 位", (15,)),
    FindingCode("id_check", E, "证件号码校验位不对", "对照证件核对最后一位和中间数字", (9,)),
    FindingCode("date_written", C, "日期已统一为 2018-05-01 的写法", "不用处理", (12,)),
    FindingCode("date_month_only", W, "只有年月，按当月 1 日读取", "有准确日期时补填", (12,)),
    FindingCode("date_short_year", W, "年份只有两位，已按就近的世纪读取", "核对年份", (12,)),
    FindingCode("date_year_only", E, "只有年份，不成日期", "填写完整日期", (12,)),
    FindingCode("not_a_date", E, "不是日期", "按 2018-05-01 填写", (12,)),
    FindingCode("date_serial", C, "日期序号已换成日期", "不用处理", (13,)),
    FindingCode("from_1904", C, "文件的日期从 1904 年起算，已换算", "不用处理", (13,)),
    FindingCode("date_ambiguous", E, "分不清 1 月和 10 月，或年月和年月日", "按 2018-10-01 填写", (14,)),
    FindingCode("date_impossible", E, "日期不存在或不合理", "核对日期", (15,)),
    FindingCode("date_future", E, "日期晚于业务日期", "核对年份", (15,)),
    FindingCode("year_of_date", C, "填的是日期，取其年份", "不用处理", (12,)),
    FindingCode("year_short", W, "年份只有两位，已按就近的世纪读取", "核对年份", (12,)),
    FindingCode("year_impossible", E, "不是合理的年份", "填四位年份", (15,)),
    FindingCode("unit_above", W, "按表上方“单位：万元”之类换算", "核对单位", (16, 21)),
    FindingCode("heading_alike", C, "表头有错字，按最像的一列读取", "不用处理", (16, 33)),
    FindingCode("heading_remembered", C, "表头按以前改正过的对应读取", "不用处理", (16,)),
    FindingCode("heading_twice", W, "同一表头出现两次，只读一列", "删去或改名多余的一列", (16,)),
    FindingCode("heading_unknown", W, "不认识的列，没有导入", "需要时在对应页指明，或改成模板的表头", (16,)),
    FindingCode("merged_filled", C, "合并单元格，以下各行按同一内容读取", "不用处理", (17,)),
    FindingCode("blank", S, "空行", "不用处理", (18,)),
    FindingCode("no_data", S, "合计、小计、说明、签字等不是数据的行", "不用处理", (18,)),
    FindingCode("sheet_hidden", W, "隐藏的工作表，已读取", "核对是否应当导入", (19,)),
    FindingCode("sheet_ignored", W, "不是登记表的工作表，没有读取", "应当导入时改成模板的表名或表头", (19,)),
    FindingCode("sheet_twice", W, "与前面的工作表重复，没有读取", "合成一张表", (19,)),
    FindingCode("sheet_by_headings", W, "按表头认出的工作表", "核对认得对不对", (19,)),
    FindingCode("rows_hidden", W, "有隐藏的行，已一并读取", "核对隐藏的行是否应当导入", (19,)),
    FindingCode("columns_hidden", W, "有隐藏的列，已一并读取", "核对隐藏的列是否应当导入", (19,)),
    FindingCode("formula_error", E, "公式出错（#REF! 等）", "改正公式或直接填写内容", (20,)),
    FindingCode("not_a_number", E, "不是数字，或分不清是哪个数", "只填一个数字", (22, 23)),
    FindingCode("number_with_words", W, "数字带有文字，按其中的数字读取", "核对数值和单位", (22,)),
    FindingCode("letters_in_number", W, "数字中有字母 O、l，按 0、1 读取", "核对数值", (23,)),
    FindingCode("not_whole", E, "应为整数", "核对数值", (22,)),
    FindingCode("too_small", E, "小于允许的最小值", "核对数值和单位", (21,)),
    FindingCode("too_large", E, "大于允许的最大值", "核对数值和单位", (21,)),
    FindingCode("rounded", C, "小数过多，已四舍五入", "不用处理", (22,)),
    FindingCode("zero_is_blank", C, "日期、年份填 0，按没有填写读取", "不用处理", (24,)),
    FindingCode("ditto", E, "“同上”不能导入", "写出内容", (24,)),
    FindingCode("required", E, "必填的格没有填写", "补上", (24,)),
    FindingCode("synonym", C, "别名已换成代码表的写法", "不用处理", (25,)),
    FindingCode("not_in_list", E, "不在代码表内", "按所列的值填写", (25,)),
    FindingCode("not_yes_no", E, "只能填“是”或“否”", "改填", (25,)),
    FindingCode("two_values", E, "单值格里填了两项", "留下主要的一项", (26,)),
    FindingCode("too_many", E, "多值格里超过了允许的项数", "留下主要的几项", (26,)),
    FindingCode("stands_alone", E, "“健康”之类不能与其他项同填", "删去不对的一项", (26,)),
    FindingCode("household_no_missing", E, "没有户编号，整行不能导入", "补上户编号", (28,)),
    FindingCode("key_missing", E, "没有主键列的内容，整行不能导入", "补上", (28,)),
    FindingCode("key_twice", E, "同一主键出现两次而内容不同", "留下正确的一行", (32,)),
    FindingCode("row_twice", C, "与前面某行完全相同，只导入一行", "不用处理", (32,)),
    FindingCode("refused", E, "办理时的规定不允许这一行，理由见说明", "按说明改正", ()),
    FindingCode("not_allowed", E, "您的岗位不能办理这一行", "请有权的人导入", ()),
    FindingCode(
        "row_kept", W, "撤销导入时，这一行写入的内容后来又有改动、已经使用或已经审核，没有撤销", "逐条核对，需要时手工改", ()
    ),
    FindingCode("row_failed", E, "写入这一行时系统出错，没有写入", "把批次号和行号告诉管理员", ()),
    FindingCode("code_characters", E, "编号里有不该有的字符", "核对编号", (6,)),
    FindingCode("code_is_id", E, "编号列里填的是证件号码", "改填编号", (10,)),
    FindingCode("name_digits", E, "姓名中有数字", "核对姓名", (30,)),
    FindingCode("name_masked", E, "姓名带星号，是脱敏后的姓名", "填写全名", (33,)),
    FindingCode("name_glyph", W, "姓名中有无法显示的字，已原样保留", "按身份证改正", (30,)),
    FindingCode("place_alike", W, "村名或乡镇名缺字，按唯一相近的读取", "核对村名", (30,)),
    FindingCode("unknown_town", E, "本县没有这个乡镇", "按区划名称填写", (31,)),
    FindingCode("unknown_village", E, "这个乡镇没有这个村", "核对村名", (31,)),
    FindingCode("village_ambiguous", E, "这个乡镇有几个同名的村", "写全称（村委会或社区）", (31,)),
    FindingCode("village_moved", W, "已撤并的村，按新村导入", "核对新村", (31,)),
    FindingCode("village_out_of_reach", E, "村不在您的管辖范围内", "请有权的人导入，或核对村名", (31,)),
    FindingCode("too_long", E, "文字超过列的长度", "缩短", (6,)),
    FindingCode("phone_odd", W, "电话位数不对，已原样保留", "核对电话", (22,)),
    FindingCode("phone_several", W, "填了几个电话，只取第一个", "核对", (26,)),
    FindingCode("phone_unreadable", W, "不是电话号码，没有导入", "核对电话", (22,)),
    FindingCode("phone_masked", W, "电话带星号，登记册中没有原号码可以保留，没有导入", "填写完整号码", (33,)),
    FindingCode("bank_masked", W, "账号带星号，登记册中没有原账号可以保留，没有导入", "填写完整账号", (33,)),
    FindingCode("bank_unreadable", W, "不是账号，没有导入", "核对账号", (22,)),
    FindingCode("comments_ignored", W, "批注里的内容没有导入", "需要的内容填进单元格", (33,)),
    FindingCode("xls_full", W, "正好是旧格式的最大行数，后面的行可能已经丢失", "核对行数，另存为 .xlsx 重新汇总", (33,)),
)  # fmt: skip


def page() -> Iterator[str]:
    """The page of the findings: kinds of dirt with their codes, then every code with what to do."""
    known = list(slots.FINDING_CODES)
    yield "# 导入时会发现什么\n\n本页由 `make docs` 生成，请勿手工修改。\n"
    yield "确定的自动整理并说明，可能的提醒，不可能的退回；一行里的问题一次说全，原始行加密保存 30 天。\n"
    yield "单元格的颜色不读；受保护的工作表照常读取；数字存成文本（绿三角）照常读取。\n"
    yield f"\n## 村级表格的 {len(DIRT) - 1} 种脏数据\n\n| 序 | 脏数据 | 处理 |\n|---|---|---|"
    for number, title in enumerate(DIRT, start=1):
        codes = [f"`{code.code}`（{SEVERITIES[code.severity]}）" for code in known if number in code.dirt]
        yield f"| {number if number < len(DIRT) else ''} | {title} | {'、'.join(codes)} |"
    for severity, words in SEVERITIES.items():
        found = sorted((code for code in known if code.severity == severity), key=lambda code: code.code)
        yield f"\n## {words}（{len(found)} 种）\n\n| 代码 | 意思 | 怎么办 |\n|---|---|---|"
        for code in found:
            yield f"| `{code.code}` | {code.words} | {code.todo} |"
