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
    "E-FILE-03": entry(
        Status.DATA_LOSS,
        5,
        Who.HOSPITAL_IT,
        (
            "The file {path} was changed, cut short, or belongs to another vault; it cannot be opened.",
            "Restore it from a backup; nothing in it was used.",
        ),
        ("文件 {path} 已被改动、不完整，或属于另一个保险库，无法打开。", "请从备份恢复该文件；其中的内容未被使用。"),
    ),
    # --- SET: the settings of this machine
    "E-SET-01": entry(
        Status.INVALID_ARGUMENT,
        8,
        Who.YOU,
        ("The setting {key} ({source}) is unknown.", "Did you mean: {known}?"),
        ("未知的设置 {key}（{source}）。", "您是不是想写：{known}？"),
    ),
    "E-SET-02": entry(
        Status.INVALID_ARGUMENT,
        8,
        Who.YOU,
        (
            "The settings file {source} cannot be understood at line {line}.",
            "Mend that line, or remove the file: then every setting has its default.",
        ),
        ("无法理解设置文件 {source} 的第 {line} 行。", "请修改该行，或删除该文件以恢复全部默认设置。"),
    ),
    "E-SET-03": entry(
        Status.INVALID_ARGUMENT,
        8,
        Who.YOU,
        ("The setting {key} ({source}) does not have a value that exists.", "Choose one of these: {known}."),
        ("设置 {key}（{source}）的值不存在。", "请选择以下之一：{known}。"),
    ),
    "E-SET-04": entry(
        Status.INVALID_ARGUMENT,
        8,
        Who.YOU,
        ("The setting {key} ({source}) must be a whole number from {low} to {high}.", "Enter such a number, without quotes."),
        ("设置 {key}（{source}）必须是 {low} 到 {high} 之间的整数。", "请填写这样的数字，不要加引号。"),
    ),
    "E-SET-05": entry(
        Status.INVALID_ARGUMENT,
        8,
        Who.YOU,
        ("The setting {key} ({source}) must be a text on one line.", "Enter it in quotes, without line breaks."),
        ("设置 {key}（{source}）必须是单行文本。", "请加引号填写，不要换行。"),
    ),
    "E-SET-06": entry(
        Status.INVALID_ARGUMENT,
        8,
        Who.HOSPITAL_IT,
        (
            "The setting {key} ({source}) is not the address of a proxy.",
            "Enter it as http://name:port, for example http://proxy.hospital.example:8080.",
        ),
        ("设置 {key}（{source}）不是代理地址。", "请按 http://名称:端口 填写，例如 http://proxy.hospital.example:8080。"),
    ),
    "E-SET-07": entry(
        Status.FAILED_PRECONDITION,
        1,
        Who.HOSPITAL_IT,
        (
            "The settings could not be saved to {path}: {reason}.",
            "Check that the disk is not full and that you may write there; the old settings are unchanged.",
        ),
        ("无法将设置保存到 {path}：{reason}。", "请检查磁盘空间和写入权限；原设置未改变。"),
    ),
}
