# SPDX-License-Identifier: Apache-2.0
"""FHIR: bundles and bulk exports."""

from __future__ import annotations

from engine.errors.entry import Entry, Status, Who, entry

ENTRIES: dict[str, Entry] = {
    "E-FHIR-01": entry(
        Status.INVALID_ARGUMENT,
        8,
        Who.YOU,
        (
            "Line {row} of {file} is no FHIR resource.",
            "Export it again as FHIR R4: NDJSON with one resource a line, or a bundle in JSON; a transfer may have cut the file.",
        ),
        (
            "{file} 的第 {row} 行不是 FHIR 资源。",
            "请重新导出为 FHIR R4：每行一个资源的 NDJSON，或 JSON 格式的 Bundle；文件也可能在传输中被截断。",
        ),
    ),
    "E-FHIR-02": entry(
        Status.INVALID_ARGUMENT,
        8,
        Who.YOU,
        ("Line {row} of {file} is longer than {limit} MiB.", "Export it as NDJSON with one resource a line."),
        ("{file} 的第 {row} 行超过 {limit} MiB。", "请导出为每行一个资源的 NDJSON。"),
    ),
    "E-FHIR-03": entry(
        Status.INVALID_ARGUMENT,
        8,
        Who.YOU,
        ("The bundle {file} is larger than {limit} MiB.", "Export it as NDJSON (bulk export), which may be of any size."),
        ("Bundle 文件 {file} 超过 {limit} MiB。", "请导出为 NDJSON（批量导出），其大小不受限制。"),
    ),
    "E-FHIR-04": entry(
        Status.INVALID_ARGUMENT,
        8,
        Who.YOU,
        ("No patient was found in {file}.", "Choose the folder with the whole export: Patient, Observation, Condition and so on."),
        ("在 {file} 中没有找到患者。", "请选择包含完整导出（Patient、Observation、Condition 等）的文件夹。"),
    ),
}
