# SPDX-License-Identifier: Apache-2.0
"""NOTE: clinical notes as files of text or in FHIR documents."""

from __future__ import annotations

from engine.errors.entry import Entry, Status, Who, entry

ENTRIES: dict[str, Entry] = {
    "E-NOTE-01": entry(
        Status.INVALID_ARGUMENT,
        8,
        Who.YOU,
        (
            "{path} holds no note with text.",
            "Choose a folder of .txt files, or an export of DocumentReference resources with attached text.",
        ),
        ("{path} 中没有含文本的病历记录。", "请选择含 .txt 文件的文件夹，或附有文本的 DocumentReference 导出文件。"),
    ),
    "E-NOTE-02": entry(
        Status.INVALID_ARGUMENT,
        8,
        Who.YOU,
        (
            "None of the {count} file names in {path} fits the pattern for the patient id.",
            "Write {{id}} where the id stands and * for anything else, for example {{id}}_*.txt.",
        ),
        ("{path} 中 {count} 个文件名均不符合患者编号的模式。", "请在编号的位置写 {{id}}，其他任意部分写 *，例如 {{id}}_*.txt。"),
    ),
    "E-NOTE-03": entry(
        Status.INVALID_ARGUMENT,
        8,
        Who.YOU,
        ("The note {file} has {found} MB; a note may have {limit} MB.", "Leave it out, or split it into the notes that it consists of."),
        ("记录 {file} 大小为 {found} MB；每份记录最多 {limit} MB。", "请不要包含它，或拆分成单独的记录。"),
    ),
    "E-NOTE-04": entry(
        Status.INVALID_ARGUMENT,
        8,
        Who.YOU,
        ("In {file}, the text attached to document {row} is damaged (no valid base64).", "Export the documents again."),
        ("文件 {file} 中第 {row} 份文档所附的文本已损坏（不是有效的 base64）。", "请重新导出这些文档。"),
    ),
}
