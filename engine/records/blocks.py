# SPDX-License-Identifier: Apache-2.0
"""Block columns: one array a row (an image, a signal, an expression profile, a fingerprint) in one column of a table.

A cell is a struct {shape: list<int32>, data: large_binary}: the array in C order, little-endian, of the column's dtype; null
where the patient has none. The field's metadata say what the arrays are, so that a table with block columns describes itself
in the vault. One column of 20,000 genes is one encrypted column, not 20,000.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

MODALITIES = ("expression", "image", "signal", "series", "molecule", "notes")
"""What a block can be: expression (genes,), image (…, rows, columns) with colour as (…, 3, rows, columns), signal (leads, samples),
series (2, variables, steps: values, NaN where nothing was measured, then masks of 1 and 0), molecule (bits,), notes (terms,).
None is the name of a plain column's kind."""

_TYPE = pa.struct([("shape", pa.list_(pa.int32())), ("data", pa.large_binary())])
_KEY = b"wardround.block"
_GROUP_BYTES = 64 << 20
DTYPES = ("uint8", "int16", "uint16", "int32", "float32", "float64")


@dataclass(frozen=True)
class Block:
    """What one block column holds.

    ``labels``: names along the axis that has some (genes, leads, variables, terms), else empty. ``bytes``: of a usual cell,
    for the size of the vault's row groups. ``attributes``: what a viewer must know, e.g. ``{"sampling_hz": "250"}``; texts only,
    nothing of a patient.
    """

    modality: str
    dtype: str
    labels: tuple[str, ...] = ()
    bytes: int = 0
    attributes: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if self.modality not in MODALITIES or self.dtype not in DTYPES:
            raise ValueError(f"{self.modality} of {self.dtype}")


def field_of(name: str, block: Block) -> pa.Field:
    """The Arrow field of a block column."""
    said = {
        "modality": block.modality,
        "dtype": block.dtype,
        "labels": list(block.labels),
        "bytes": block.bytes,
        "attributes": dict(block.attributes),
    }
    return pa.field(name, _TYPE, metadata={_KEY: json.dumps(said, ensure_ascii=False, separators=(",", ":")).encode()})


def block_of(column: pa.Field) -> Block | None:
    """What a field says that it holds; None for a plain column."""
    if not column.metadata or _KEY not in column.metadata:
        return None
    said = json.loads(column.metadata[_KEY])
    return Block(said["modality"], said["dtype"], tuple(said["labels"]), said["bytes"], said["attributes"])


def blocks_of(schema: pa.Schema) -> dict[str, Block]:
    """Column name → block, in order."""
    return {column.name: block for column in schema if (block := block_of(column)) is not None}


def cells(arrays: Iterable[NDArray[np.generic] | None], block: Block) -> pa.StructArray:
    """The cells of a column, None where a row has no array; each array in the column's dtype.

    Raises:
        ValueError: for an array of another dtype.
    """
    wanted = np.dtype(block.dtype).newbyteorder("<")
    shapes: list[list[int] | None] = []
    contents: list[bytes | None] = []
    for array in arrays:
        if array is None:
            shapes.append(None)
            contents.append(None)
            continue
        if array.dtype != wanted:
            raise ValueError(f"{array.dtype} in a column of {block.dtype}")
        shapes.append(list(array.shape))
        contents.append(np.ascontiguousarray(array).tobytes())
    absent = pa.array([shape is None for shape in shapes], pa.bool_())
    return pa.StructArray.from_arrays(
        [pa.array(shapes, pa.list_(pa.int32())), pa.array(contents, pa.large_binary())], fields=list(_TYPE), mask=absent
    )


def arrays(column: pa.Array | pa.ChunkedArray, block: Block) -> list[NDArray[np.generic] | None]:
    """The arrays of a column, read-only views of the cells' bytes; None where a row has none."""
    found: list[NDArray[np.generic] | None] = []
    dtype = np.dtype(block.dtype).newbyteorder("<")
    for chunk in column.chunks if isinstance(column, pa.ChunkedArray) else [column]:
        shapes, contents = chunk.field("shape"), chunk.field("data")
        for row in range(len(chunk)):
            if not chunk[row].is_valid:
                found.append(None)
            else:
                found.append(np.frombuffer(contents[row].as_buffer(), dtype=dtype).reshape(shapes[row].as_py()))
    return found


def shown(shape: Sequence[int] | None) -> str:
    """A cell in a table of text: ``512 × 512``; empty where there is none."""
    return "" if shape is None else " × ".join(str(size) for size in shape)


def group_rows(schema: pa.Schema, most: int) -> int:
    """Rows of one encrypted row group, so that its blocks stay within 64 MiB."""
    size = sum(block.bytes for block in blocks_of(schema).values())
    return max(1, min(most, _GROUP_BYTES // size)) if size else most
