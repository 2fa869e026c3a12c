# SPDX-License-Identifier: Apache-2.0
"""From a study's table to the rows that a model reads, under the federation-wide scaling."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from engine.models.scaling import Scaling
from engine.models.spec import Input
from engine.preprocessing.unit_interval import to_unit
from engine.values import Examples, SplitExamples, StudyTable


def features(inputs: tuple[Input, ...], scaling: Scaling, table: StudyTable) -> Examples:
    """All rows of the table as examples, in its order.

    In the inputs' order, a numeric input becomes (u - mean) / scale, 0 where it is missing (the federation's mean), and
    a flag that is 1 where it is missing; a coded one becomes one column a category, then "other", then "missing".
    """
    scales = {n.name: n for n in scaling.numeric}
    rows = len(table)
    matrix = np.zeros((rows, sum(i.width for i in inputs)), dtype=np.float32)
    column = 0
    for item in inputs:
        if item.numeric:
            scale = scales[item.name]
            standard = (to_unit(table.numeric[item.name], scale.low, scale.high) - scale.mean) / scale.scale
            missing = np.isnan(standard)
            matrix[:, column] = np.where(missing, 0.0, standard)
            matrix[:, column + 1] = missing
        else:
            codes = table.coded[item.name]
            places = np.where(codes < 0, item.width - 1, codes)
            matrix[np.arange(rows), column + places] = 1.0
        column += item.width
    return Examples(matrix, table.labels, table.patients)


def parted(examples: Examples, parts: NDArray[np.int8]) -> SplitExamples:
    """The examples by their patients' part; ``parts`` (p,) as ``split`` gives it."""
    of_row = parts[examples.patients]

    def part(number: int) -> Examples:
        chosen = of_row == number
        return Examples(examples.features[chosen], examples.labels[chosen], examples.patients[chosen])

    return SplitExamples(part(0), part(1), part(2))
