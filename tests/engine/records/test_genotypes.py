# SPDX-License-Identifier: Apache-2.0
"""Genotypes of named variants: the same dosages as htslib gives, whatever the file's form, and what is not there said by name."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pyarrow as pa
import pysam
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engine.errors import WardroundError
from engine.records import loaders, variants
from engine.records.loader import Finding, ReadOptions
from engine.values import NoToken
from tests.support import vcf_maker

FORMS = ("a.vcf", "a.vcf.gz", "a.bcf")
RECORDS = (
    "chr1 1000 rs1 A G . PASS . GT:DP 0/0:9 0|1:9 1/1:9",
    "chr1 2000 rs2;x9 A G,T . PASS . GT 0/1 1|2 2/2",
    "chr1 3000 rs3 C T . PASS . GT ./. ./1 1",
    "chrX 4000 rs4 C T . PASS . GT 0 1 0/1",
    "chr1 5000 . G GA . PASS . GT 0/0 0/1 1|1",
    "chr1 6000 rs6 A <DEL>,G . PASS . GT 0/1 0/2 1/2",
    "chr1 7000 rs7 C . . PASS . GT 0/0 0/0 ./.",
    "chr1 8000 rs8 C T . PASS . DP 3 4 5",
    "chr1 9000 rs9 C T . PASS . GT 0/0/1 0/0 1/1",
)  # fmt: skip


def read(path: Path, **said: str) -> tuple[dict[str, list[object]], tuple[Finding, ...]]:
    survey = loaders.survey(path, ReadOptions(settings=said))
    assert survey.format == "vcf"
    return pa.Table.from_batches(survey.batches(NoToken()), survey.schema).to_pydict(), survey.findings


def codes(findings: tuple[Finding, ...]) -> dict[str, Mapping[str, object]]:
    return {finding.code: finding.fields for finding in findings}


def refusal(path: Path, **said: str) -> WardroundError:
    with pytest.raises(WardroundError) as caught:
        loaders.survey(path, ReadOptions(settings=said))
    assert caught.value.what("zh") != caught.value.what("en")
    return caught.value


@pytest.mark.parametrize("name", FORMS)
def test_dosages(tmp_path: Path, name: str) -> None:
    path = vcf_maker.put(tmp_path / name, vcf_maker.text(RECORDS))
    asked = "rs4,rs1,rs2,rs3,1:5000:G:GA,rs2:T,chr1-1000-A-G,rs6,rs7,rs9"
    table, findings = read(path, variants=asked)
    assert table == {
        "sample": ["A", "B", "C"],
        "rs4": [0, 1, 1],
        "rs1": [0, 1, 2],
        "rs2:G": [1, 1, 0],
        "rs2:T": [0, 1, 2],
        "rs3": [None, None, 1],
        "1:5000:G:GA": [0, 1, 2],
        "chr1-1000-A-G": [0, 1, 2],
        "rs6": [0, 1, 1],
        "rs7": [0, 0, None],
        "rs9": [None, 0, 2],
    }
    said = codes(findings)
    assert said["half-calls"]["count"] == 1
    assert said["build-found"]["found"] == "GRCh38"
    assert said["polyploid-calls"]["count"] == 1
    assert {finding.column for finding in findings if finding.code == "haploid-calls"} == {"rs3", "rs4"}


def test_phase_and_form_do_not_matter_and_samples_can_be_chosen(tmp_path: Path) -> None:
    content = vcf_maker.text(RECORDS)
    forms = [vcf_maker.put(tmp_path / name, content) for name in FORMS]
    forms.append(vcf_maker.put_gzip(tmp_path / "plain.vcf.gz", content))
    forms.append(vcf_maker.put(tmp_path / "dos.vcf", content.replace("\n", "\r\n").replace("|", "/")))
    tables = [read(path, variants="rs1, rs4", samples="C, A")[0] for path in forms]
    assert tables == [{"sample": ["C", "A"], "rs1": [2, 0], "rs4": [1, 0]}] * len(forms)
    assert refusal(forms[0], variants="rs1", samples="A,Z").code == "E-GENO-11"


@pytest.mark.parametrize("name", FORMS)
def test_what_is_not_there_is_said_by_name(tmp_path: Path, name: str) -> None:
    path = vcf_maker.put(tmp_path / name, vcf_maker.text(RECORDS))
    asked = "rs1,rs404,chr1:1000:G:A,1:1000:T:C,1:3000:C:G,chr2:1000:A:G,rs8,1:5000:G:GA"
    table, findings = read(path, variants=asked)
    assert list(table) == ["sample", "rs1", "1:5000:G:GA"]
    said = {code: fields["names"] for code, fields in codes(findings).items() if "names" in fields}
    assert said == {
        "variants-absent": "rs404, chr2:1000:A:G",
        "variants-swapped": "chr1:1000:G:A",
        "variants-strand": "1:1000:T:C",
        "variants-differ": "1:3000:C:G",
        "variants-untyped": "rs8",
        "variants-palindromic": "1:3000:C:G",
    }
    assert refusal(path, variants="rs404").code == "E-GENO-06"


def test_one_record_for_each_allele(tmp_path: Path) -> None:
    records = ("chr1 9 rs5 A C . . . GT 0/1 0/0 1/1", "chr1 9 rs5 A T . . . GT 0/. 1/1 0/0", "chr2 7 rs5 A G . . . GT 0/0 0/0 0/0")
    path = vcf_maker.put(tmp_path / "a.vcf", vcf_maker.text(records))
    table, findings = read(path, variants="rs5")
    assert table == {"sample": ["A", "B", "C"], "rs5:C": [1, 0, 2], "rs5:T": [None, 2, 0]}
    assert codes(findings)["variants-twice"]["names"] == "rs5"
    assert read(path, variants="rs5:T")[0] == {"sample": ["A", "B", "C"], "rs5:T": [None, 2, 0]}
    assert "variants-differ" not in codes(read(path, variants="rs5:T")[1])


def test_a_list_in_a_file(tmp_path: Path) -> None:
    path = vcf_maker.put(tmp_path / "a.vcf", vcf_maker.text(RECORDS))
    panel = tmp_path / "panel.txt"
    panel.write_text("\ufeffrs1  # lactase\n\n# nothing\nchrX:4000:C:T\n", encoding="utf-8")
    assert list(read(path, variants=f"@{panel}")[0]) == ["sample", "rs1", "chrX:4000:C:T"]
    assert refusal(path, variants=f"@{tmp_path / 'none.txt'}").code == "E-FILE-01"


@pytest.mark.parametrize("said", ["1:5", "rs1,rs1", "rs1;DROP", "chr1:10:A:<DEL>", "=cmd()", "sample", "../x"])
def test_what_is_no_variant(tmp_path: Path, said: str) -> None:
    path = vcf_maker.put(tmp_path / "a.vcf", vcf_maker.text(RECORDS))
    assert refusal(path, variants=said).code == "E-GENO-02"


def test_more_variants_than_there_may_be(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(variants, "MOST", 2)
    path = vcf_maker.put(tmp_path / "a.vcf", vcf_maker.text(RECORDS))
    assert refusal(path, variants="rs1,rs2,rs3").fields["number"] == 3


def test_builds(tmp_path: Path) -> None:
    path = vcf_maker.put(tmp_path / "a.vcf", vcf_maker.text(RECORDS))
    assert refusal(path, variants="rs1", build="GRCh37").code == "E-GENO-04"
    assert read(path, variants="rs1", build="GRCh38")[0]["rs1"] == [0, 1, 2]
    words = vcf_maker.put(tmp_path / "b.vcf", vcf_maker.text(RECORDS, meta=("##reference=file:///ref/hs37d5.fa", "##contig=<ID=chr1>")))
    assert codes(read(words, variants="rs1")[1])["build-found"]["found"] == "GRCh37"
    assert refusal(words, variants="rs1", build="GRCh38").code == "E-GENO-04"
    both = vcf_maker.put(tmp_path / "c.vcf", vcf_maker.text(RECORDS, meta=("##reference=hg19", *vcf_maker.CONTIGS)))
    assert codes(read(both, variants="rs1")[1])["build-contradicts"] == {"found": "GRCh38", "other": "GRCh37"}
    silent = vcf_maker.put(tmp_path / "d.vcf", vcf_maker.text(RECORDS, meta=()))
    assert "build-unknown" in codes(read(silent, variants="chr1:1000:A:G")[1])
    assert "build-unknown" not in codes(read(silent, variants="chr1:1000:A:G", build="GRCh37")[1])


def test_wrong_contigs(tmp_path: Path) -> None:
    far = "chr21 46709984 rs1 A G . . . GT 0/0 0/1 1/1"
    beyond = far.replace("46709984", "46709990")
    path = vcf_maker.put(tmp_path / "a.vcf", vcf_maker.text([far]))
    assert read(path, variants="rs1")[0]["rs1"] == [0, 1, 2]
    error = refusal(vcf_maker.put(tmp_path / "b.vcf", vcf_maker.text([RECORDS[0], beyond])), variants="rs1")
    assert (error.code, error.fields["contig"]) == ("E-GENO-05", "chr21")
    silent = vcf_maker.put(tmp_path / "c.vcf", vcf_maker.text([beyond], meta=()))
    assert refusal(silent, variants="rs1", build="GRCh38").code == "E-GENO-05"
    unknown = vcf_maker.put(tmp_path / "d.vcf", vcf_maker.text([*RECORDS, "scaffold_7 5 . A G . . . GT 0/0 0/0 0/0"]))
    assert codes(read(unknown, variants="rs1")[1])["contigs-undeclared"] == {"count": 1, "number": 1}


@pytest.mark.parametrize(
    ("record", "code"),
    [
        ("chr1 -5 rs1 A G . . . GT 0/0 0/0 0/0", "E-GENO-03"),
        ("chr1 x rs1 A G . . . GT 0/0 0/0 0/0", "E-GENO-03"),
        ("chr1 99999999999 rs1 A G . . . GT 0/0 0/0 0/0", "E-GENO-03"),
        ("chr1 5 rs1 A G . . . GT 0/0 0/0", "E-GENO-03"),
        ("chr1 5 rs1 A G . . . GT 0/0 0/0 0/0 0/0", "E-GENO-03"),
        ("chr1 5 rs1 A G . . . GT 0/0 0/2 0/0", "E-GENO-07"),
        ("chr1 5 rs1 A G . . . GT 0/0 x 0/0", "E-GENO-07"),
        ("chr1 5 rs1 A G . . . GT 0/0 0/ 0/0", "E-GENO-07"),
        ("chr1 5 rs1 A . . . . GT 0/0 0/1 0/0", "E-GENO-07"),
        ("chr1", "E-GENO-03"),
        ("\0\0\0", "E-GENO-03"),
    ],
)
def test_broken_records_are_refused_with_their_line(tmp_path: Path, record: str, code: str) -> None:
    content = vcf_maker.text([RECORDS[0].replace("rs1", "rs0"), record])
    error = refusal(vcf_maker.put(tmp_path / "a.vcf", content), variants="rs1,rs0")
    assert (error.code, error.fields["row"]) == (code, content.count("\n"))


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (("##fileformat=VCFv4.3\n", "##fileformat=VCFv4.3\n\n"), "E-GENO-01"),
        (("#CHROM\tPOS", "#CHROM\tPOSITION"), "E-GENO-01"),
        (("FORMAT\tA", "FORMATS\tA"), "E-GENO-01"),
        (("\tA\tB\tC", "\tA\t\tC"), "E-GENO-01"),
        (("\tA\tB\tC", "\tA\tB\tB"), "E-GENO-08"),
        (("#CHROM", "chrom"), "E-GENO-01"),
    ],
)
def test_broken_headers(tmp_path: Path, change: tuple[str, str], code: str) -> None:
    path = tmp_path / "a.vcf"
    path.write_text(vcf_maker.text(RECORDS).replace(*change), encoding="utf-8")
    assert refusal(path, variants="rs1").code == code


def test_a_header_alone_and_a_file_without_samples(tmp_path: Path) -> None:
    bare = vcf_maker.put(tmp_path / "a.vcf", vcf_maker.text(()))
    assert refusal(bare, variants="rs1").code == "E-GENO-06"
    sites = vcf_maker.put(tmp_path / "b.vcf", vcf_maker.text(["chr1 5 rs1 A G . . ."], samples=()))
    assert refusal(sites, variants="rs1").code == "E-GENO-12"
    assert refusal(bare).code == "E-GENO-10"


def test_a_line_without_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    long = vcf_maker.text([*RECORDS, RECORDS[0].replace("PASS .", "PASS " + "X" * (50 << 20))])
    path = vcf_maker.put_gzip(tmp_path / "a.vcf.gz", long)
    assert read(path, variants="rs2:T")[0]["rs2:T"] == [0, 1, 2]
    monkeypatch.setattr("engine.records.vcf.LONGEST_LINE", 1 << 20)
    assert refusal(path, variants="rs1").code == "E-GENO-09"


def test_preview_without_variants_shows_what_there_is_and_asks(tmp_path: Path) -> None:
    path = vcf_maker.put(tmp_path / "a.vcf.gz", vcf_maker.text(RECORDS))
    preview = loaders.preview(path)
    assert preview.header == ("variant", "chromosome", "position", "reference", "alternative")
    assert preview.rows[1] == ("rs2;x9", "chr1", "2000", "A", "G,T")
    asked = next(finding for finding in preview.findings if finding.code == "name-variants")
    assert (asked.severity, asked.fields) == ("block", {"count": len(RECORDS), "valid": 3})


def test_a_long_preview_stops(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("engine.records.genotypes._PREVIEW_BYTES", 1000)
    path = vcf_maker.put(tmp_path / "a.vcf", vcf_maker.text(RECORDS))
    for said in ({}, {"variants": "rs1"}):
        found = loaders.preview(path, ReadOptions(settings=said)).findings
        assert "variants-partly-seen" in {finding.code for finding in found}
        assert "variants-absent" not in {finding.code for finding in found}


# ---------------------------------------------------------------- against htslib

GENOTYPES = st.sampled_from(["0/0", "0|1", "1/1", "./.", ".", "1", "0", "2/1", "./1", "1|.", "2", "0/2"])


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=st.lists(st.tuples(*[GENOTYPES] * 4), min_size=1, max_size=12), form=st.sampled_from(FORMS), depth=st.booleans())
def test_as_htslib_reads_it(tmp_path: Path, rows: list[tuple[str, ...]], form: str, depth: bool) -> None:
    tail = ":3" if depth else ""
    records = [
        f"chr7 {100 + place} rs{place} C T,G 9 PASS . GT{':DP' if depth else ''} {' '.join(call + tail for call in calls)}"
        for place, calls in enumerate(rows)
    ]
    path = vcf_maker.put(tmp_path / form, vcf_maker.text(records, ("s1", "s2", "s3", "王芳")))
    expected: dict[str, list[object]] = {}
    with pysam.VariantFile(str(path)) as source:
        for record in source:
            for code, alt in enumerate(record.alts or (), start=1):
                calls = [record.samples[name].allele_indices for name in source.header.samples]
                expected[f"{record.id}:{alt}"] = [None if None in call else call.count(code) for call in calls]
    table, _ = read(path, variants=",".join(expected))
    assert table.pop("sample") == ["s1", "s2", "s3", "王芳"]
    assert table == expected


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(form=st.sampled_from(FORMS), data=st.data())
def test_damaged_files_are_refused_in_words_or_read(tmp_path: Path, form: str, data: st.DataObject) -> None:
    path = vcf_maker.put(tmp_path / form, vcf_maker.text(RECORDS))
    content = bytearray(path.read_bytes())
    for _ in range(data.draw(st.integers(1, 6))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    path.write_bytes(bytes(content[: data.draw(st.integers(1, len(content)))]))
    for action in (loaders.preview, loaders.survey):
        try:
            action(path, ReadOptions(settings={"variants": "rs1,chr1:5000:G:GA"}))
        except WardroundError as error:
            assert error.what("zh") != error.what("en")  # noqa: PT017 - either outcome is right
