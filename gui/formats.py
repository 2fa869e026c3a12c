# SPDX-License-Identifier: Apache-2.0
"""Numbers, sizes and times as the current language writes them (``QLocale``, which follows the language switch)."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, QDateTime, QLocale, QTimeZone

WRITTEN_OUT = 1e12
"""Larger numbers are written with a power of ten."""


def count(value: int) -> str:
    """12345 → 12,345."""
    return QLocale().toString(value)


def decimal(value: float | None, digits: int = 3) -> str:
    """0.93456 → 0.935; a dash where it is not known."""
    return "–" if value is None else QLocale().toString(float(value), "f", digits)


def significant(value: float | None, digits: int = 4) -> str:
    """At most ``digits`` significant digits, but never fewer than the whole ones: 0.00012346 → 0.0001235, 402512 → 402,512."""
    if value is None:
        return "–"
    whole = 10.0**digits <= abs(value) < WRITTEN_OUT
    return QLocale().toString(float(value), "f", 0) if whole else QLocale().toString(float(value), "g", digits)


def percent(share: float | None, digits: int = 1) -> str:
    """0.934 → 93.4 %."""
    if share is None:
        return "–"
    return QCoreApplication.translate("Formats", "{number}%").format(number=QLocale().toString(100.0 * share, "f", digits))


def size(nbytes: int) -> str:
    """Bytes in decimal units: 38412 → 38.4 kB."""
    return QLocale().formattedDataSize(nbytes, 1, QLocale.DataSizeFormat.DataSizeSIFormat)


def moment(unix: float | None) -> str:
    """Date and time of this machine's zone, with the month in letters: 03/04 is not the same day everywhere."""
    if unix is None:
        return "–"
    return QLocale().toString(_local(unix), QCoreApplication.translate("Formats", "d MMM yyyy, HH:mm"))


def clock(unix: float | None) -> str:
    """Time of day with seconds."""
    return "–" if unix is None else QLocale().toString(_local(unix).time(), "HH:mm:ss")


def duration(seconds: float | None) -> str:
    """About how long, in one unit: 40 s, 12 min, 3 h."""
    if seconds is None:
        return "–"
    translate = QCoreApplication.translate
    if seconds < 90:
        return translate("Formats", "{number} s").format(number=count(max(0, round(seconds))))
    if seconds < 5400:
        return translate("Formats", "{number} min").format(number=count(round(seconds / 60)))
    return translate("Formats", "{number} h").format(number=QLocale().toString(seconds / 3600, "f", 1))


def _local(unix: float) -> QDateTime:
    return QDateTime.fromMSecsSinceEpoch(round(unix * 1000), QTimeZone(QTimeZone.Initialization.LocalTime))
