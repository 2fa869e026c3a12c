# SPDX-License-Identifier: Apache-2.0
"""Expression matrices: the same values whichever way and in whichever form they are written, and in words what they look like."""

from __future__ import annotations

import gzip
from collections.abc import Callable, Mapping
from pathlib import Path

import anndata
import h5py
import numpy as np
import pandas
import pyarrow as pa
import pytest
import scipy.sparse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engine.errors import WardroundError
from engine.records import blocks, genes, loaders
from engine.records.loader import Finding, ReadOptions
from engine.values import NoToken

RANDOM = np.random.default_rng(3)
SYMBOLS = tuple(f"{first}{second}K{number}" for first in "ABCDEFGHIJ" for second in "LMNOP" for number in range(1, 7))
ENSEMBL = tuple(f"ENSG{number:011d}" for number in range(len(SYMBOLS)))
SAMPLES = tuple(f"S-{number:02d}" for number in range(7))
COUNTS = RANDOM.poisson(60, (len(SAMPLES), len(SYMBOLS))).astype(np.float64)
LOGS = np.log2(COUNTS + 1).astype(np.float32)


def lines(table: np.ndarray, rows: tuple[str, ...], columns: tuple[str, ...], corner: str, sign: str = "\t") -> str:
    """A matrix as text."""
    body = [sign.join((name, *(f"{value:g}" for value in values))) for name, values in zip(rows, table, strict=True)]
    return "\n".join((sign.join((corner, *columns)), *body, ""))


def write(path: Path, content: str) -> Path:
    path.write_bytes(gzip.compress(content.encode()) if path.suffix == ".gz" else content.encode())
    return path


def write_gct(path: Path, version: str = "#1.2") -> Path:
    if version == "#1.2":
        head = ["#1.2", f"{len(SYMBOLS)}\t{len(SAMPLES)}", "\t".join(("Name", "Description", *SAMPLES))]
        about = [("", symbol) for symbol in SYMBOLS]
    else:
        sizes = "\t".join(map(str, (len(SYMBOLS), len(SAMPLES), 2, 2)))
        states = ("state", "na", "na", *("ill" if place % 2 else "well" for place in range(len(SAMPLES))))
        ages = ("age", "na", "na", *(str(40 + place) for place in range(len(SAMPLES))))
        head = ["#1.3", sizes, *("\t".join(row) for row in (("id", "symbol", "x", *SAMPLES), states, ages))]
        about = [("", symbol, "7") for symbol in SYMBOLS]
    body = ["\t".join((ENSEMBL[place] + ".12", *about[place][1:], *(f"{v:g}" for v in COUNTS[:, place]))) for place in range(len(SYMBOLS))]
    return write(path, "\n".join((*head, *body, "")))


def write_h5ad(path: Path, form: Callable[[np.ndarray], object] = np.asarray) -> Path:
    obs = pandas.DataFrame({"state": pandas.Categorical(["well", "ill"] * 3 + [None]), "age": np.arange(40.0, 47.0)}, index=list(SAMPLES))
    var = pandas.DataFrame({"gene_symbols": list(SYMBOLS)}, index=list(ENSEMBL))
    data = anndata.AnnData(X=form(COUNTS.astype(np.float32)), obs=obs, var=var)
    data.layers["doubled"] = form(COUNTS.astype(np.float32) * 2)
    data.write_h5ad(path)
    return path


FORMS: Mapping[str, Callable[[Path], Path]] = {
    "genes.tsv": lambda path: write(path, lines(COUNTS.T, SYMBOLS, SAMPLES, "gene")),
    "genes.tsv.gz": lambda path: write(path, lines(COUNTS.T, SYMBOLS, SAMPLES, "Hugo_Symbol")),
    "r.txt": lambda path: write(path, lines(COUNTS.T, SYMBOLS, SAMPLES, "").removeprefix("\t")),
    "samples.csv": lambda path: write(path, lines(COUNTS, SAMPLES, SYMBOLS, "sample", ",")),
    "semicolon.csv": lambda path: write(path, lines(COUNTS, SAMPLES, SYMBOLS, "", ";").replace(".", ",")),
    "a.gct": write_gct,
    "b.gct.gz": lambda path: write_gct(path, "#1.3"),
    "a.h5ad": write_h5ad,
    "rows.h5ad": lambda path: write_h5ad(path, scipy.sparse.csr_matrix),
    "columns.h5ad": lambda path: write_h5ad(path, scipy.sparse.csc_matrix),
}  # fmt: skip


