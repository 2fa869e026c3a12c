# SPDX-License-Identifier: Apache-2.0
"""What masking one vector costs a site, and opening the sum the coordinator, against the floor of its own arithmetic.

    python tests/benchmarks/masking.py [--parameters 1000000] [--sites 4 8 32] [--repeats 5] [--json]

A site draws one AES-256-CTR stream for each neighbour and one for itself and adds it in the ring. The floor does the same with as many
streams in one buffer of the whole vector: encrypt zeros, numpy add, no keys exchanged. The coordinator takes one stream off for each
hospital. Medians of both in the same run, in milliseconds per million parameters.
"""

from __future__ import annotations

import argparse
import json
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from engine.secagg.circle import neighbours_among
from engine.secagg.masking import MaskingSealer
from tests.support.masked import Ward


def floor(ring: np.ndarray, streams: int) -> None:
    zeros, drawn = bytes(ring.nbytes), np.empty_like(ring)
    for number in range(streams):
        cipher = Cipher(algorithms.AES(number.to_bytes(32, "big")), modes.CTR(bytes(16))).encryptor()
        cipher.update_into(zeros, drawn.data.cast("B"))
        np.add(ring, drawn, out=ring)


def median(work: Callable[[], object], repeats: int) -> float:
    times = []
    for _ in range(repeats):
        begun = time.perf_counter()
        work()
        times.append(time.perf_counter() - begun)
    return statistics.median(times) * 1000


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--parameters", type=int, default=1_000_000)
    parser.add_argument("--sites", type=int, nargs="+", default=[4, 8, 32])
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    millions = options.parameters / 1e6
    found = []
    for sites in options.sites:
        ward = Ward(sites)
        ring = np.zeros(options.parameters, np.uint32)
        sealer = MaskingSealer(ward.secrets[ward.sites[0]], ward.circle, ward.sites[0], ward.sites)
        masks = ward.masks(ward.sites)
        streams = neighbours_among(sites) + 1
        row = {
            "sites": sites,
            "streams": streams,
            "mask_ms": median(lambda: sealer.seal(ring), options.repeats) / millions,  # noqa: B023 - used at once
            "floor_ms": median(lambda: floor(ring, streams), options.repeats) / millions,  # noqa: B023
            "open_ms": median(lambda: masks.take_off(ring), options.repeats) / millions,  # noqa: B023
        }
        found.append(row)
        if not options.json:
            ratio = row["mask_ms"] / row["floor_ms"]
            print(
                f"{sites:>3} sites, {streams:>2} streams: mask {row['mask_ms']:.1f} ms, floor {row['floor_ms']:.1f} ms (×{ratio:.2f}),"
                f" coordinator {row['open_ms']:.1f} ms per million parameters"
            )
    if options.json:
        print(json.dumps(found, indent=1))


if __name__ == "__main__":
    main()
