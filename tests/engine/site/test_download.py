# SPDX-License-Identifier: Apache-2.0
"""The memory that models are downloaded into."""

from __future__ import annotations

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


def test_more_than_the_model_is_refused() -> None:
    download = Download(SPEC)
    download.begin(3)
    with pytest.raises(WardroundError, match="E-SITE-04"):
        download.extend(bytes(1 << 16))
    assert len(download) == 0
