# SPDX-License-Identifier: Apache-2.0
"""Molecules: the same from every form of file, as RDKit itself gives them; what cannot be read keeps its row and is listed."""

from __future__ import annotations

import gzip
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
import rdkit
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from rdkit import Chem
from rdkit.Chem import Crippen, Descriptors, rdFingerprintGenerator

from engine.errors import WardroundError
from engine.records import blocks, chemistry, loaders, moleculetext
from engine.records.loader import Finding, ReadOptions
from engine.values import NoToken
from tests.support.samples_molecules import block, smiles

SHIPPED = Path(rdkit.__file__).parent / "Contrib"
DRUGS = {
    "aspirin": "CC(=O)Oc1ccccc1C(=O)O",
    "caffeine": "Cn1cnc2c1c(=O)n(C)c(=O)n2C",
    "metformin": "CN(C)C(=N)N=C(N)N",
    "salt": "[Na+].[Cl-]",
}


def read(path: Path, **said: str) -> tuple[pa.Table, tuple[Finding, ...]]:
    survey = loaders.survey(path, ReadOptions(settings=said))
    assert survey.format == "molecules"
    return pa.Table.from_batches(survey.batches(NoToken()), survey.schema), survey.findings


def prints(table: pa.Table, name: str = "fingerprint") -> list[np.ndarray | None]:
    found = blocks.block_of(table.schema.field(name))
    assert found is not None
    assert (found.modality, found.dtype) == ("molecule", "uint8")
    return blocks.arrays(table[name], found)


def refusal(path: Path, **said: str) -> WardroundError:
    with pytest.raises(WardroundError) as caught:
        loaders.survey(path, ReadOptions(settings=said))
    assert caught.value.what("zh") != caught.value.what("en")
    return caught.value


def test_what_rdkit_says_is_what_is_kept(tmp_path: Path) -> None:
    path = tmp_path / "drugs.smi"
    path.write_text("".join(f"{text} {name}\n" for name, text in DRUGS.items()))
    table, findings = read(path, radius="3", bits="1024")
    assert table["molecule"].to_pylist() == list(DRUGS)
    generator = rdFingerprintGenerator.GetMorganGenerator(radius=3, fpSize=1024)
    for row, (text, print_) in enumerate(zip(DRUGS.values(), prints(table), strict=True)):
        molecule = Chem.MolFromSmiles(text)
        assert print_ is not None
        assert np.array_equal(print_, generator.GetFingerprintAsNumPy(molecule))
        assert table["canonical SMILES"][row].as_py() == Chem.MolToSmiles(molecule)
        assert table["weight"][row].as_py() == pytest.approx(Descriptors.MolWt(molecule))
        assert table["logP"][row].as_py() == pytest.approx(Crippen.MolLogP(molecule))
        assert table["H donors"][row].as_py() == Descriptors.NumHDonors(molecule)
        assert table["rings"][row].as_py() == Descriptors.RingCount(molecule)
    assert findings == ()


def test_every_form_gives_the_same_molecules(tmp_path: Path) -> None:
    texts = [smiles(number) for number in range(30)]
    files = {
        "a.smi": "SMILES\tname\n" + "".join(f"{text}\tM{number}\n" for number, text in enumerate(texts)),
        "names.smi": "".join(f"M{number} {text}\n" for number, text in enumerate(texts)),
        "a.sdf": "".join(block(number) + "\n$$$$\n" for number in range(30)),
        "dos.sdf": "".join(block(number) + "\n$$$$\n" for number in range(30)).replace("\n", "\r\n"),
        "last.sdf": "\n$$$$\n".join(block(number) for number in range(30)),
    }
    tables = []
    for name, content in files.items():
        (tmp_path / name).write_bytes(content.encode())
        tables.append(read(tmp_path / name)[0])
    packed = tmp_path / "b.sdf.gz"
    packed.write_bytes(gzip.compress(files["a.sdf"].encode()))
    tables.append(read(packed)[0])
    assert all(table.equals(tables[0]) for table in tables)
    assert tables[0]["molecule"].to_pylist()[:2] == ["M0", "M1"]


