# SPDX-License-Identifier: Apache-2.0
"""SIGNAL: waveforms and monitoring series."""

from __future__ import annotations

from engine.errors.entry import Entry, Status, Who, entry

ENTRIES: dict[str, Entry] = {
    "E-SIGNAL-01": entry(
        Status.INVALID_ARGUMENT,
        8,
        Who.YOU,
        ("No recording that can be read was found in {path}.", "Choose the folder that holds the recordings, or one of them."),
        ("在 {path} 中没有找到可读取的记录。", "请选择包含记录文件的文件夹，或直接选择一个记录文件。"),
    ),
    "E-SIGNAL-02": entry(
        Status.INVALID_ARGUMENT,
        8,
        Who.YOU,
        (
            "{file} is damaged or cut short and cannot be read as {format}.",
            "Copy or export it again; if it cannot be had whole, take it out of the folder. Nothing was imported.",
        ),
        ("{file} 已损坏或不完整，无法按 {format} 读取。", "请重新复制或导出；如果无法得到完整文件，请将其移出文件夹。没有导入任何数据。"),
    ),
    "E-SIGNAL-03": entry(
        Status.DATA_LOSS,
        8,
        Who.YOU,
        (
            "The samples of lead {lead} in {file} are not those that its header was written for (the checksum differs).",
            "Header and signal file belong to different copies, or one is damaged: copy both again from the same place.",
        ),
        (
            "{file} 中导联 {lead} 的采样与其头文件不符（校验和不一致）。",
            "头文件与信号文件可能来自不同副本，或其中之一已损坏：请从同一来源重新复制两者。",
        ),
    ),
    "E-SIGNAL-04": entry(
        Status.INVALID_ARGUMENT,
        8,
        Who.YOU,
        ("{file} is of a kind that cannot be read here ({format}).", "Export the signals as EDF, or in WFDB format 16 or 212."),
        ("{file} 的类型（{format}）在此无法读取。", "请以 EDF，或 WFDB 格式 16、212 导出信号。"),
    ),
    "E-SIGNAL-05": entry(
        Status.INVALID_ARGUMENT,
        8,
        Who.YOU,
        (
            "The recordings in {path} have no lead in common.",
            "Say which leads to keep (leads=…), or import recordings with the same leads together.",
        ),
        ("{path} 中的记录没有共同的导联。", "请指定要保留的导联（leads=…），或将导联相同的记录放在一起导入。"),
    ),
    "E-SIGNAL-06": entry(
        Status.INVALID_ARGUMENT,
        8,
        Who.YOU,
        ("The recording {record} has no lead called “{lead}”.", "It has: {known}. Correct the list of leads, or take this recording out."),
        ("记录 {record} 没有名为“{lead}”的导联。", "现有导联：{known}。请更正导联列表，或移出该记录。"),
    ),
    "E-SIGNAL-07": entry(
        Status.INVALID_ARGUMENT,
        8,
        Who.YOU,
        (
            "The recording {record} is {seconds} s long and ends before the part begins ({start} s).",
            "Choose an earlier start, or take this recording out.",
        ),
        ("记录 {record} 时长 {seconds} 秒，在所选片段开始（{start} 秒）之前已结束。", "请选择更早的起点，或移出该记录。"),
    ),
    "E-SIGNAL-08": entry(
        Status.INVALID_ARGUMENT,
        8,
        Who.YOU,
        (
            "{file} is cut short: it should hold {expected} bytes, but has {found}.",
            "Copy or export it again; if it cannot be had whole, take the recording out. Nothing was imported.",
        ),
        (
            "{file} 不完整：应有 {expected} 字节，实际只有 {found} 字节。",
            "请重新复制或导出；如果无法得到完整文件，请移出该记录。没有导入任何数据。",
        ),
    ),
    "E-SIGNAL-09": entry(
        Status.INVALID_ARGUMENT,
        8,
        Who.YOU,
        (
            "In {file}, the scale of the channel “{lead}” means nothing (its smallest and largest stored values are the same, or no numbers).",
            "Export the recording again, or take it out of the folder.",
        ),
        ("文件 {file} 中通道“{lead}”的刻度无效（存储的最小值与最大值相同，或不是数字）。", "请重新导出该记录，或将其移出文件夹。"),
    ),
}
