# SPDX-License-Identifier: Apache-2.0
"""Manifests: what is read, what is filled in, what is refused and in which words."""

from __future__ import annotations

import contextlib
import dataclasses
import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.errors import WardroundError
from engine.study import manifest as manifests
from engine.study.manifest import Kind, Manifest, Role, Variable, canonical, from_canonical, load, parse

TEXT = """[study]
id = "preterm-birth-2026"
title = "Early warning of preterm birth"
purpose = "Find at booking which pregnancies need closer watching."
lead = "Lead Hospital"

[[variables]]
name = "systolic"
synonyms = ["SBP", "收缩压"]
kind = "numeric"
unit = "mmHg"
units = { kPa = 7.50062 }
range = [
  50,
  280,
]
missing = [-9, "999", "未查"]

[[variables]]
name = "smoking"
kind = "category"
categories = ["never", "former", "current"]
[variables.category_synonyms]
never = ["N", "从不"]
"ex" = "former"

[[variables]]
name = "record_no"
role = "patient id"

[[variables]]
name = "preterm"
kind = "flag"

[outcome]
variable = "preterm"

[rounds]
deadline = "1h 30min"
"""


def refusal(text: str) -> WardroundError:
    with pytest.raises(WardroundError) as caught:
        parse(text, "a.toml")
    return caught.value


def test_what_is_written_is_read() -> None:
    found = parse(TEXT, "a.toml")
    systolic, smoking, record, preterm = found.variables
    assert systolic == Variable(
        "systolic",
        Kind.NUMERIC,
        synonyms=("SBP", "收缩压"),
        unit="mmHg",
        units={"kPa": 7.50062},
        range=(50.0, 280.0),
        missing=("-9", "999", "未查"),
    )
    assert smoking.category_synonyms == {"N": "never", "从不": "never", "ex": "former"}
    assert (record.role, record.kind) == (Role.PATIENT_ID, Kind.TEXT)
    assert (preterm.role, preterm.categories) == (Role.OUTCOME, ("no", "yes"))
    assert found.rounds.deadline == 5400.0
    assert found.inputs == (systolic, smoking)
    assert found.classes == ("no", "yes")
    assert found.patient_id == record


def test_what_is_not_written_takes_the_documented_default() -> None:
    found = parse(TEXT.replace('[rounds]\ndeadline = "1h 30min"\n', ""), "a.toml")
    plain = Manifest(found.study, found.variables, found.outcome)
    assert found == plain


def test_windows_line_ends_and_a_byte_order_mark_change_nothing() -> None:
    assert parse("\ufeff" + TEXT.replace("\n", "\r\n"), "a.toml") == parse(TEXT, "a.toml")


def test_outcome_may_be_named_by_its_role_alone() -> None:
    text = TEXT.replace('[outcome]\nvariable = "preterm"\n', "").replace('kind = "flag"', 'kind = "flag"\nrole = "outcome"')
    assert parse(text, "a.toml").outcome.variable == "preterm"


