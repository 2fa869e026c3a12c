# SPDX-License-Identifier: Apache-2.0
"""BUG, FILE, SET: the program, its machine and its settings."""

from __future__ import annotations

from engine.errors.entry import Entry, Status, Who, entry

ENTRIES: dict[str, Entry] = {
    # --- BUG: the door's last resort
    "E-BUG-01": entry(
        Status.INTERNAL,
        1,
        Who.DEVELOPERS,
        ("Something went wrong inside Wardround ({kind}).", "Nothing was lost. Save the details and send them to the developers."),
        ("Wardround 内部出错（{kind}）。", "数据没有丢失。请保存详细信息并发送给开发人员。"),
    ),
    # --- FILE: the operating system
    "E-FILE-01": entry(
        Status.INVALID_ARGUMENT,
        8,
        Who.YOU,
        ("The file {path} cannot be read: {reason}.", "Check the name and that you may open it, then try again."),
        ("无法读取文件 {path}：{reason}。", "请检查文件名和读取权限，然后重试。"),
    ),
    "E-FILE-02": entry(
        Status.RESOURCE_EXHAUSTED,
        1,
        Who.HOSPITAL_IT,
        (
            "There is not enough free disk space in {path}: {need} MB are needed, {free} MB are free.",
            "Free some space and try again; nothing was changed.",
        ),
        ("{path} 的磁盘空间不足：需要 {need} MB，剩余 {free} MB。", "请清理磁盘后重试；没有任何更改。"),
    ),
}
