# SPDX-License-Identifier: Apache-2.0
"""IDENT: what identifies a person stands between records and a study."""

from __future__ import annotations

from engine.errors.entry import Entry, Status, Who, entry

ENTRIES: dict[str, Entry] = {
    "E-IDENT-01": entry(
        Status.FAILED_PRECONDITION,
        8,
        Who.YOU,
        ("The search for identifiers in “{name}” is not finished ({percent} %).", "Wait until every cell has been looked at, then join."),
        ("对“{name}”的身份标识检查尚未完成（{percent} %）。", "请等待所有单元格检查完毕，然后再加入研究。"),
    ),
    "E-IDENT-02": entry(
        Status.FAILED_PRECONDITION,
        8,
        Who.YOU,
        (
            "“{name}” holds what identifies a person, in {count} column(s): {columns}.",
            "Remove or mend these columns on the Data page, or let a named person answer for each with a reason: wardround site data override.",
        ),
        (
            "“{name}”中有 {count} 列含有可识别个人身份的内容：{columns}。",
            "请在数据页删除或处理这些列，或由具名人员说明理由并为每一列负责：wardround site data override。",
        ),
    ),
    "E-IDENT-03": entry(
        Status.INVALID_ARGUMENT,
        8,
        Who.YOU,
        ("In “{name}”, nothing in the column “{column}” stops joining.", "See what was found: wardround site data check."),
        ("“{name}”的列“{column}”中没有妨碍加入研究的内容。", "查看检查结果：wardround site data check。"),
    ),
    "E-IDENT-04": entry(
        Status.INVALID_ARGUMENT,
        8,
        Who.YOU,
        (
            "An override needs the name of a person and a reason of at least {least} characters.",
            "Say who answers for it, and why it is allowed.",
        ),
        ("确认放行需要具名人员，以及至少 {least} 个字符的理由。", "请说明由谁负责以及为何允许。"),
    ),
    "E-IDENT-05": entry(
        Status.INVALID_ARGUMENT,
        8,
        Who.YOU,
        ("“{name}” has no column “{column}”.", "Look at its columns: wardround site data show."),
        ("“{name}”没有列“{column}”。", "查看其列：wardround site data show。"),
    ),
}