@pytest.mark.parametrize(
    ("old", "new", "code", "culprit"),
    [
        ("title =", "titel =", "E-STUDY-02", 'titel = "Early warning of preterm birth"'),
        ("title =", "zzzzz = 1\ntitle =", "E-STUDY-03", "zzzzz = 1"),
        ('title = "Early warning of preterm birth"\n', "", "E-STUDY-04", "[study]"),
        ('title = "Early warning of preterm birth"', "title = 3", "E-STUDY-05", "title = 3"),
        ('"Early warning of preterm birth"', '""', "E-STUDY-13", 'title = ""'),
        ('"Early warning of preterm birth"', '"a\\u202eb"', "E-STUDY-13", 'title = "a\\u202eb"'),
        ('"preterm-birth-2026"', '"Preterm Birth"', "E-STUDY-12", 'id = "Preterm Birth"'),
        ('"Lead Hospital"', '"Lead Hospital', "E-STUDY-01", 'lead = "Lead Hospital'),
        ('deadline = "1h 30min"', "count = 1.5", "E-STUDY-06", "count = 1.5"),
        ('deadline = "1h 30min"', "count = true", "E-STUDY-06", "count = true"),
        ('deadline = "1h 30min"', "min_sites = 0", "E-STUDY-06", "min_sites = 0"),
        ('deadline = "1h 30min"', "quorum = 1.5", "E-STUDY-07", "quorum = 1.5"),
        ('deadline = "1h 30min"', "quorum = nan", "E-STUDY-07", "quorum = nan"),
        ('deadline = "1h 30min"', 'deadline = "soon"', "E-STUDY-10", 'deadline = "soon"'),
        ('deadline = "1h 30min"', 'deadline = "900d"', "E-STUDY-10", 'deadline = "900d"'),
        ('["SBP", "收缩压"]', '"SBP"', "E-STUDY-08", 'synonyms = "SBP"'),
        ("{ kPa = 7.50062 }", "7", "E-STUDY-09", "units = 7"),
        ("{ kPa = 7.50062 }", "{ kPa = -1 }", "E-STUDY-07", "units = { kPa = -1 }"),
        ("{ kPa = 7.50062 }", "{ mmHg = 1 }", "E-STUDY-36", "units = { mmHg = 1 }"),
        ("  280", "  20", "E-STUDY-23", "range = ["),
        ("  280", "  inf", "E-STUDY-23", "range = ["),
        ('kind = "numeric"', 'kind = "number"', "E-STUDY-11", 'kind = "number"'),
        ('kind = "numeric"', 'kind = "ordinal"', "E-STUDY-26", 'unit = "mmHg"'),
        ('kind = "numeric"', 'kind = "text"', "E-STUDY-24", 'kind = "text"'),
        ('role = "patient id"', 'role = "patient id"\nkind = "numeric"', "E-STUDY-25", 'kind = "numeric"'),
        ('["never", "former", "current"]', "[]", "E-STUDY-18", "categories = []"),
        ('kind = "flag"', 'kind = "flag"\ncategories = ["no"]', "E-STUDY-18", 'categories = ["no"]'),
        ('kind = "flag"', 'kind = "category"\ncategories = ["no"]', "E-STUDY-18", 'categories = ["no"]'),
        ('kind = "flag"', 'kind = "numeric"', "E-STUDY-27", 'kind = "numeric"'),
        ('kind = "flag"', 'kind = "flag"\nrole = "input"', "E-STUDY-28", 'role = "input"'),
        ('missing = [-9, "999", "未查"]', 'categories = ["a"]', "E-STUDY-20", 'categories = ["a"]'),
        ('"ex" = "former"', '"ex" = "formr"', "E-STUDY-22", "[variables.category_synonyms]"),
        ('"ex" = "former"', '"N" = "former"', "E-STUDY-21", '"N" = "former"'),
        ('"ex" = "former"', '"current" = "former"', "E-STUDY-21", "[variables.category_synonyms]"),
        ('"former", "current"]', '"former", "current"]\nmissing = ["N"]', "E-STUDY-29", 'missing = ["N"]'),
        ("SBP", "Smoking", "E-STUDY-30", 'name = "smoking"'),
        ('name = "smoking"', 'name = "systolic"', "E-STUDY-30", 'name = "systolic"'),
        ('variable = "preterm"', 'variable = "pretrm"', "E-STUDY-19", 'variable = "pretrm"'),
        ('kind = "flag"', 'kind = "flag"\n[[variables]]\nname = "mrn"\nrole = "patient-id"', "E-STUDY-32", 'role = "patient-id"'),
        ("[rounds]", '[model]\nfamily = "linear"\nhidden = [4]\n[rounds]', "E-STUDY-33", "hidden = [4]"),
        ("[rounds]", "[model]\nhidden = []\n[rounds]", "E-STUDY-33", "hidden = []"),
        ("[rounds]", "[model]\nhidden = [0]\n[rounds]", "E-STUDY-14", "hidden = [0]"),
        ("[rounds]", "[training]\nmomentum = 0.9\n[rounds]", "E-STUDY-34", "momentum = 0.9"),
        ("[rounds]", "[evaluation]\nvalidation_share = 0.5\ntest_share = 0.5\n[rounds]", "E-STUDY-35", "test_share = 0.5"),
        ("[rounds]", '[secagg]\nmethod = "homomorphic"\n[rounds]', "E-RULE-01", 'method = "homomorphic"'),
        ("[rounds]", '[privacy]\nmechanism = "dp-sgd"\n[rounds]', "E-STUDY-04", "[privacy]"),
        ("[rounds]", '[privacy]\nmechanism = "none"\nepsilon = 2.0\n[rounds]', "E-DP-20", "epsilon = 2.0"),
        ("[rounds]", '[privacy]\nmechanism = "label"\n[rounds]', "E-STUDY-04", "[privacy]"),
        ("[rounds]", '[privacy]\nmechanism = "update noise"\nepsilon = 1\nsampling = 0.5\n[rounds]', "E-DP-20", "sampling = 0.5"),
        ("[rounds]", '[privacy]\nmechanism = "dp-sgd"\nepsilon = 0\n[rounds]', "E-STUDY-07", "epsilon = 0"),
        ("[rounds]", '[privacy]\nnoise = 1.0\nmechanism = "dp-sgd"\n[rounds]', "E-RULE-02", "noise = 1.0"),
        (
            "[rounds]",
            '[privacy]\nmechanism = "label"\nlabel_epsilon = 1\none_row_per_patient = 1\n[rounds]',
            "E-DP-21",
            "one_row_per_patient = 1",
        ),
        ("[rounds]", '[aggregation]\nstrategy = "krum"\n[rounds]', "E-RULE-01", 'strategy = "krum"'),
        ("[rounds]", '[[blocks]]\nkind = "signal"\n[rounds]', "E-RULE-02", "[[blocks]]"),
        ('variable = "preterm"', 'variable = "preterm"\ntask = "survival"\nevent = "died"', "E-RULE-01", 'task = "survival"'),
        ('variable = "preterm"', 'variable = "preterm"\ntask = "regression"', "E-RULE-01", 'task = "regression"'),
        ('kind = "numeric"', 'kind = "date"', "E-RULE-01", 'kind = "date"'),
        ('role = "patient id"', 'role = "treatment"', "E-RULE-01", 'role = "treatment"'),
    ],
)
def test_a_mistake_is_told_with_its_code_and_line(old: str, new: str, code: str, culprit: str) -> None:
    assert TEXT.count(old) >= 1
    text = TEXT.replace(old, new, 1)
    error = refusal(text)
    assert error.code == code
    name, line = str(error.fields["where"]).split(":")
    assert name == "a.toml"
    assert text.splitlines()[int(line) - 1] == culprit
    assert error.what("en") != error.what("zh")
    assert error.exit_code == 8


