# SPDX-License-Identifier: Apache-2.0
"""Public clinical tables name nobody: how many of their columns are suspected all the same."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pytest
from sklearn import datasets

from engine.records import loaders
from engine.records.identifiers.kinds import KINDS

SHARED = Path(__file__).parents[5] / "shared" / "data"
TABLES = ("opt-multiclinic/opt.csv", "indo-rct/indo_rct.csv", "lung-ncctg/lung_ncctg.csv", "khan/Khan_xtrain.csv", "moleculenet/BBBP.csv", "moleculenet/ESOL_delaney-processed.csv")  # fmt: skip
CLINICAL = {
    "诊断": ["高血压病3级", "2型糖尿病", "冠状动脉粥样硬化性心脏病", "慢性阻塞性肺疾病", "白内障", "黄疸待查", "石膏固定术后", "金黄色葡萄球菌感染"],
    "检查所见": ["双肺纹理增多", "肝胆胰脾未见异常", "左心室肥厚", "脑萎缩", "右肺上叶结节", "甲状腺回声均匀", "子宫肌瘤", "颈动脉斑块"],
    "diagnosis": ["Wilson disease", "Parkinson disease", "Graves disease", "Marfan syndrome", "Down syndrome", "Hodgkin lymphoma", "Addison disease", "Bell palsy"],
    "medication": ["Metformin 500 mg", "Warfarin 5 mg", "St John's Wort", "Vitamin B12", "Aspirin 81 mg", "Insulin Glargine", "Amoxicillin", "Rose Bengal"],
    "procedure": ["Foley Catheter", "Holter Monitor", "Chest X-ray", "Glasgow Coma Scale 15", "CT Head", "Swan-Ganz Catheter", "Hickman Line", "Doppler Study"],
    "icd10": ["I10", "E11.9", "J44.1", "C50.911", "Z79.4", "O60.14X0", "S72.001A", "N18.3"],
    "loinc": ["2160-0", "718-7", "4548-4", "33914-3", "2345-7", "6690-2", "777-3", "1742-6"],
    "gene": ["BRCA1", "TP53", "EGFR", "HLA-DRB1", "CYP2D6", "APOE", "KRAS G12D", "CD45"],
    "rsid": ["rs7412", "rs429358", "rs1801133", "rs6025", "rs1799963", "rs12979860", "rs9939609", "rs334"],
    "blood pressure": ["120/80", "135/85", "142/91", "118/76", "150/95", "128/82", "110/70", "160/100"],
    "ward": ["East", "West", "North", "South", "Rose", "Victoria", "St Mary", "King"],
    "race": ["White", "Black", "Asian", "Hispanic", "Other", "Mixed", "Unknown", "Native"],
    "smoking": ["never", "former", "current", "从不", "已戒", "吸烟", "不详", "unknown"],
    "dose": ["500 mg bid", "5 mg qd", "2.5 mg", "10 ml", "0.9% NaCl 500 ml", "1 g iv", "20 IU", "50 µg/h"],
}  # fmt: skip


def alarms(table: pa.Table, scanned) -> list[str]:
    """Columns with a hit, but the one that tells patients apart and real ages over 89."""
    report = scanned(table, group=10_000)
    return [f"{hit.column}: {hit.kind}" for hit in report.hits if hit.column != report.key and hit.kind != "age"]


def test_tables_that_packages_ship(scanned) -> None:
    columns, found = 0, []
    for load in (datasets.load_breast_cancer, datasets.load_diabetes, datasets.load_iris, datasets.load_wine, datasets.load_linnerud):
        frame = load()
        table = pa.table({str(name): pa.array(frame.data[:, at].astype(float)) for at, name in enumerate(frame.feature_names)})
        columns += table.num_columns
        found += alarms(table, scanned)
    assert columns > 50
    assert found == []


def test_words_of_the_clinic(scanned) -> None:
    table = pa.table({name: [cells[row % len(cells)] for row in range(400)] for name, cells in CLINICAL.items()})
    assert alarms(table, scanned) == []


def test_distinct_codes_and_measurements(scanned) -> None:
    columns = {
        "lab": [f"{row * 7 % 311 / 10}" for row in range(1000)],
        "count": [float(row * 7919 % 90_000_011) for row in range(1000)],
        "cells": [1e9 + row * 104_729.0 for row in range(1000)],
        "position": [100_000_000.0 + row * 9973 for row in range(1000)],
        "sequence": ["ACGT"[row % 4] * 3 + "GATTACA" * (1 + row % 5) for row in range(1000)],
        "smiles": [f"CC(C)N{row % 9}C=CC=C1OC{row % 7}" for row in range(1000)],
        "version": [f"{row % 9}.{row % 7}.{row % 5}" for row in range(1000)],
    }
    assert scanned(columns).hits == ()


@pytest.mark.skipif(not SHARED.is_dir(), reason="the shared data folder is not here")
def test_shared_tables(scanned) -> None:
    columns, found = 0, []
    for name in TABLES:
        survey = loaders.survey(SHARED / name)
        table = pa.Table.from_batches(loaders.read(SHARED / name), survey.schema)
        columns += table.num_columns
        found += alarms(table, scanned)
    assert columns > 2000
    assert len(found) <= 0.01 * columns
    assert not [alarm for alarm in found if KINDS[alarm.rsplit(": ", 1)[1]].hard]
