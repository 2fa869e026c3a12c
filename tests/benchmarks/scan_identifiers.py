# SPDX-License-Identifier: Apache-2.0
"""How fast the search for identifiers is: notes in English and Chinese, codes, words and numbers, made here.

    .venv/bin/python tests/benchmarks/scan_identifiers.py [--mb 60] [--planted 0.02]

Prints MB of text a second for the whole table and for each of its columns, on one thread, and how late a 5 ms timer of another
thread was meanwhile.
"""

from __future__ import annotations

import argparse
import json
import sys
import time

import numpy as np
import pyarrow as pa

from engine.records.describe import Description
from engine.records.identifiers import scan
from engine.values import NoToken
from tests.benchmarks.import_csv import Heartbeat

ROWS = 1 << 16
_ENGLISH = (
    "Pt is a {n} year old woman with BP {n}/80, HR 72, on metformin 500 mg twice daily.",
    "History of hypertension and CKD stage 3, creatinine 1.4 mg/dL.",
    "No chest pain or dyspnea at rest; follow up with Cardiology.",
    "Chest X-ray clear. Abdomen soft, bowel sounds normal.",
    "Wound is dry. Plan: continue warfarin, INR in one week.",
    "Glasgow Coma Scale 15. Discussed risks, patient agrees to surgery.",
    "Sodium 139, potassium 4.{n}, glucose {n} mg/dL at 10:35.",
)
_CHINESE = (
    "患者因反复胸闷气短{n}余天，加重一周入院。",
    "既往高血压病史十年，口服氨氯地平5mg每日一次，血压控制可。",
    "查体：血压{n}/85mmHg，心率76次/分，双肺呼吸音清，未闻及干湿啰音。",
    "腹软，无压痛及反跳痛，双下肢无水肿。",
    "予抗感染、补液等对症治疗，症状较前明显好转。",
    "复查血常规：白细胞{n}×10^9/L，中性粒细胞比例升高。",
)
_PLANTED = ("Seen by Dr. Robert Hughes, call 415-555-0134.", "患者张伟，电话13812345678，家住朝阳区建国路88号。")


def make(megabytes: float, planted: float) -> pa.Table:
    """A table of about so many MB."""
    random = np.random.default_rng(0)

    def notes(sentences: tuple[str, ...], plant: str, count: int) -> pa.Array:
        picked = random.integers(0, len(sentences), (count, 6))
        numbers = random.integers(20, 99, (count, 6))
        bad = random.random(count) < planted
        return pa.array(
            [
                " ".join(sentences[s].format(n=n) for s, n in zip(*pair, strict=True)) + (plant if b else "")
                for *pair, b in zip(picked, numbers, bad, strict=True)
            ]
        )

    words = np.array(["never", "former", "current", "unknown"])
    rows = int(megabytes * 1e6 / 900)
    return pa.table(
        {
            "record": pa.array([f"P{row:09d}" for row in range(rows)]),
            "note": notes(_ENGLISH, _PLANTED[0], rows),
            "病程记录": notes(_CHINESE, _PLANTED[1], rows),
            **{f"lab {i}": random.normal(100, 20, rows).round(2) for i in range(10)},
            **{f"word {i}": pa.array(words[random.integers(0, 4, rows)]) for i in range(5)},
            "code": pa.array([f"I{n:02d}.{m}" for n, m in random.integers(0, 99, (rows, 2))]),
            "count": random.integers(0, 1 << 40, rows).astype(float),
        }
    )


def seconds(table: pa.Table) -> float:
    description = Description(table.schema, {})
    for batch in table.slice(0, 1000).to_batches():
        description.update(batch, NoToken())
    groups = [table.slice(start, ROWS).combine_chunks() for start in range(0, table.num_rows, ROWS)]
    started = time.perf_counter()
    scan.scan(groups, description.columns(), table.num_rows, NoToken())
    return time.perf_counter() - started


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--mb", type=float, default=60)
    parser.add_argument("--planted", type=float, default=0.02)
    chosen = parser.parse_args()
    sys.setswitchinterval(0.0005)  # as the site's programs do
    table = make(chosen.mb, chosen.planted)
    with Heartbeat() as heartbeat:
        took = seconds(table)
    late = np.array(heartbeat.late) * 1000
    rates = {
        name: table.select([name]).nbytes / 1e6 / seconds(table.select([name]))
        for name in ("record", "note", "病程记录", "lab 0", "word 0", "code", "count")
    }
    result = {
        "mb": table.nbytes / 1e6,
        "seconds": took,
        "mb_per_s": table.nbytes / 1e6 / took,
        "late_p99_ms": float(np.quantile(late, 0.99)),
        "late_max_ms": float(late.max()),
        "columns_mb_per_s": rates,
    }
    print(json.dumps(json.loads(json.dumps(result), parse_float=lambda text: round(float(text), 2)), indent=1, ensure_ascii=False))


if __name__ == "__main__":
    main()
