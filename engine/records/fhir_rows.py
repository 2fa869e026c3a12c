# SPDX-License-Identifier: Apache-2.0
"""From the resources of a FHIR export to the columns of one row per patient."""

from __future__ import annotations

import datetime
import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

from engine.records.loader import Finding
from engine.records.recipe import Item, fold
from engine.records.units import same_unit

HOW_OF = {"observations": "last", "conditions": "any", "medications": "any", "procedures": "any"}
"""What an item of each option means that does not say how."""
_AUTO_SHARE = 0.02  # without a recipe: codes that at least this share of the patients has
_AUTO_MOST = 40  # of each kind
_DAY = re.compile(r"\d{4}(-\d{2}(-\d{2})?)?")


@dataclass
class Gathered:
    """What was read: nothing of a patient but what columns are made of."""

    wanted: dict[str, tuple[Item, ...]]
    index: str
    patients: dict[str, tuple[str, int | None]] = field(default_factory=dict)  # id → sex, day of birth
    seen: dict[str, None] = field(default_factory=dict)  # every patient that a resource names, in order
    records: dict[tuple[str, str, str], list[tuple[int | None, float | None, str]]] = field(default_factory=dict)  # (patient, option, code)
    last: dict[str, int] = field(default_factory=dict)  # the last day of a patient's records
    display: dict[tuple[str, str], str] = field(default_factory=dict)
    passed: Counter[str] = field(default_factory=Counter)
    lost: Counter[str] = field(default_factory=Counter)
    sha256: str = ""
    stamps: tuple[tuple[str, int, int], ...] = ()


def day_of(value: object) -> int | None:
    """Days since 1970 of a FHIR date; a year or month without a day means its first day."""
    found = _DAY.match(value.strip() if isinstance(value, str) else "")
    if not found:
        return None
    year, month, day = ([int(part) for part in found.group().split("-")] + [1, 1])[:3]
    try:
        return (datetime.date(year, month, day) - datetime.date(1970, 1, 1)).days
    except ValueError:
        return None


def frequent(gathered: Gathered, option: str) -> tuple[Item, ...]:
    """Without a recipe: the codes that many patients have; observations only where they have numbers."""
    having: Counter[str] = Counter()
    for (_, kind, code), records in gathered.records.items():
        if kind == option and (option != "observations" or any(value is not None for _, value, _ in records)):
            having[code] += 1
    least = max(1, _AUTO_SHARE * len(gathered.seen))
    often = sorted((code for code, count in having.items() if count >= least), key=lambda code: (-having[code], code))[:_AUTO_MOST]
    return tuple(Item(f"{gathered.display[option, code]} ({code})", code, "", HOW_OF[option]) for code in often)


def index_day(gathered: Gathered, patient: str) -> int | None:
    """A patient's index date, in days since 1970; None where there is none."""
    if gathered.index == "last":
        return gathered.last.get(patient)
    if _DAY.fullmatch(gathered.index) and (day := day_of(gathered.index)) is not None:  # "44054006" is a code, not a year
        return day
    code = gathered.index.casefold()
    days = [
        day
        for option in ("conditions", "procedures", "observations", "medications")
        for day, _, _ in gathered.records.get((patient, option, code), ())
        if day is not None
    ]
    return min(days) if days else None


def age_at(gathered: Gathered, patient: str, index: int | None) -> float | None:
    """Full years at the index date; 90 for all who are older (HIPAA Safe Harbor)."""
    born = gathered.patients.get(patient, ("", None))[1]
    if born is None or index is None or index < born:
        return None
    return float(min(90, int((index - born) / 365.2425)))


def column_of(
    gathered: Gathered, patients: list[str], indexes: Mapping[str, int | None], option: str, item: Item
) -> tuple[list[float | None], str, int]:
    """One value a patient, the column's unit, and how many values were in another unit and do not count."""
    unit = item.unit
    if not unit and option == "observations":
        counted: Counter[str] = Counter()
        for patient in patients:
            counted.update(
                found for _, value, found in gathered.records.get((patient, option, item.code), ()) if value is not None and found
            )
        unit = min(counted, key=lambda name: (-counted[name], name)) if counted else ""
    values: list[float | None] = []
    foreign = 0
    for patient in patients:
        kept = []
        for day, value, found in gathered.records.get((patient, option, item.code), ()):
            if not item.covers(day, indexes[patient]):
                continue
            if unit and found and value is not None and not same_unit(found, unit):
                foreign += 1
                continue
            kept.append((day, value))
        values.append(fold(item.how, kept))
    return values, unit, foreign


def findings_of(gathered: Gathered) -> list[Finding]:
    """What was passed over, by number."""
    found = []
    if gathered.passed:
        kinds = ", ".join(
            kind for kind, _ in sorted(gathered.passed.items(), key=lambda entry: (-entry[1], entry[0]))[:6] if kind.isalnum()
        )
        found.append(Finding("info", "fhir-passed", "", {"count": sum(gathered.passed.values()), "kinds": kinds}))
    if count := gathered.lost["in-error"]:
        found.append(Finding("info", "fhir-in-error", "", {"count": count}))
    if count := gathered.lost["no-subject"]:
        found.append(Finding("info", "fhir-no-patient", "", {"count": count}))
    if count := gathered.lost["no-code"]:
        found.append(Finding("info", "fhir-no-code", "", {"count": count}))
    without = sum(patient not in gathered.patients for patient in gathered.seen)
    if without:
        found.append(Finding("warning", "fhir-unknown-patients", "", {"count": without, "rows": len(gathered.seen)}))
    if not any(records for records in gathered.records.values()):
        found.append(Finding("warning", "fhir-only-patients"))
    return found