def read(path: Path, **said: str) -> tuple[pa.Table, tuple[Finding, ...]]:
    survey = loaders.survey(path, ReadOptions(settings=said))
    assert survey.format == "expression"
    return pa.Table.from_batches(survey.batches(NoToken()), survey.schema), survey.findings


def matrix_of(table: pa.Table) -> np.ndarray:
    block = blocks.block_of(table.schema.field("expression"))
    assert block is not None
    return np.array(blocks.arrays(table["expression"], block))


def codes(findings: tuple[Finding, ...]) -> set[str]:
    return {finding.code for finding in findings}


def refusal(path: Path, **said: str) -> WardroundError:
    with pytest.raises(WardroundError) as caught:
        loaders.survey(path, ReadOptions(settings=said))
    assert caught.value.what("zh") != caught.value.what("en")
    return caught.value


@pytest.mark.parametrize("name", sorted(FORMS))
def test_every_form_gives_the_same_matrix_without_being_told(tmp_path: Path, name: str) -> None:
    path = FORMS[name](tmp_path / name)
    table, findings = read(path)
    assert table["sample"].to_pylist() == list(SAMPLES)
    block = blocks.block_of(table.schema.field("expression"))
    assert block is not None
    assert block.labels == (ENSEMBL if name.endswith(("gct", "gct.gz", "h5ad")) else SYMBOLS)
    assert block.attributes["scale"] == "log2(x + 1)"
    assert np.array_equal(matrix_of(table), LOGS)
    assert {"values-counts", "values-log-taken"} <= codes(findings)
    plain, findings = read(path, transform="none")
    assert np.array_equal(matrix_of(plain), COUNTS.astype(np.float32))
    assert "values-log-taken" not in codes(findings)


@pytest.mark.parametrize("name", sorted(FORMS))
def test_named_genes_are_ordinary_columns(tmp_path: Path, name: str) -> None:
    path = FORMS[name](tmp_path / name)
    table, findings = read(path, genes=f"{SYMBOLS[4].lower()}, {SYMBOLS[0]}, NOSUCH", transform="none")
    assert table.column_names[-2:] == [SYMBOLS[4].lower(), SYMBOLS[0]]
    assert table[SYMBOLS[0]].to_pylist() == COUNTS[:, 0].tolist()
    assert table[SYMBOLS[4].lower()].to_pylist() == COUNTS[:, 4].tolist()
    assert next(finding.fields["names"] for finding in findings if finding.code == "genes-absent") == "NOSUCH"
    assert refusal(path, genes="NOSUCH").code == "E-GENO-16"


def test_what_is_known_of_the_samples_comes_along(tmp_path: Path) -> None:
    for name in ("b.gct.gz", "a.h5ad"):
        table, _ = read(FORMS[name](tmp_path / name))
        assert table.column_names == ["sample", "state", "age", "expression"]
        assert table["age"].to_pylist() == [40.0 + place for place in range(7)]
        assert table["state"].to_pylist()[:2] == ["well", "ill"]
    rows = np.column_stack([COUNTS, np.arange(7) + 40.5])
    content = lines(rows, SAMPLES, (*SYMBOLS, "age"), "sample").replace("\n", "\tdied\n", 1)
    head, *rest = content.splitlines()
    path = write(tmp_path / "x.tsv", "\n".join((head, *(row + ("\tyes" if number % 2 else "\tno") for number, row in enumerate(rest)), "")))
    table, _ = read(path)
    assert table.column_names == ["sample", "age", "died", "expression"]
    assert table["died"].to_pylist()[:3] == ["no", "yes", "no"]
    assert np.array_equal(matrix_of(table), LOGS)
    with_outcome, _ = read(path, columns=f"{SYMBOLS[0]}")
    assert with_outcome.column_names == ["sample", SYMBOLS[0], "age", "died", "expression"]


def test_a_layer_of_an_h5ad(tmp_path: Path) -> None:
    path = write_h5ad(tmp_path / "a.h5ad", scipy.sparse.csr_matrix)
    assert np.array_equal(matrix_of(read(path, layer="doubled", transform="none")[0]), COUNTS.astype(np.float32) * 2)
    error = refusal(path, layer="none")
    assert (error.code, error.fields["layers"]) == ("E-GENO-22", "X, doubled")


