# SPDX-License-Identifier: Apache-2.0
"""Single rules: check digits, disguises, names of columns, the patient's own column, what one cell or one column is enough for."""

from __future__ import annotations

import pytest

from engine.records.identifiers import checks, headers, scan
from engine.records.identifiers.flat import flat, flat_column
from engine.records.identifiers.text import without
from tests.engine.records.identifiers.conftest import scanned


def test_one_wrong_digit_is_noticed() -> None:
    for number, check in (
        ("11010519491231002X", checks.resident_id), ("4539578763621486", checks.luhn), ("943 476 5919", checks.nhs),
        ("GB82 WEST 1234 5698 7654 32", checks.iban), ("1M8GDM9AXKP042788", checks.vin), ("AP5836727", checks.dea),
    ):  # fmt: skip
        assert check(number)
        last = next(at for at in range(len(number) - 1, -1, -1) if number[at].isdigit())
        for digit in set("0123456789") - {number[last]}:
            assert not check(number[:last] + digit + number[last + 1 :])


def test_no_such_birthday() -> None:
    assert not checks.resident_id("110105194913310027")


@pytest.mark.parametrize(
    "written",
    [
        "１３８１２３４５６７８", "138\u200b1234\u200b5678", "1\u20603\u20608\u206012345678", "\u202b13812345678\u202c", "١٣٨١٢٣٤٥٦٧٨",
        "138\u00ad1234\u00ad5678", "１３８－１２３４－５６７８", "138\u00a01234\u00a05678", "📞13812345678", "电话13812345678。",
    ],
)  # fmt: skip
def test_disguises_hide_nothing(written: str) -> None:
    text, found = without(f"请拨{written}")
    assert [span.kind for span in found] == ["phone"]
    assert text.startswith("请拨")
    assert "5678" not in text
    assert [(hit.kind, hit.count) for hit in scanned({"notes": [written, "无", "无"]}).hits] == [("phone", 1)]


def test_flat_is_short_and_settles() -> None:
    import pyarrow as pa

    for text in ("ＡＢＣ　１２", "a\u200bb", "中文，标点。", "𝟙𝟚", "٣"):
        assert len(flat(text)) <= len(text)
        assert flat(flat(text)) == flat(text)
    assert flat_column(pa.array(["１", None, "x"])).to_pylist() == ["1", None, "x"]


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("Patient Name", "name"), ("PtLastName", "name"), ("姓名", "name"), ("联系人姓名", "name"), ("SSN", "national-id"), ("身份证号码", "national-id"), ("phone_number", "phone"),
        ("MobilePhone", "phone"), ("手机号", "phone"), ("E-Mail", "email"), ("电子邮箱", "email"), ("MRN", "record"), ("record_no", "record"), ("住院号", "record"), ("门诊号", "record"),
        ("home address", "address"), ("家庭住址", "address"), ("ZIP", "postcode"), ("邮编", "postcode"), ("DOB", "date"), ("入院日期", "date"), ("admit_date", "date"), ("age", "age"),
        ("年龄", "age"), ("医保卡号", "plan"), ("社保号", "plan"), ("Insurance Number", "plan"), ("车牌号", "vehicle"), ("IP Address", "ip"), ("银行卡号", "account"), ("fingerprint", "biometric"),
        ("serial_number", "device"), ("shenfenzheng", "national-id"), ("xingming", "name"), ("fax", "fax"), ("传真", "fax"), ("url", "url"), ("护照号", "licence"), ("patient photo", "photo"),
    ],
)  # fmt: skip
def test_names_of_columns(name: str, kind: str) -> None:
    header = headers.read(name)
    assert header is not None
    assert header.kind == kind


@pytest.mark.parametrize(
    "name",
    [
        "systolic",
        "drug",
        "BMI [kg/m2]",
        "体重",
        "收缩压",
        "smoking",
        "stage",
        "cell count",
        "platelets",
        "contact lens use",
        "tell",
        "manager",
        "gender",
        "diagnosis",
    ],
)
def test_names_of_columns_that_name_nobody(name: str) -> None:
    header = headers.read(name)
    assert header is None or not header.sure


def test_the_column_that_tells_patients_apart() -> None:
    assert scanned({"age": [40.0, 50, 60], "record_no": ["P1", "P2", "P3"], "id": ["1", "2", "3"]}).key == "record_no"
    assert scanned({"age": [40.0, 50, 60], "受试者编号": ["P1", "P2", "P3"]}).key == "受试者编号"
    assert scanned({"age": [40.0, 50, 60]}).key == ""


def test_a_single_cell_is_enough_for_what_is_sure() -> None:
    report = scanned({"notes": ["ok"] * 500 + ["call 13812345678"] + ["ok"] * 500})
    assert [(hit.kind, hit.count, hit.rows) for hit in report.hits] == [("phone", 1, (500,))]


def test_a_single_number_is_not() -> None:
    assert scanned({"value": ["4155550134" if row == 7 else str(1000 + row) for row in range(500)]}).hits == ()
    assert [hit.kind for hit in scanned({"value": [float(13_000_000_000 + 7 * row) for row in range(500)]}).hits] == ["phone"]


def test_rows_are_those_of_the_table_whatever_the_groups() -> None:
    notes = [f"note {row}" if row % 37 else "Dr. Robert Hughes called" for row in range(1000)]
    reports = {scanned({"notes": notes}, group=group) for group in (7, 100, 1000)}
    assert len(reports) == 1
    (hit,) = reports.pop().hits
    assert hit.rows == tuple(range(0, 1000, 37))
    assert hit.count == len(hit.rows)


def test_ages_over_89_in_years_alone() -> None:
    ages = [float(20 + row) for row in range(80)]
    (hit,) = scanned({"age": ages}).hits
    assert (hit.kind, hit.count) == ("age", 10)
    assert scanned({"age": ages}, units={"age": "day"}).hits == ()
    assert scanned({"age": [*ages, 400.0]}).hits == ()  # months


def test_years_are_no_dates() -> None:
    assert scanned({"admission_date": [str(1990 + row % 30) for row in range(100)]}).hits == ()
    assert [hit.kind for hit in scanned({"admission_date": [float(20_010_101 + row % 28) for row in range(100)]}).hits] == ["date"]


def test_a_report_is_kept_as_text_and_holds_no_value() -> None:
    report = scanned({"姓名": ["张伟", "王芳", "李娜", "欧阳明"] * 5, "notes": ["call 13812345678"] * 20})
    text = scan.to_json(report)
    assert scan.from_json(text) == report
    assert "张伟" not in text
    assert "13812345678" not in text


def test_what_is_taken_out_of_a_text() -> None:
    text, _ = without(
        "Patient John Smith, MRN: 00123456, seen on March 5, 2020, lives at 12 Oak Street. Call (415) 555-2671 or jane@example.org. BP 120/80."
    )
    assert text == "Patient [NAME], MRN: [RECORD], seen on [DATE], lives at [ADDRESS]. Call [PHONE] or [EMAIL]. BP 120/80."
    text, _ = without(
        "患者张伟，男，92岁，身份证号11010519491231002X，手机13812345678，家住北京市朝阳区建国路88号3单元502室，住院号：ZY20200123，血压130/85mmHg。"
    )
    assert text == "患者[NAME]，男，[AGE]，身份证号[NATIONAL-ID]，手机[PHONE]，[ADDRESS]，住院号：[RECORD]，血压130/85mmHg。"
