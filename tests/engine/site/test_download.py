# SPDX-License-Identifier: Apache-2.0
"""The memory that models are downloaded into."""

from __future__ import annotations

import asyncio
import hashlib
from pathlib import Path

import numpy as np
import pytest

from engine.errors import WardroundError
from engine.models import vector
from engine.models.spec import Input, ModelSpec, size
from engine.site.download import Download

SPEC = ModelSpec("linear", (Input("x", True, 0.0, 1.0),), (), ("no", "yes"))


def test_a_model_arrives_in_pieces_and_the_next_one_takes_its_place(tmp_path: Path) -> None:
    download = Download(SPEC)
    for version in (1, 2):
        flat = np.full(size(SPEC), version, np.float32)
        vector.write(tmp_path / "m", flat, SPEC)
        content = (tmp_path / "m").read_bytes()
        download.begin(version)
        for start in range(0, len(content), 7):
            download.extend(content[start : start + 7])
        assert len(download) == len(content)
        assert np.array_equal(vector.read(download.content(), SPEC), flat)


@pytest.mark.parametrize("width", [3, 1200])
def test_the_hash_is_of_what_arrived_also_when_the_arrival_was_broken_off_and_begun_anew(width: int) -> None:
    spec = ModelSpec("mlp", (Input("x", True, 0.0, 1.0),), (width, width), ("no", "yes"))
    content = np.random.default_rng(1).bytes(len(vector.header(spec)) + 4 * size(spec))

    async def run() -> None:
        download = Download(spec)
        download.begin(1)
        for start in range(0, len(content) // 2, 1 << 20):
            await download.take(b"x" * len(content[start : start + (1 << 20)]))
        download.begin(2)
        for start in range(0, len(content), 1 << 20):
            await download.take(content[start : start + (1 << 20)])
            if start >> 20 == 3:
                part = content[: len(download)]
                assert await download.sha256() == hashlib.sha256(part).hexdigest()
        assert download.whole
        assert await download.sha256() == hashlib.sha256(content).hexdigest()

    asyncio.run(run())


def test_more_than_the_model_is_refused() -> None:
    download = Download(SPEC)
    download.begin(3)
    with pytest.raises(WardroundError, match="E-SITE-04"):
        download.extend(bytes(1 << 16))
    assert len(download) == 0