@pytest.mark.parametrize(
    ("values", "code", "logarithm"),
    [
        (COUNTS, "values-counts", True),
        (COUNTS / COUNTS.sum(axis=1, keepdims=True) * 1e6, "values-scaled", True),
        (COUNTS * 1.37, "values-linear", True),
        (LOGS, "values-log", False),
        (LOGS - 6.0, "values-centred", False),
    ],
)
def test_what_the_values_look_like(tmp_path: Path, values: np.ndarray, code: str, logarithm: bool) -> None:
    body = "\n".join(
        "\t".join((name, *(f"{v:.5f}".removesuffix(".00000") for v in row))) for name, row in zip(SAMPLES, values, strict=True)
    )
    path = write(tmp_path / "a.tsv", "\t".join(("sample", *SYMBOLS)) + "\n" + body + "\n")
    table, findings = read(path)
    assert code in codes(findings)
    assert ("values-log-taken" in codes(findings)) is logarithm
    expected = np.log2(values + 1) if logarithm else values
    assert np.allclose(matrix_of(table), expected, rtol=1e-4, atol=1e-3)
    if code == "values-centred":
        assert refusal(path, transform="log2p1").code == "E-GENO-17"
    if code == "values-log":
        assert "values-log-twice" in codes(read(path, transform="log2p1")[1])


def test_genes_that_come_twice(tmp_path: Path) -> None:
    names = ("TP53", "BRCA1", "TP53", "KRAS")
    path = write(tmp_path / "a.tsv", lines(np.array([[1.0, 2.5], [3, 4], [5, 6.5], [7, 8]]), names, ("s1", "s2"), "gene"))
    said = {"format": "expression", "transform": "none"}
    labels = {}
    for how in ("mean", "first", "keep"):
        table, findings = read(path, duplicates=how, **said)
        block = blocks.block_of(table.schema.field("expression"))
        assert block is not None
        labels[how] = (block.labels, matrix_of(table).tolist())
        assert next(finding.fields["count"] for finding in findings if finding.code == "gene-doubles") == 1
    assert labels["mean"] == (("TP53", "BRCA1", "KRAS"), [[3, 3, 7], [4.5, 4, 8]])
    assert labels["first"] == (("TP53", "BRCA1", "KRAS"), [[1, 3, 7], [2.5, 4, 8]])
    assert labels["keep"] == (("TP53", "BRCA1", "TP53.2", "KRAS"), [[1, 3, 5, 7], [2.5, 4, 6.5, 8]])
    assert read(path, genes="TP53", **said)[0]["TP53"].to_pylist() == [3.0, 4.5]


def test_names_of_genes_are_looked_at(tmp_path: Path) -> None:
    names = (*(f"{name}.{number % 9}" for number, name in enumerate(ENSEMBL)), "2-Sep", "__no_feature")
    table = np.vstack([COUNTS.T, COUNTS[:, 0], COUNTS[:, 1]])
    read_table, findings = read(write(tmp_path / "a.tsv", lines(table, names, SAMPLES, "gene")))
    assert {"genes-ensembl", "gene-versions", "gene-dates", "gene-special-rows"} <= codes(findings)
    assert matrix_of(read_table).shape == (7, len(ENSEMBL) + 1)


@pytest.mark.parametrize(
    ("names", "kind"),
    [
        (SYMBOLS, genes.SYMBOL),
        (("Trp53", "Brca1", "Actb", "C9orf72", "HLA-A"), genes.SYMBOL),
        (tuple(f"{name}.3" for name in ENSEMBL), genes.ENSEMBL),
        (("ENST00000000001.2", "NM_000546.6"), genes.TRANSCRIPT),
        (("1007_s_at", "1053_at", "ILMN_1762337"), genes.PROBE),
        (("7157", "672"), genes.ENTREZ),
        (tuple(f"P{number:03d}" for number in range(100)), ""),
        (("age", "sex", "smoking status", "systolic [mmHg]"), ""),
        (("male", "female", "never", "former"), ""),
        ((), ""),
    ],
)
def test_kinds_of_names(names: tuple[str, ...], kind: str) -> None:
    assert genes.kind_of(names)[0] == kind


