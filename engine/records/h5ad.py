# SPDX-License-Identifier: Apache-2.0
"""h5ad files of anndata, read through h5py, which is imported here alone: no pandas, no pickle, no file that another file names.

Layout: "AnnData on-disk format" and what preceded it. X (or a layer) is an array or a compressed sparse
matrix; obs and var are tables, a group with one array a column.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from io import FileIO
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from engine.errors import WardroundError
from engine.records.loader import brought_by
from engine.records.matrix import Matrix, check_size
from engine.records.source import open_regular, read_exactly
from engine.values import Token

MAGIC = b"\x89HDF\r\n\x1a\n"
_ROWS = 256
_HASHED = 1 << 22
_MOST_CHUNK = 1 << 28  # bytes of one compressed piece, once inflated
_MOST_TEXT = 1 << 28
_MOST_NAMES = 1_000_000
_HEAP = re.compile(rb"GCOL\x01\0\0\0(.{8})", re.DOTALL)  # HDF5 File Format Specification 3.0, III.E, with 8-byte lengths
_HEAP_HEAD = 16
_REFERENCE = np.dtype([("length", "<u4"), ("address", "<u8"), ("object", "<u4")])  # of a text, as it lies in an array
_LOOKED_AT = 1 << 28  # bytes of a file that even a preview reads whole
_MOST_COLUMNS = 500


def sha256_of(path: Path, token: Token) -> str:
    """SHA-256 (hex) of a file."""
    digest = hashlib.sha256()
    with open_regular(path) as file:
        size, done = max(1, path.stat().st_size), 0
        while part := read_exactly(file, _HASHED, path):
            token.check()
            digest.update(part)
            done += len(part)
            token.progress(done / size)
    return digest.hexdigest()


def check_heaps(path: Path, token: Token) -> None:
    """Looks at each heap of texts: HDF5 believes the size that one claims, and asks the system for gigabytes for a damaged file.

    Raises:
        WardroundError: E-GENO-19 a heap that would be larger than the file.
    """
    with open_regular(path) as file:
        size, at, kept = path.stat().st_size, 0, b""
        while part := read_exactly(file, _HASHED, path):
            token.check()
            content = kept + part
            start = at - len(kept)
            for found in _HEAP.finditer(content):
                if start + found.start() + int.from_bytes(found[1], "little") > size:
                    raise WardroundError("E-GENO-19", file=path.name)
            kept = content[-_HEAP_HEAD + 1 :]
            at += len(part)


def read(path: Path, layer: str, most: int | None, token: Token) -> tuple[Matrix, tuple[str, ...]]:
    """The matrix, of at most the first ``most`` samples, and the layers that the file has besides X.

    Raises:
        WardroundError: E-DATA-33 h5py is not installed · E-GENO-19 no h5ad, or damaged · E-GENO-20 it points outside itself ·
            E-GENO-22 no such layer · E-GENO-15 too large · E-FILE-01.
    """
    if most is None or path.stat().st_size <= _LOOKED_AT:
        check_heaps(path, token)
    with _opened(path) as file:
        layers = tuple(sorted(_group(file, "layers", path))) if "layers" in file else ()
        place = "X" if layer in ("", "X") else f"layers/{layer}" if layer in layers else "raw/X" if layer == "raw" else ""
        if not place or place not in file:
            raise WardroundError("E-GENO-22", file=path.name, layer=layer or "X", layers=", ".join(("X", *layers)))
        variables = "raw/var" if place == "raw/X" else "var"
        genes = _names(_group(file, variables, path), path)
        samples = _names(_group(file, "obs", path), path)
        count = len(samples) if most is None else min(most, len(samples))
        check_size(count, len(genes), path.name)
        node = _checked(file, place, path)
        shape = (len(samples), len(genes))
        parts = _dense(node, shape, count, token) if hasattr(node, "dtype") else _sparse(node, shape, count, path, token)
        pieces = list(parts)
        obs = _table(_group(file, "obs", path), len(samples), count, path)
        aliases = _aliases(_group(file, variables, path), len(genes), path)
        return Matrix(samples[:count], genes, False, pieces, aliases, obs), layers


@contextmanager
def _opened(path: Path) -> Iterator[Any]:
    """The file; what HDF5 cannot read inside the block is E-GENO-19."""
    with ExitStack() as stack:
        with brought_by("genomics", path.name):
            import h5py
        raw: FileIO = stack.enter_context(open_regular(path))
        try:
            # Handed an open file, HDF5 can open no other by name.
            yield stack.enter_context(h5py.File(raw, "r"))
        except (OSError, RuntimeError, KeyError, ValueError, TypeError, IndexError, UnicodeDecodeError, MemoryError) as error:
            raise WardroundError("E-GENO-19", file=path.name) from error


def _checked(parent: Any, name: str, path: Path) -> Any:
    """A member of a group, which lies in this very file.

    Raises:
        WardroundError: E-GENO-20 a link, or an array whose numbers lie in another file.
    """
    import h5py

    node = parent
    for part in name.split("/"):
        if not isinstance(node.get(part, getlink=True), h5py.HardLink):
            raise WardroundError("E-GENO-20", file=path.name, place=name[:80])
        node = node[part]
    if isinstance(node, h5py.Dataset):
        if node.is_virtual or node.external:
            raise WardroundError("E-GENO-20", file=path.name, place=name[:80])
        if node.chunks and int(np.prod(node.chunks, dtype=np.float64)) * node.dtype.itemsize > _MOST_CHUNK:
            raise ValueError(name)
    return node


def _group(parent: Any, name: str, path: Path) -> Any:
    node = _checked(parent, name, path)
    if hasattr(node, "dtype"):
        raise TypeError(name)  # before 2019 a table was one compound array
    return node


def _names(table: Any, path: Path) -> list[str]:
    index = table.attrs.get("_index", "_index")
    return _texts(_checked(table, str(index), path), path)


def _texts(node: Any, path: Path) -> list[str]:
    if not hasattr(node, "dtype"):  # nullable text: values and a mask
        node = _checked(node, "values", path)
    # A file of a few kilobytes can claim any number of names: reading as many empty ones would take minutes.
    if node.ndim != 1 or node.size > _MOST_NAMES or node.size * node.dtype.itemsize > _MOST_TEXT:
        raise ValueError(node.name)
    if node.dtype.kind == "O" and (offset := node.id.get_offset()) is not None:
        _check_references(path, offset, node.size)
    return [value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value) for value in node[:].tolist()]


def _check_references(path: Path, offset: int, count: int) -> None:
    """Raises for a text that claims to be longer than the file: HDF5 would ask the system for as much."""
    with open_regular(path) as file:
        file.seek(offset)
        raw = read_exactly(file, count * _REFERENCE.itemsize, path)
    lengths = np.frombuffer(raw, _REFERENCE)["length"]
    if int(lengths.sum(dtype=np.uint64)) > 4 * path.stat().st_size:
        raise ValueError("lengths")


def _dense(node: Any, shape: tuple[int, int], count: int, token: Token) -> Iterator[NDArray[np.float32]]:
    if node.shape != shape or node.dtype.kind not in "fiub":
        raise ValueError(node.name)
    for start in range(0, count, _ROWS):
        token.check()
        piece = np.asarray(node[start : min(count, start + _ROWS)], dtype=np.float32)
        yield _finite(piece)
        token.progress(min(1.0, (start + _ROWS) / count))


def _sparse(node: Any, shape: tuple[int, int], count: int, path: Path, token: Token) -> Iterator[NDArray[np.float32]]:
    """A matrix of compressed rows or columns, as pieces of whole rows."""
    kind = node.attrs.get("encoding-type", node.attrs.get("h5sparse_format", ""))
    by_column = str(kind).startswith("csc")
    data, indices, pointers = (_checked(node, part, path) for part in ("data", "indices", "indptr"))
    ends = pointers[:].astype(np.int64)
    lines, across = (shape[1], shape[0]) if by_column else shape
    if len(ends) != lines + 1 or ends[0] != 0 or (np.diff(ends) < 0).any() or ends[-1] > min(len(data), len(indices)):
        raise ValueError(node.name)
    dense = np.zeros((count, shape[1]), np.float32) if by_column else None
    last = lines if by_column else count
    for start in range(0, last, _ROWS):
        token.check()
        stop = min(last, start + _ROWS)
        low, high = int(ends[start]), int(ends[stop])
        where = indices[low:high].astype(np.int64)
        if len(where) and (where.min() < 0 or where.max() >= across):
            raise ValueError(node.name)
        values = np.asarray(data[low:high], dtype=np.float32)
        line = np.repeat(np.arange(start, stop), np.diff(ends[start : stop + 1]))
        token.progress(stop / last)
        if dense is not None:
            here = where < count
            dense[where[here], line[here]] = values[here]
            continue
        piece = np.zeros((stop - start, across), np.float32)
        piece[line - start, where] = values
        yield _finite(piece)
    if dense is not None:
        yield _finite(dense)


def _finite(piece: NDArray[np.float32]) -> NDArray[np.float32]:
    piece[np.isinf(piece)] = np.nan
    return piece


def _table(table: Any, rows: int, count: int, path: Path) -> dict[str, pa.Array]:
    """The plain columns of a table: text, categories, numbers, flags."""
    found: dict[str, pa.Array] = {}
    index = table.attrs.get("_index", "_index")
    ordered = [str(name) for name in np.atleast_1d(table.attrs.get("column-order", list(table))) if str(name) in table]
    names = [name for name in ordered if name != index and not name.startswith("__")]
    for name in names[:_MOST_COLUMNS]:
        node = _checked(table, name, path)
        column = _column(table, node, rows, path)
        if column is not None:
            found[name] = column.slice(0, count)
    return found


def _column(table: Any, node: Any, rows: int, path: Path) -> pa.Array | None:
    mask = None
    if not hasattr(node, "dtype"):
        if "categories" in node and "codes" in node:
            return _category(_texts(_checked(node, "categories", path), path), _checked(node, "codes", path)[:], rows)
        if "values" not in node or "mask" not in node:
            return None
        mask = np.asarray(_checked(node, "mask", path)[:], dtype=bool)
        node = _checked(node, "values", path)
    if node.shape != (rows,):
        return None
    if "categories" in node.attrs:  # as it was written until 2020: a reference to the texts beside
        words = f"__categories/{node.name.rsplit('/', 1)[-1]}"
        return _category(_texts(_checked(table, words, path), path), node[:], rows) if words in table else None
    if node.dtype.kind in "fiub":
        return pa.array(np.asarray(node[:], dtype=np.float64), mask=mask, from_pandas=True)
    return pa.array(_texts(node, path), pa.string(), mask=mask) if node.dtype.kind in "SO" else None


def _category(words: list[str], codes: NDArray[np.generic], rows: int) -> pa.Array | None:
    if codes.shape != (rows,) or (len(codes) and int(codes.max()) >= len(words)):
        return None
    return pa.array([words[code] if code >= 0 else None for code in codes.tolist()], pa.string())


def _aliases(table: Any, genes: int, path: Path) -> list[str]:
    """A second name of each gene, where the file has one under a usual heading."""
    for name in ("gene_symbols", "gene_symbol", "gene_name", "gene_names", "feature_name", "symbol", "gene_ids", "ensembl_id"):
        if name in table:
            column = _column(table, _checked(table, name, path), genes, path)
            if column is not None and pa.types.is_string(column.type):
                return [value or "" for value in column.to_pylist()]
    return []
