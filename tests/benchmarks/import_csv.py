# SPDX-License-Identifier: Apache-2.0
"""How long an import takes: a million rows of fifty columns, made here, against pyarrow's own reader in the same run.

    .venv/bin/python tests/benchmarks/import_csv.py [--rows 1000000] [--times 10] [--cancel] [--narrow]

Prints seconds to the preview, seconds to the encrypted and summarised data set, the ratio to ``pyarrow.csv.read_csv`` of
the same file, how late a 5 ms timer in another thread was meanwhile, and the peak memory of each import. ``--times 10``
imports a file of ten times the rows as well and prints the ratio of the peaks. Each import runs in a process of its own,
because a peak never goes down again. ``--narrow``: 20 columns instead of fifty, as the goal of 10 million rows has it. Where polars
or duckdb are installed, they read the file in the same run too, and the ratio to the fastest of all is printed.
"""

from __future__ import annotations

import argparse
import importlib
import json
import multiprocessing
import os
import resource
import sys
import tempfile
import threading
import time
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.csv

from engine.errors import Cancelled
from engine.records import loaders
from engine.records.vault import Vault
from engine.store.connection import open_database
from engine.store.site_schema import MIGRATIONS
from engine.trust.keys import MasterKey

STEP = 100_000


def make(path: Path, rows: int, labs: int = 30, counts: int = 9, words_and_flags: tuple[int, int] = (7, 2)) -> None:
    """Writes the table: a key, laboratory values with gaps, counts, words and flags, an outcome."""
    random = np.random.default_rng(0)
    words = np.array(["never", "former", "current", "unknown"])
    writer = None
    for start in range(0, rows, STEP):
        n = min(STEP, rows - start)
        columns: dict[str, pa.Array] = {"record": pa.array([f"P{row:09d}" for row in range(start, start + n)])}
        columns |= {f"lab {i} [mmol/L]": pa.array(random.normal(100, 20, n).round(2), mask=random.random(n) < 0.05) for i in range(labs)}
        columns |= {f"count {i}": pa.array(random.integers(0, 500, n)) for i in range(counts)}
        columns |= {f"word {i}": pa.array(words[random.integers(0, 4, n)]) for i in range(words_and_flags[0])}
        columns |= {f"flag {i}": pa.array(random.integers(0, 2, n)) for i in range(words_and_flags[1])}
        columns["outcome"] = pa.array(np.array(["no", "yes"])[random.integers(0, 2, n)])
        table = pa.table(columns)
        writer = writer or pa.csv.CSVWriter(path, table.schema)
        writer.write_table(table)
    if writer is not None:
        writer.close()


class Heartbeat:
    """A thread that wants to wake every 5 ms, and how late it was."""

    def __init__(self) -> None:
        self.late: list[float] = []
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._beat)

    def _beat(self) -> None:
        due = time.perf_counter() + 0.005
        while not self._stop.wait(max(0.0, due - time.perf_counter())):
            now = time.perf_counter()
            self.late.append(now - due)
            due = now + 0.005

    def __enter__(self) -> Heartbeat:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join()


class CancelLater:
    """A token that is asked to stop after some seconds."""

    def __init__(self, seconds: float) -> None:
        self.due = time.perf_counter() + seconds

    def progress(self, fraction: float) -> None:
        """Nobody watches."""

    def check(self) -> None:
        if time.perf_counter() >= self.due:
            raise Cancelled


def peak_mb() -> float:
    """The largest resident memory of this process so far."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / (1 << 20 if sys.platform == "darwin" else 1 << 10)


def one_import(path: Path, folder: Path, cancel_after: float | None) -> dict[str, float]:
    """Preview and import in this process."""
    sys.setswitchinterval(0.0005)  # as the site's programs do
    master = MasterKey(os.urandom(32))
    database = open_database(folder / f"{path.stem}.db", master.derive("store"), MIGRATIONS)
    vault = Vault(folder / f"{path.stem}-vault", database, master)
    base = peak_mb()
    started = time.perf_counter()
    loaders.preview(path)
    preview = time.perf_counter() - started
    found: dict[str, float] = {"preview_s": preview, "rss_before_mb": base}
    with Heartbeat() as heartbeat:
        started = time.perf_counter()
        if cancel_after is None:
            version = vault.import_table(path, "benchmark")
            found["import_s"] = time.perf_counter() - started
            found["rows"] = version.rows
        else:
            token = CancelLater(cancel_after)
            try:
                vault.import_table(path, "benchmark", token=token)
            except Cancelled:
                found["cancel_s"] = time.perf_counter() - token.due
            found["files_left"] = len(list((folder / f"{path.stem}-vault").iterdir()))
    late = np.array(heartbeat.late) * 1000
    found |= {"late_p99_ms": float(np.quantile(late, 0.99)), "late_max_ms": float(late.max()), "rss_peak_mb": peak_mb()}
    if cancel_after is None:
        started = time.perf_counter()
        vault.rows(version.dataset, version.rows // 2, 100)
        found["first_window_ms"] = 1000 * (time.perf_counter() - started)
        started = time.perf_counter()
        vault.rows(version.dataset, version.rows // 2 + 100, 100)
        found["next_window_ms"] = 1000 * (time.perf_counter() - started)
    vault.close()
    database.close()
    return found


def floor(path: Path, name: str) -> float | None:
    """Seconds of a reader on all cores, whole table in memory, the better of two; None where it is not installed."""
    try:
        library = importlib.import_module(name)
    except ImportError:
        return None
    best = float("inf")
    for _ in range(2):
        started = time.perf_counter()
        match name:
            case "pyarrow":
                table = pa.csv.read_csv(path)
            case "polars":
                table = library.read_csv(path)
            case _:
                table = library.read_csv(str(path)).to_arrow_table()
        best = min(best, time.perf_counter() - started)
        del table
    return best


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--times", type=int, default=1, help="import a file of so many times the rows too")
    parser.add_argument("--narrow", action="store_true", help="20 columns instead of 50")
    parser.add_argument("--cancel", action="store_true", help="also measure how soon a cancelled import ends")
    chosen = parser.parse_args()
    spawn = multiprocessing.get_context("spawn")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        path = folder / "small.csv"
        shape = {"labs": 12, "counts": 3, "words_and_flags": (2, 1)} if chosen.narrow else {}
        make(path, chosen.rows, **shape)
        results: dict[str, object] = {"rows": chosen.rows, "file_mb": path.stat().st_size / 1e6}
        with spawn.Pool(1, maxtasksperchild=1) as pool:
            readers = {
                name: seconds for name in ("pyarrow", "polars", "duckdb") if (seconds := pool.apply(floor, (path, name))) is not None
            }
            seconds = min(readers.values())
            small = pool.apply(one_import, (path, folder, None))
            results |= {"readers_s": readers, "speed_of_the_fastest": seconds / small["import_s"], "import": small}
            if chosen.cancel:
                results["cancel"] = [pool.apply(one_import, (path, Path(tempfile.mkdtemp(dir=folder)), s)) for s in (0.5, 2.0, 4.0, 6.0)]
            if chosen.times > 1:
                large = folder / "large.csv"
                make(large, chosen.rows * chosen.times, **shape)
                big = pool.apply(one_import, (large, folder, None))
                results |= {"large": big, "rss_ratio": big["rss_peak_mb"] / small["rss_peak_mb"]}
    rounded = json.loads(json.dumps(results), parse_float=lambda text: round(float(text), 3))
    print(json.dumps(rounded, indent=1))


if __name__ == "__main__":
    main()
