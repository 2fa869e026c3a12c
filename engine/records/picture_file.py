# SPDX-License-Identifier: Apache-2.0
"""One PNG, JPEG or TIFF: its extent, then its pixels and nothing else of it. The only file that imports Pillow."""

from __future__ import annotations

import struct
import warnings
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from io import BytesIO
from typing import Any

import numpy as np

from engine.errors import WardroundError
from engine.records.arrays import Array, check_size
from engine.records.loader import brought_by
from engine.records.pixels import Span

SUFFIXES = (".png", ".jpg", ".jpeg", ".tif", ".tiff")
_MAGIC = (b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"II*\0", b"MM\0*", b"II+\0", b"MM\0+")
_FORMATS = ("PNG", "JPEG", "TIFF")  # of all that the library reads: fewer ways in
_DAMAGED = (ArithmeticError, AttributeError, EOFError, LookupError, OSError, RuntimeError, SyntaxError, TypeError, ValueError)
_ORIENTATION = 0x0112
_SPANS = {
    **dict.fromkeys(("1", "L", "LA", "La"), Span(0, 255, True)),
    **dict.fromkeys(("I;16", "I;16L", "I;16B", "I;16N"), Span(0, 65535, True)),
    "I": Span(-(2**31), 2**31 - 1, True),
    "F": Span(0, 0, False),
}


@dataclass(frozen=True)
class Picture:
    """``tagged``: the file holds EXIF or texts, which are left behind."""

    rows: int
    columns: int
    pages: int
    colour: bool
    span: Span
    tagged: bool


def looks_like_picture(head: bytes, suffix: str) -> bool:
    """By the first bytes or by the ending."""
    return head.startswith(_MAGIC) or suffix.lower() in SUFFIXES


def header_of(content: bytes, file: str) -> Picture:
    """What a file says of its picture; no pixel is decoded.

    Raises:
        WardroundError: E-IMAGE-01 damaged · E-IMAGE-03 a picture that no cell may hold.
    """
    with _opened(content, file) as image:
        columns, rows = image.size
        pages = int(getattr(image, "n_frames", 1)) if image.format == "TIFF" else 1
        span = _SPANS.get(image.mode)
        colour = span is None
        if min(rows, columns, pages) < 1:
            raise ValueError("extent")
        check_size(file, (pages, 3 if colour else 1, rows, columns), "uint8" if colour or span == _SPANS["L"] else "float32")
        exif = image.getexif()
        if exif.get(_ORIENTATION, 1) >= 5 and image.format == "JPEG":
            rows, columns = columns, rows
        return Picture(
            rows, columns, pages, colour, span or _SPANS["L"], bool(exif) or bool(image.info.keys() & {"comment", "exif", "xmp"})
        )


def decoded(content: bytes, file: str) -> Array:
    """(pages?, 3?, rows, columns) upright: grey as stored, colour as RGB of 8 bits, transparency left out.

    Raises:
        WardroundError: E-IMAGE-01 damaged or cut short.
    """
    said = header_of(content, file)
    with _opened(content, file) as image:
        pages = []
        for number in range(said.pages):
            if said.pages > 1:
                image.seek(number)
            if image.size != ((said.columns, said.rows) if said.pages > 1 else image.size):
                raise ValueError("pages of several sizes")
            pages.append(_page(image, said.colour))
        return pages[0] if said.pages == 1 else np.stack(pages)


def _page(image: Any, colour: bool) -> Array:
    from PIL import ImageOps

    upright = ImageOps.exif_transpose(image)
    if colour:
        return np.ascontiguousarray(np.moveaxis(np.asarray(upright.convert("RGB")), -1, 0))
    if upright.mode in ("1", "LA", "La", "P"):
        upright = upright.convert("L")
    values = np.asarray(upright)
    return values.astype(values.dtype.newbyteorder("="), copy=False)


@contextmanager
def _opened(content: bytes, file: str) -> Iterator[Any]:
    """The picture; whatever the library raises for a damaged file becomes E-IMAGE-01."""
    with brought_by("images", file):
        from PIL import Image
    Image.MAX_IMAGE_PIXELS = None  # ``check_size`` has its own limit, before anything is decoded
    # What it says of a damaged file is said here without quoting the file.
    warnings.filterwarnings("ignore", module=r"PIL\b")
    try:
        with Image.open(BytesIO(content), formats=_FORMATS) as image:
            yield image
    except (*_DAMAGED, struct.error, zlib.error) as error:
        raise WardroundError("E-IMAGE-01", file=file, format="PNG, JPEG, TIFF") from error
