# SPDX-License-Identifier: Apache-2.0
"""What usual clinical columns can hold: which unit a column of numbers is likely in, and which values no patient can have.

Limits are of what living patients have had, with room: what lies outside is a slip of the keyboard, a missing code or another
unit. Names are compared as ``headers.plain`` gives them. Sources: MIMIC-III benchmark's variable ranges (Harutyunyan et al. 2019,
resources/variable_ranges.csv) and the reference ranges of WS/T 404 and 405 (China), each widened.
"""

from __future__ import annotations

from dataclasses import dataclass

from engine.records.headers import plain, split_unit
from engine.records.units import same_unit


@dataclass(frozen=True)
class Scale:
    """One unit of a quantity: [low, high] is possible, the median of many patients lies in [usual_low, usual_high]."""

    unit: str
    low: float
    high: float
    usual_low: float
    usual_high: float


@dataclass(frozen=True)
class Quantity:
    """A clinical quantity, the names of its columns, and the units it comes in."""

    names: tuple[str, ...]
    scales: tuple[Scale, ...]


QUANTITIES = (
    Quantity(("age", "age years", "patient age", "年龄", "岁数"), (Scale("year", 0, 120, 0, 110),)),
    Quantity(
        ("height", "body height", "ht", "身高"),
        (Scale("cm", 20, 260, 40, 210), Scale("m", 0.2, 2.6, 0.4, 2.1), Scale("in", 8, 103, 16, 83)),
    ),
    Quantity(("weight", "body weight", "wt", "体重"), (Scale("kg", 0.3, 450, 2.5, 140), Scale("g", 300, 9000, 1500, 5500))),
    Quantity(("bmi", "body mass index", "体质指数", "体重指数", "身体质量指数"), (Scale("kg/m2", 7, 120, 14, 45),)),
    Quantity(
        ("systolic", "sbp", "systolic blood pressure", "systolic pressure", "收缩压"),
        (Scale("mmHg", 30, 320, 80, 190), Scale("kPa", 4, 43, 10, 25.5)),
    ),
    Quantity(
        ("diastolic", "dbp", "diastolic blood pressure", "diastolic pressure", "舒张压"),
        (Scale("mmHg", 10, 220, 45, 120), Scale("kPa", 1.3, 30, 6, 16)),
    ),
    Quantity(("heart rate", "hr", "pulse", "pulse rate", "心率", "脉搏"), (Scale("bpm", 10, 350, 45, 180),)),
    Quantity(("respiratory rate", "rr", "resp rate", "呼吸频率", "呼吸"), (Scale("/min", 2, 120, 8, 60),)),
    Quantity(("temperature", "temp", "body temperature", "体温"), (Scale("°C", 25, 45, 35, 41), Scale("°F", 77, 113, 95, 106))),
    Quantity(
        ("spo2", "oxygen saturation", "o2 saturation", "血氧饱和度", "血氧"), (Scale("%", 20, 100, 80, 100), Scale("1", 0.2, 1, 0.8, 1))
    ),
    Quantity(
        ("glucose", "blood glucose", "fasting glucose", "fpg", "glu", "血糖", "空腹血糖"),
        (Scale("mmol/L", 0.5, 80, 3.5, 20), Scale("mg/dL", 9, 1500, 60, 360)),
    ),
    Quantity(
        ("hba1c", "glycated haemoglobin", "glycated hemoglobin", "糖化血红蛋白"),
        (Scale("%", 2, 25, 4, 13), Scale("mmol/mol", 5, 250, 20, 120)),
    ),
    Quantity(
        ("creatinine", "serum creatinine", "crea", "cr", "肌酐", "血肌酐"),
        (Scale("umol/L", 5, 3500, 35, 400), Scale("mg/dL", 0.05, 40, 0.4, 4.5)),
    ),
    Quantity(
        ("urea", "bun", "blood urea nitrogen", "尿素", "尿素氮"),
        (Scale("mmol/L", 0.2, 110, 2, 30), Scale("mg/dL", 1, 310, 5, 84)),
    ),
    Quantity(
        ("cholesterol", "total cholesterol", "tc", "总胆固醇", "胆固醇"),
        (Scale("mmol/L", 0.5, 30, 2.5, 9), Scale("mg/dL", 20, 1200, 97, 350)),
    ),
    Quantity(
        ("hdl", "hdl cholesterol", "hdl c", "高密度脂蛋白"),
        (Scale("mmol/L", 0.1, 6, 0.6, 2.6), Scale("mg/dL", 4, 230, 23, 100)),
    ),
    Quantity(
        ("ldl", "ldl cholesterol", "ldl c", "低密度脂蛋白"),
        (Scale("mmol/L", 0.1, 25, 1, 6.5), Scale("mg/dL", 4, 970, 39, 250)),
    ),
    Quantity(
        ("triglycerides", "triglyceride", "tg", "甘油三酯"),
        (Scale("mmol/L", 0.1, 120, 0.4, 6), Scale("mg/dL", 9, 10700, 35, 530)),
    ),
    Quantity(
        ("haemoglobin", "hemoglobin", "hb", "hgb", "血红蛋白"),
        (Scale("g/L", 10, 260, 70, 190), Scale("g/dL", 1, 26, 7, 19)),
    ),
    Quantity(("platelets", "platelet count", "plt", "血小板", "血小板计数"), (Scale("10^9/L", 0, 3000, 60, 600),)),
    Quantity(("wbc", "white blood cells", "leukocytes", "白细胞", "白细胞计数"), (Scale("10^9/L", 0, 1000, 2, 30),)),
    Quantity(("sodium", "na", "血钠", "钠"), (Scale("mmol/L", 80, 200, 125, 155),)),
    Quantity(("potassium", "k", "血钾", "钾"), (Scale("mmol/L", 1, 12, 2.8, 6.5),)),
    Quantity(("albumin", "alb", "白蛋白"), (Scale("g/L", 5, 80, 20, 56), Scale("g/dL", 0.5, 8, 2, 5.6))),
    Quantity(
        ("bilirubin", "total bilirubin", "tbil", "总胆红素", "胆红素"), (Scale("umol/L", 0, 1200, 3, 200), Scale("mg/dL", 0, 70, 0.15, 2.9))
    ),
    Quantity(("gestational age", "gestation", "孕周", "胎龄"), (Scale("week", 3, 46, 5, 42), Scale("day", 21, 322, 35, 294))),
)
_BY_NAME = {plain(name): quantity for quantity in QUANTITIES for name in quantity.names}


def quantity_of(column: str) -> Quantity | None:
    """The quantity that a column's name speaks of; None for any other name."""
    return _BY_NAME.get(plain(split_unit(column)[0]))


def likely(quantity: Quantity, unit: str, median: float) -> tuple[Scale | None, bool]:
    """The scale that a column is in, and whether it was guessed from the values.

    Args:
        quantity: what the column holds.
        unit: the unit that its name says; "" for none.
        median: of its values.
    """
    if unit:
        return next((scale for scale in quantity.scales if same_unit(unit, scale.unit)), None), False
    fitting = [scale for scale in quantity.scales if scale.usual_low <= median <= scale.usual_high]
    return (fitting[0], True) if len(fitting) == 1 else (None, False)