def test_a_table_of_patients_stays_a_table(tmp_path: Path) -> None:
    """Neither codes of patients nor a few genes among clinical columns make a matrix; a person can still say that it is one."""
    patients = tuple(f"P{number:04d}" for number in range(300))
    path = write(tmp_path / "a.csv", lines(RANDOM.normal(100, 9, (300, 3)).round(1), patients, ("age", "TP53", "KRAS"), "id", ","))
    assert loaders.preview(path).format == "csv"
    table, findings = read(path, format="expression", orientation="samples-in-rows")
    assert table.column_names == ["sample", "expression"]
    assert "genes-symbol" in codes(findings)
    assert {option.key for option in loaders.options_of(path, {})} == {"format", "dates"}
    assert "orientation" in {option.key for option in loaders.options_of(path, {"format": "expression"})}


def test_shape_alone_decides_last_and_says_so(tmp_path: Path) -> None:
    path = write(tmp_path / "a.csv", lines(RANDOM.random((40, 4)), tuple(f"x{n}" for n in range(40)), ("a", "b", "c", "d"), "id", ","))
    table, findings = read(path, format="expression")
    assert "genes-in-rows" in codes(findings)
    assert table["sample"].to_pylist() == ["a", "b", "c", "d"]
    table, findings = read(path, format="expression", orientation="samples-in-rows")
    assert not codes(findings) & {"genes-in-rows", "genes-in-columns"}
    assert table.num_rows == 40


@pytest.mark.parametrize(
    ("content", "code"),
    [
        ("gene\ts1\ts2\nTP53\t1\t2\nKRAS\t3\tfour\n", "E-GENO-14"),
        ("gene\ts1\ts2\nTP53\t1\t2\nKRAS\t3\n", "E-GENO-21"),
        ("gene\ts1\nTP53\tx\n", "E-GENO-13"),
        ("gene\n1\n", "E-GENO-13"),
        ("\n\n\n", "E-GENO-13"),
        ("gene\ts1\ts2\n", "E-GENO-13"),
        ("gene\ts1\ts2\nTP53\t1\t\0\n", "E-DATA-06"),
    ],
)
def test_what_is_no_matrix(tmp_path: Path, content: str, code: str) -> None:
    found = refusal(write(tmp_path / "a.tsv", content), format="expression", orientation="genes-in-rows")
    assert found.code == code


def test_a_word_far_down_is_named_by_its_place_alone(tmp_path: Path) -> None:
    table = [[str(number), "1"] for number in range(5000)]
    table[4321][1] = "Zhang Wei"
    content = "gene\ts1\n" + "\n".join("\t".join((f"G{row[0]}A", row[1])) for row in table) + "\n"
    error = refusal(write(tmp_path / "a.tsv", content), format="expression", orientation="genes-in-rows")
    assert (error.code, error.fields["row"], error.fields["column"]) == ("E-GENO-14", 4323, 2)
    assert "Zhang" not in str(error)
    assert error.__cause__ is None


def test_a_gct_that_breaks_its_promise(tmp_path: Path) -> None:
    path = write_gct(tmp_path / "a.gct")
    whole = path.read_text()
    for content in (
        whole.replace(f"{len(SYMBOLS)}\t7", f"{len(SYMBOLS) + 1}\t7"),
        whole.replace("\t7\n", "\n", 1),
        "#1.2\n",
        "#1.4" + whole[4:],
    ):
        path.write_text(content)
        assert refusal(path).code in ("E-GENO-18", "E-GENO-13")


def test_broken_gcts_that_fuzzing_found(tmp_path: Path) -> None:
    """A row about the samples that is short; a size that is a digit to Python alone."""
    path = tmp_path / "a.gct"
    path.write_bytes(b"#1.3\n2\t2\t1\t1\nid\tsymbol\ta\tb\nstate\tna\tiwell\nG1\tTP53\t1\t2\nG2\tKRAS\t3\t4\n")
    assert refusal(path).code == "E-GENO-18"
    path.write_text("#1.2\n2\t2\n\n\n\n")
    assert refusal(path).code == "E-GENO-13"
    path.write_text("#1.2\n²\t2\nName\tDescription\ta\tb\nTP53\tx\t1\t2\n", encoding="utf-8")
    assert refusal(path).code == "E-GENO-18"


