# SPDX-License-Identifier: Apache-2.0
"""EXCL: patients who must not be used."""

from __future__ import annotations

from engine.errors.entry import Entry, Status, Who, entry

ENTRIES: dict[str, Entry] = {
    "E-EXCL-01": entry(
        Status.FAILED_PRECONDITION,
        8,
        Who.YOU,
        (
            "{count} patients are excluded, but nobody has said which column of “{name}” holds the patient number.",
            "Say it: on the Data page under “With an outcome in mind”, or with: wardround site data patient NAME COLUMN",
        ),
        (
            "已排除 {count} 名患者，但没有人说明“{name}”中哪一列是患者编号。",
            "请指明：在“数据”页的“结合结局查看”中选择，或运行：wardround site data patient NAME COLUMN",
        ),
    ),
    "E-EXCL-02": entry(
        Status.INVALID_ARGUMENT,
        2,
        Who.YOU,
        ("A patient number and a reason are needed.", "Give both, for example: --reason “objected in writing on 3 May”."),
        ("需要患者编号和原因。", "请同时提供两者，例如：--reason “5 月 3 日书面反对”。"),
    ),
    "E-EXCL-03": entry(
        Status.NOT_FOUND,
        8,
        Who.YOU,
        ("This patient is not excluded.", "Look at the list: wardround site data exclusions"),
        ("该患者未被排除。", "请查看清单：wardround site data exclusions"),
    ),
    "E-EXCL-04": entry(
        Status.INVALID_ARGUMENT,
        8,
        Who.YOU,
        ("“{name}” has no column “{column}”.", "Choose one of its columns; `wardround site data show` lists them."),
        ("“{name}”中没有“{column}”列。", "请选择其中的一列；`wardround site data show` 会列出所有列。"),
    ),
}
