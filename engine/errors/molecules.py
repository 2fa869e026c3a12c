# SPDX-License-Identifier: Apache-2.0
"""Errors of files of molecules."""

from __future__ import annotations

from engine.errors.entry import Entry, Status, Who, entry

ENTRIES: dict[str, Entry] = {
    "E-CHEM-01": entry(
        Status.INVALID_ARGUMENT,
        8,
        Who.YOU,
        (
            "None of the {count} entries of {file} is a molecule that can be read.",
            "Look at the file: it must hold SMILES or MOL blocks; choose the right column.",
        ),
        ("{file} 的 {count} 个条目中没有一个可读取的分子。", "请检查文件：应含有 SMILES 或 MOL 块；请选择正确的列。"),
    ),
    "E-CHEM-02": entry(
        Status.NOT_FOUND,
        8,
        Who.YOU,
        (
            "{file} has no column of SMILES of that name.",
            "Name the column: --set column=NAME, or in the window under “The column of SMILES”.",
        ),
        ("{file} 中没有该名称的 SMILES 列。", "请指定列名：--set column=列名，或在窗口的“SMILES 列”中填写。"),
    ),
    "E-CHEM-03": entry(
        Status.RESOURCE_EXHAUSTED,
        8,
        Who.YOU,
        ("{file} holds more than {limit} molecules.", "Split it into several files."),
        ("{file} 含有超过 {limit} 个分子。", "请拆分为多个文件。"),
    ),
    "E-CHEM-04": entry(
        Status.RESOURCE_EXHAUSTED,
        8,
        Who.YOU,
        ("At line {row} of {file} a line or a record is longer than {limit} MB.", "This is hardly a file of molecules; export it again."),
        ("{file} 第 {row} 行处的行或记录超过 {limit} MB。", "这很可能不是分子文件；请重新导出。"),
    ),
    "E-CHEM-05": entry(
        Status.DATA_LOSS,
        8,
        Who.YOU,
        ("{file} ends in the middle of record {row}.", "It was cut short: copy or export it again."),
        ("{file} 在第 {row} 条记录中间结束。", "文件不完整：请重新复制或导出。"),
    ),
}