def test_a_matrix_that_is_too_large(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("engine.records.matrix.MOST_VALUES", 1000)
    for name in ("genes.tsv", "samples.csv", "rows.h5ad"):
        assert refusal(FORMS[name](tmp_path / name)).code == "E-GENO-15"


def test_an_h5ad_that_points_outside_itself(tmp_path: Path) -> None:
    secret = tmp_path / "secret.h5"
    with h5py.File(secret, "w") as file:
        file["X"] = COUNTS
    for kind in ("link", "external", "virtual"):
        path = write_h5ad(tmp_path / f"{kind}.h5ad")
        with h5py.File(path, "a") as file:
            del file["X"]
            if kind == "link":
                file["X"] = h5py.ExternalLink(str(secret), "X")
            elif kind == "external":
                file.create_dataset("X", COUNTS.shape, "f8", external=[(str(secret), 0, h5py.h5f.UNLIMITED)])
            else:
                layout = h5py.VirtualLayout(COUNTS.shape, "f8")
                layout[:] = h5py.VirtualSource(str(secret), "X", COUNTS.shape)
                file.create_virtual_dataset("X", layout)
        assert refusal(path).code == "E-GENO-20"


def test_an_h5ad_that_claims_more_names_than_anybody_has(tmp_path: Path) -> None:
    """Found by fuzzing: a small file whose empty names would take minutes to read."""
    path = write_h5ad(tmp_path / "a.h5ad")
    with h5py.File(path, "a") as file:
        del file["obs/_index"]
        file["obs"].create_dataset("_index", (50_000_000,), h5py.string_dtype())
    assert refusal(path).code == "E-GENO-19"


def test_an_h5ad_whose_texts_claim_gigabytes(tmp_path: Path) -> None:
    """Found by fuzzing: HDF5 allocates what a heap or a text claims before it looks at the file's end."""
    path = write_h5ad(tmp_path / "a.h5ad")
    content = bytearray(path.read_bytes())
    heap = content.index(b"GCOL")
    content[heap + 8 : heap + 16] = (3 << 30).to_bytes(8, "little")
    path.write_bytes(content)
    whole = write_h5ad(tmp_path / "b.h5ad")
    with h5py.File(whole) as file:
        place = file["var/_index"].id.get_offset()
    with whole.open("r+b") as file:
        file.seek(place)
        file.write((3 << 30).to_bytes(4, "little"))
    for action in (loaders.preview, loaders.survey):
        for damaged in (path, whole):
            with pytest.raises(WardroundError) as caught:
                action(damaged)
            assert caught.value.code == "E-GENO-19"


def test_an_h5ad_that_is_none(tmp_path: Path) -> None:
    path = tmp_path / "a.h5ad"
    for content in (b"no hdf5 at all", b"\x89HDF\r\n\x1a\n" + bytes(500)):
        path.write_bytes(content)
        assert refusal(path).code == "E-GENO-19"
    path.unlink()
    with h5py.File(path, "w") as file:
        file["other"] = [1, 2]
    assert refusal(path).code in ("E-GENO-19", "E-GENO-22")


def test_a_preview_of_a_long_file_reads_its_beginning(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("engine.records.expression._PREVIEW_BYTES", 2000)
    for name in ("genes.tsv", "samples.csv"):
        preview = loaders.preview(FORMS[name](tmp_path / name))
        assert "matrix-partly-seen" in {finding.code for finding in preview.findings}
        assert preview.rows[0][0] == SAMPLES[0]


# ---------------------------------------------------------------- damaged files

WHOLE = {}


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(name=st.sampled_from(sorted(FORMS)), data=st.data())
def test_damaged_files_are_refused_in_words_or_read(tmp_path: Path, name: str, data: st.DataObject) -> None:
    path = tmp_path / name
    if name not in WHOLE:
        WHOLE[name] = FORMS[name](path).read_bytes()
    content = bytearray(WHOLE[name])
    for _ in range(data.draw(st.integers(1, 6))):
        # Near the beginning, where the structure is, as often as anywhere.
        reach = data.draw(st.sampled_from([200, 4000, len(content)]))
        content[data.draw(st.integers(0, min(reach, len(content)) - 1))] = data.draw(st.integers(0, 255))
    path.write_bytes(bytes(content[: data.draw(st.integers(1, len(content)))]))
    options = ReadOptions(settings={"format": "expression"} if name.endswith(("tsv", "csv", "txt")) else {})
    for action in (loaders.preview, lambda path, options: list(loaders.read(path, options))):
        try:
            action(path, options)
        except WardroundError as error:
            assert error.what("zh") != error.what("en")  # noqa: PT017 - either outcome is right