def test_a_column_of_smiles_in_a_table(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("id,SMILES,rings,active\n1,CCO,7,yes\n2,not one,8,no\n3,,9,\n4,c1ccccc1,1,yes\n")
    assert loaders.survey(path).format == "csv"
    table, findings = read(path, format="molecules")
    assert table.column_names[:4] == ["id", "SMILES", "rings", "active"]
    assert table["rings"].to_pylist() == [7, 8, 9, 1]
    assert table["rings (computed)"].to_pylist() == [0, None, None, 1]
    assert table["canonical SMILES"].to_pylist() == ["CCO", None, None, "c1ccccc1"]
    assert [array is None for array in prints(table)] == [False, True, True, False]
    unreadable = next(finding for finding in findings if finding.code == "molecules-unreadable")
    assert (unreadable.fields, unreadable.rows) == ({"count": 2, "rows": "2, 3"}, (1, 2))
    preview = loaders.preview(path, ReadOptions(settings={"format": "molecules"}))
    assert preview.header == tuple(table.column_names)
    assert refusal(path, format="molecules", column="nothing").code == "E-CHEM-02"
    assert refusal(path, format="molecules", column="active").code == "E-CHEM-01"
    assert refusal(path, format="molecules", column="id").code == "E-CHEM-02"


def test_values_of_an_sdf_become_columns(tmp_path: Path) -> None:
    path = tmp_path / "a.sdf"
    path.write_text(
        block(0) + "> 1 <IC50> (x)\n0.5\n\n>  <note>\nfirst\nsecond\n\n> <molecule>\nA\n\n$$$$\n" + block(1) + "> <note>\nx\n\n$$$$\n"
    )
    table, _ = read(path)
    assert table.column_names[:4] == ["molecule", "IC50", "note", "molecule (file)"]
    assert table["IC50"].to_pylist() == [0.5, None]
    assert table["note"].to_pylist() == ["first second", "x"]


def test_the_same_molecule_twice_is_said(tmp_path: Path) -> None:
    path = tmp_path / "a.smi"
    path.write_text("CCO one\nOCC other\nCC\n")
    table, findings = read(path)
    assert [(finding.code, finding.fields) for finding in findings] == [("molecules-double", {"count": 1})]
    assert table["molecule"].to_pylist() == ["one", "other", "3"]


def test_rdkit_writes_nothing(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "a.smi"
    path.write_text("CCO a\nC1CC b\nC(C)(C)(C)(C)C c\nxyz d\n")
    _, findings = read(path)
    assert findings[0].fields["count"] == 3
    (tmp_path / "b.sdf").write_text(block(0) + "\n$$$$\nrubbish\nM  END\n$$$$\n")
    _, findings = read(tmp_path / "b.sdf")
    assert findings[0].fields["count"] == 1
    out, err = capfd.readouterr()
    assert (out, err) == ("", "")


@pytest.mark.parametrize(
    ("content", "code"),
    [
        ("rubbish\n$$$$\n", "E-CHEM-01"),
        ("\n\n\n", "E-CHEM-01"),
        ("name\n  rdkit\n\n  3  2  0", "E-CHEM-05"),
        ("x" * 5000 + "\n", "E-CHEM-05"),
        ("a\0b\n$$$$\n", "E-DATA-06"),
    ],
)
def test_what_is_no_sdf(tmp_path: Path, content: str, code: str) -> None:
    path = tmp_path / "a.sdf"
    path.write_text(content)
    assert refusal(path).code == code


def test_bombs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is larger than any drug is listed as unreadable; what has no end is refused."""
    path = tmp_path / "a.smi"
    deep, wide = "C(" * 1900 + "C" + ")" * 1900, "C" * 3000
    path.write_text(f"CCO good\n{'C' * 5000} long\n{deep} deep\n{wide} wide\n{'C1' * 1000} rings\n")
    table, findings = read(path)
    assert findings[0].rows == (1, 2, 3, 4)
    assert table.num_rows == 5
    claims = tmp_path / "b.sdf"
    claims.write_text(block(0) + "\n$$$$\n" + "x\n  y\n\n999999  0  0  0  0  0  0  0  0  0999 V2000\nM  END\n$$$$\n")
    assert read(claims)[1][0].rows == (1,)
    endless = tmp_path / "c.sdf.gz"
    endless.write_bytes(gzip.compress(b"\n" * (5 << 20)))
    assert refusal(endless).code == "E-CHEM-04"
    monkeypatch.setattr(moleculetext, "LONGEST_LINE", 100)
    assert refusal(path).code == "E-CHEM-04"
    monkeypatch.undo()
    monkeypatch.setattr(moleculetext, "MOST", 2)
    assert refusal(path).code == "E-CHEM-03"


@pytest.mark.parametrize(
    ("name", "rows", "unreadable"),
    [
        ("Fastcluster/cdk2.smi", 47, 0),
        ("Fastcluster/testdata/cdk2.sdf", 47, 0),
        ("FreeWilson/data/CHEMBL2321810.smi", 1017, 0),
        ("FreeWilson/data/cmet_ligands.sdf", 24, 0),
        ("fraggle/data/ChEMBL_11265_actives.smi", 100, 0),
        ("FreeWilson/data/CHEMBL2321810_scaffold.mol", 1, 0),
    ],
)
def test_files_of_other_software(name: str, rows: int, unreadable: int) -> None:
    table, findings = read(SHIPPED / name)
    assert table.num_rows == rows
    assert sum(found.fields["count"] for found in findings if found.code == "molecules-unreadable") == unreadable  # type: ignore[misc]


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data(), name=st.sampled_from(["a.sdf", "a.smi", "a.sdf.gz"]))
def test_damaged_files_are_refused_in_words_or_read(tmp_path: Path, data: st.DataObject, name: str) -> None:
    text = "".join(f"{smiles(n)} M{n}\n" for n in range(9)) if name == "a.smi" else "".join(block(n) + "\n$$$$\n" for n in range(3))
    content = bytearray(gzip.compress(text.encode(), mtime=0) if name.endswith("gz") else text.encode())
    for _ in range(data.draw(st.integers(1, 6))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    path = tmp_path / name
    path.write_bytes(bytes(content[: data.draw(st.integers(1, len(content)))]))
    for action in (loaders.preview, lambda path: list(loaders.read(path))):
        try:
            action(path)
        except WardroundError as error:
            assert error.what("zh") != error.what("en")  # noqa: PT017 - either outcome is right


@settings(max_examples=200, deadline=None)
@given(st.text(alphabet="CNOcno()[]=#123@+-./\\HFl", max_size=60))
def test_any_text_is_a_molecule_or_none(text: str) -> None:
    chemist = chemistry.Chemist(2, 512, "x")
    found = chemist.of_smiles(text)
    if found is not None:
        again = chemist.of_smiles(found.smiles)
        assert again is not None
        assert again.smiles == found.smiles
