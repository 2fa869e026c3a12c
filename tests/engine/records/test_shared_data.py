# SPDX-License-Identifier: Apache-2.0
"""Real hospital tables, where they lie beside the project; skipped elsewhere."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pytest

from engine.errors import WardroundError
from engine.records import loaders
from engine.records.loader import ReadOptions
from engine.values import NoToken

DATA = Path(__file__).parents[4] / "shared" / "data"

pytestmark = pytest.mark.skipif(not DATA.is_dir(), reason="the shared data folder is not here")


def test_multi_clinic_trial(home) -> None:
    version = home.vault.import_table(DATA / "opt-multiclinic" / "opt.csv", "OPT")
    assert (version.rows, len(version.columns)) == (823, 171)
    kinds = {column.name: column.kind for column in version.columns}
    assert (kinds["Clinic"], kinds["Age"], kinds["GA.at.outcome"], kinds["Diabetes"]) == ("category", "numeric", "numeric", "flag")
    clinics = next(column for column in version.columns if column.name == "Clinic")
    assert {bar.label: bar.count for bar in clinics.bars} == {"MN": 247, "KY": 211, "MS": 192, "NY": 173}
    assert "blanks-trimmed" in {finding.code for finding in version.findings}


def test_ragged_pipe_table() -> None:
    path = DATA / "messy" / "derived_pipe_ragged_rows.txt"
    preview = loaders.preview(path)
    assert (preview.delimiter, len(preview.header)) == ("|", 11)
    assert "ragged" in {finding.code for finding in preview.findings}
    with pytest.raises(WardroundError) as caught:
        loaders.survey(path)
    assert caught.value.code == "E-DATA-05"
    lines = path.read_text(encoding="utf-8").splitlines()
    bad = [number for number, line in enumerate(lines, start=1) if line.count("|") != 10]
    assert caught.value.fields["count"] == len(bad)
    assert caught.value.fields["rows"] == ", ".join(map(str, bad[:5]))


@pytest.mark.parametrize("name", ["indo-rct/indo_rct.csv", "lung-ncctg/lung_ncctg.csv", "khan/Khan_xtrain.csv", "moleculenet/BBBP.csv"])
def test_other_tables_are_read_whole(name: str) -> None:
    survey = loaders.survey(DATA / name)
    table = pa.Table.from_batches(survey.batches(NoToken()), survey.schema)
    assert table.num_rows == survey.rows > 0


def test_variants_of_two_callers() -> None:
    options = ReadOptions(settings={"variants": "rs148799944,chr1:97079005:C:T,rs999"})
    survey = loaders.survey(DATA / "vcf" / "pharmcat.example.vcf", options)
    assert pa.Table.from_batches(survey.batches(NoToken())).to_pylist() == [
        {"sample": "Sample_1", "rs148799944": 0, "chr1:97079005:C:T": 0}
    ]
    assert {finding.code for finding in survey.findings} == {"build-found", "variants-absent"}
    survey = loaders.survey(DATA / "vcf" / "test.vcf.gz", ReadOptions(settings={"variants": "chr1:10492:C:T,1:10583:G:A"}))
    table = pa.Table.from_batches(survey.batches(NoToken()))
    assert table.num_rows == 189
    assert table.slice(0, 3).to_pylist() == [
        {"sample": "101976-101976", "chr1:10492:C:T": 1, "1:10583:G:A": 0},
        {"sample": "100920-100920", "chr1:10492:C:T": 0, "1:10583:G:A": 0},
        {"sample": "100231-100231", "chr1:10492:C:T": 0, "1:10583:G:A": 1},
    ]
    with pytest.raises(WardroundError) as caught:
        loaders.survey(DATA / "vcf" / "test-invalid-header.vcf", ReadOptions(settings={"variants": "rs1"}))
    assert caught.value.code == "E-GENO-01"


def test_expression_of_a_table_of_genes(home) -> None:
    """The same file as a table and, when a person says so, as one block."""
    path = DATA / "khan" / "Khan_xtrain.csv"
    assert loaders.survey(path).format == "csv"
    version = home.vault.import_table(path, "Khan", ReadOptions(settings={"format": "expression"}))
    assert [(column.name, column.kind, column.shape) for column in version.columns] == [
        ("sample", "text", ()),
        ("expression", "expression", (2308,)),
    ]
    assert {"values-centred", "samples-numbered", "genes-unknown"} <= {finding.code for finding in version.findings}
    with home.vault.open_table(version.dataset) as table:
        first = table.array("expression", 0)
    assert first is not None
    assert first[:2].tolist() == pytest.approx([0.7733437, -2.438405])


def test_molecules_of_a_table() -> None:
    """As many as SOURCE.md says cannot be read."""
    survey = loaders.survey(DATA / "moleculenet" / "BBBP.csv", ReadOptions(settings={"format": "molecules"}))
    assert survey.rows == 2050
    assert next(finding.fields["count"] for finding in survey.findings if finding.code == "molecules-unreadable") == 11
    assert {"p_np", "fingerprint", "weight"} <= set(survey.schema.names)
