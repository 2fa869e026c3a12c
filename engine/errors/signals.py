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
    "E-SIGNAL-10": entry(
        Status.INVALID_ARGUMENT,
        8,
        Who.YOU,
        (
            "In {file}, row {row} of “{column}” is no moment that can be read.",
            "Write times as 2024-01-31 07:30, as 07:30:12, or as numbers with their unit in the column's name, such as “time [min]”.",
        ),
        (
            "文件 {file} 的列“{column}”第 {row} 行不是可识别的时间。",
            "请将时间写作 2024-01-31 07:30、07:30:12，或写作数字并在列名中注明单位，例如“time [min]”。",
        ),
    ),
    "E-SIGNAL-11": entry(
        Status.INVALID_ARGUMENT,
        8,
        Who.YOU,
        (
            "{file} has no column “{column}”, or none that can be taken for it.",
            "Columns there are: {known}. Say which one is meant in the choices of this format.",
        ),
        ("文件 {file} 中没有列“{column}”，也没有可视为该列的列。", "现有列：{known}。请在此格式的选项中指定对应的列。"),
    ),
    "E-SIGNAL-12": entry(
        Status.INVALID_ARGUMENT,
        8,
        Who.YOU,
        (
            "In {file}, one patient's measurements span {steps} steps; the limit is {limit}.",
            "Choose longer steps, or say how many steps to keep (length).",
        ),
        ("文件 {file} 中有患者的测量跨越 {steps} 个时间步，上限为 {limit}。", "请选择更长的时间步，或指定保留的步数（length）。"),
    ),
    "E-SIGNAL-13": entry(
        Status.INVALID_ARGUMENT,
        8,
        Who.YOU,
        (
            "{file} measures {count} different variables; the limit is {limit}.",
            "Say which variables to keep. If the column of the variable's name is another one, say which.",
        ),
        ("文件 {file} 中有 {count} 个不同的变量，上限为 {limit}。", "请指定要保留的变量。如果变量名在另一列中，请指定该列。"),
    ),
    "E-SIGNAL-14": entry(
        Status.INVALID_ARGUMENT,
        8,
        Who.YOU,
        (
            "{file} holds no measurement with patient, time, variable and value.",
            "Check that the right columns were found, and that the variables are spelled as in the file.",
        ),
        ("文件 {file} 中没有同时具备患者、时间、变量和数值的测量。", "请确认识别的列是否正确，以及变量名的写法是否与文件一致。"),
    ),
    "E-SIGNAL-15": entry(
        Status.INVALID_ARGUMENT,
        8,
        Who.YOU,
        (
            "The column “{column}” of {file} holds texts where measurements should be.",
            "Export the values as numbers, without units or signs such as “<”.",
        ),
        ("文件 {file} 的列“{column}”中有文本，而此处应为测量值。", "请将数值导出为数字，不带单位或“<”等符号。"),
    ),
    "E-SIGNAL-16": entry(
        Status.INVALID_ARGUMENT,
        8,
        Who.YOU,
        (
            "{file} has no column of the time, and the sampling rate was not said.",
            "Say the samples a second (sampling_hz), or which column holds the time.",
        ),
        ("文件 {file} 没有时间列，也未指定采样率。", "请指定每秒采样数（sampling_hz），或指明时间所在的列。"),
    ),
    "E-SIGNAL-17": entry(
        Status.INVALID_ARGUMENT,
        8,
        Who.YOU,
        (
            "The times of {record} in {file} do not rise evenly, so that there is no sampling rate.",
            "Read irregular measurements as series instead (format=series), or say the samples a second.",
        ),
        ("文件 {file} 中 {record} 的时间不是均匀递增的，因此没有采样率。", "不规则的测量请按序列读取（format=series），或指定每秒采样数。"),
    ),
}