def test_a_misspelt_key_is_answered_with_the_right_one() -> None:
    assert refusal(TEXT.replace("title =", "titel =")).fields["suggestion"] == "title"
    assert refusal(TEXT.replace("[rounds]", "[round]")).fields["suggestion"] == "rounds"
    assert refusal(TEXT.replace("deadline =", "dead-line =")).fields["suggestion"] == "deadline"


def test_a_study_without_an_input_is_refused() -> None:
    text = TEXT.replace('kind = "numeric"', 'kind = "numeric"\nrole = "ignore"').replace(
        'kind = "category"', 'kind = "category"\nrole = "ignore"'
    )
    assert refusal(text).code == "E-STUDY-31"


def test_flag_spellings_are_left_out_where_they_mean_missing() -> None:
    found = parse(TEXT.replace('kind = "flag"', 'kind = "flag"\nmissing = ["0"]'), "a.toml").target
    assert "0" not in found.category_synonyms
    assert found.category_synonyms["1"] == "yes"


def test_too_large_a_text_is_refused_before_it_is_read() -> None:
    assert refusal("#" * (manifests.LARGEST + 1)).code == "E-STUDY-16"


def test_nesting_without_end_is_refused() -> None:
    assert refusal("a = " + "[" * 100_000).code == "E-STUDY-01"
    with pytest.raises(WardroundError, match="E-STUDY-17"):
        from_canonical(b"[" * 100_000)


def test_load_reads_the_file_and_names_it(tmp_path: Path) -> None:
    path = tmp_path / "研究.toml"
    path.write_text("\ufeff" + TEXT, encoding="utf-8")
    assert load(path) == parse(TEXT, "x")
    path.write_bytes(TEXT.encode("gb18030"))
    with pytest.raises(WardroundError) as caught:
        load(path)
    assert caught.value.code == "E-STUDY-15"
    assert "研究.toml" in caught.value.what("zh")
    with pytest.raises(WardroundError, match="E-FILE-01"):
        load(tmp_path / "absent.toml")


