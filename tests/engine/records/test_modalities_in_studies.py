# SPDX-License-Identifier: Apache-2.0
"""Genotypes and genes in a study of today: columns of the patient's table, joined on the patient's number."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from engine.session.simulation_jobs import read_table
from engine.study.manifest import parse
from engine.values import NoToken
from tests.support import vcf_maker

STUDY = """
[study]
id = "statin"
title = "Statin"
purpose = "Find who bears a statin badly."
lead = "Lead Hospital"

[[variables]]
name = "record_no"
kind = "text"
role = "patient-id"

[[variables]]
name = "rs4149056"
kind = "numeric"
range = [0, 2]

[[variables]]
name = "CYP3A4"
kind = "numeric"
range = [0, 60]

[[variables]]
name = "myopathy"
kind = "category"
categories = ["no", "yes"]
role = "outcome"

[outcome]
variable = "myopathy"
task = "classification"

[model]
family = "mlp"
hidden = [4]
"""
PATIENTS = tuple(f"P{number:02d}" for number in range(40))


def test_a_table_a_vcf_and_a_matrix_make_one_study_table(tmp_path: Path) -> None:
    table, variants, matrix = tmp_path / "visits.csv", tmp_path / "calls.vcf.gz", tmp_path / "biopsies.gct"
    table.write_text("record_no,myopathy\n" + "".join(f"{name},{('no', 'yes')[n % 2]}\n" for n, name in enumerate(PATIENTS)))
    calls = [("0/0", "0/1", "1|1", "./.")[number % 4] for number in range(40)]
    vcf_maker.put(variants, vcf_maker.text([f"chr12 21178615 rs4149056 T C . PASS . GT {' '.join(calls)}"], PATIENTS))
    values = "".join(f"{gene}\tx\t" + "\t".join(str(2**n - 1) for n in range(40)) + "\n" for gene in ("CYP3A4", "CYP2D6"))
    matrix.write_text("#1.2\n2\t40\nName\tDescription\t" + "\t".join(PATIENTS) + "\n" + values)
    settings = {"variants": "rs4149056", "genes": "CYP3A4"}
    found = read_table(parse(STUDY, "study.toml"), [table, variants, matrix], NoToken(), settings)
    assert found.labels.tolist() == [0, 1] * 20
    expected = np.array([0.0, 1.0, 2.0, np.nan] * 10)
    assert np.array_equal(found.numeric["rs4149056"], expected, equal_nan=True)
    # log2(counts + 1)
    assert found.numeric["CYP3A4"].tolist() == list(range(40))