@given(st.text())
def test_no_text_gets_past_the_reader_as_anything_but_a_coded_error(text: str) -> None:
    with pytest.raises(WardroundError):
        parse(text, "a.toml")


@given(st.data())
def test_no_damaged_manifest_raises_anything_but_a_coded_error(data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(TEXT)))
    length = data.draw(st.integers(0, 30))
    instead = data.draw(st.sampled_from(["", "=", "[", "]", '"', "\n", "[[", "0", "{", "9" * 5000, "\0", "1e999", "null"]))
    with contextlib.suppress(WardroundError):  # its sentence was made when it was raised
        parse(TEXT[:start] + instead + TEXT[start + length :], "a.toml")


@given(st.binary())
def test_no_bytes_get_past_the_canonical_reader(data: bytes) -> None:
    with pytest.raises(WardroundError):
        from_canonical(data)


_name = st.from_regex(r"[a-zé一-十][a-z0-9_é一-十]{0,20}", fullmatch=True)
_finite = st.floats(-1e6, 1e6, allow_nan=False)


@st.composite
def _manifests(draw: st.DrawFn) -> Manifest:
    names = draw(st.lists(_name, min_size=3, max_size=8, unique_by=lambda n: n.casefold()))
    numeric = draw(st.lists(st.tuples(_finite, st.floats(0.5, 1e6)), min_size=len(names), max_size=len(names)))
    variables = [
        {"name": name, "kind": "numeric", "range": [low, low + width], "missing": ["-9"]} if index % 2 else {"name": name, "kind": "flag"}
        for index, (name, (low, width)) in enumerate(zip(names, numeric, strict=True))
    ]
    variables[0] = {"name": names[0], "kind": "category", "categories": draw(st.lists(_name, min_size=2, max_size=5, unique=True))}
    document = {
        "study": {"id": "s-1", "title": draw(_name), "purpose": draw(_name), "lead": draw(_name)},
        "variables": variables,
        "outcome": {"variable": names[0]},
        "training": {"learning_rate": draw(st.floats(1e-6, 1)), "seed": draw(st.integers(0, 2**63 - 1))},
        "rounds": {"deadline": draw(st.floats(1, 1e6)), "quorum": draw(st.floats(0.01, 1))},
    }
    rows = "\n".join(
        "[[variables]]\n" + "\n".join(f"{k} = {json.dumps(v, ensure_ascii=False)}" for k, v in row.items()) for row in variables
    )
    sections = "\n".join(
        f"[{name}]\n" + "\n".join(f"{k} = {json.dumps(v, ensure_ascii=False)}" for k, v in row.items())
        for name, row in document.items()
        if isinstance(row, dict)
    )
    return parse(f"{sections}\n{rows}\n", "generated")


@given(_manifests())
def test_canonical_bytes_and_back_give_the_same_manifest(found: Manifest) -> None:
    data = canonical(found)
    assert from_canonical(data) == found
    assert canonical(from_canonical(data)) == data


def test_canonical_is_one_line_of_sorted_json_with_every_field() -> None:
    data = canonical(parse(TEXT, "a.toml"))
    document = json.loads(data)
    assert data.decode() == json.dumps(document, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    assert set(document) == {f.name for f in dataclasses.fields(Manifest)}


def test_another_spelling_of_the_same_json_is_refused() -> None:
    data = canonical(parse(TEXT, "a.toml"))
    for other in (data + b"\n", b" " + data, data.replace(b'"deadline":5400.0', b'"deadline":5400'), data.decode().encode("utf-16")):
        with pytest.raises(WardroundError, match="E-STUDY-17"):
            from_canonical(other)


def test_canonical_bytes_are_checked_like_the_text() -> None:
    data = canonical(parse(TEXT, "a.toml"))
    with pytest.raises(WardroundError, match="E-RULE-01"):
        from_canonical(data.replace(b'"fedavg"', b'"krum"'))
    with pytest.raises(WardroundError, match="E-STUDY-06"):
        from_canonical(data.replace(b'"min_sites":2', b'"min_sites":0'))
