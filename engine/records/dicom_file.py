# SPDX-License-Identifier: Apache-2.0
"""One DICOM object: the few attributes that are kept, and its pixels. The only file that imports pydicom.

De-identification is by an allow-list: what is not in ``Image`` is never taken out of the object, so private attributes, dates, names,
overlays and everything that a later edition of the standard adds stay behind. That is the Basic Application Level Confidentiality
Profile of PS3.15 annex E, table E.1-1, with the option Retain Patient Characteristics (sex and age, the age as a band of ten years);
beyond it the patient id is kept, as the key that joins a patient's records. The option Clean Pixel Data is not claimed.
"""

from __future__ import annotations

import logging
import re
import struct
import warnings
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from io import BytesIO
from typing import TYPE_CHECKING, Any

import numpy as np

from engine.errors import WardroundError
from engine.records import dicom_words, ljpeg, pixels
from engine.records.arrays import MAX_CELL, Array, check_size
from engine.records.loader import brought_by
from engine.records.pixels import Span

if TYPE_CHECKING:
    from pydicom import Dataset

_DEFLATED = "1.2.840.10008.1.2.1.99"
_PIXELS = ("PixelData", "FloatPixelData", "DoubleFloatPixelData")
_MODULE = (
    *("Rows", "Columns", "SamplesPerPixel", "NumberOfFrames", "PhotometricInterpretation", "PlanarConfiguration"),
    *("BitsAllocated", "BitsStored", "HighBit", "PixelRepresentation", "ExtendedOffsetTable", "ExtendedOffsetTableLengths"),
    *("RescaleSlope", "RescaleIntercept", "ModalityLUTSequence", "WindowCenter", "WindowWidth", "VOILUTFunction", "PixelSpacing"),
    *("RedPaletteColorLookupTableDescriptor", "GreenPaletteColorLookupTableDescriptor", "BluePaletteColorLookupTableDescriptor"),
    *("RedPaletteColorLookupTableData", "GreenPaletteColorLookupTableData", "BluePaletteColorLookupTableData"),
    *("SegmentedRedPaletteColorLookupTableData", "SegmentedGreenPaletteColorLookupTableData"),
    *("SegmentedBluePaletteColorLookupTableData", "SharedFunctionalGroupsSequence", "PerFrameFunctionalGroupsSequence"),
)
_SAID = (
    *("SOPClassUID", "Modality", "PatientID", "PatientSex", "PatientAge", "PatientBirthDate", "StudyDate", "BodyPartExamined"),
    *("SeriesInstanceUID", "InstanceNumber", "ImagePositionPatient", "ImageOrientationPatient", "BurnedInAnnotation"),
    *("RecognizableVisualFeatures", "ImagerPixelSpacing"),
)
# Libraries under pydicom answer a damaged file with any of these; each becomes a sentence about the file.
_DAMAGED = (
    *(ArithmeticError, AttributeError, EOFError, LookupError, OSError, RuntimeError, StopIteration, TypeError, ValueError),
    *(struct.error, zlib.error),
)
# In this order: what is fuzzed most first. Other decoders of pydicom have licences that cannot be shipped.
_DECODERS = ("pydicom", "pylibjpeg", "pillow", "pyjpegls")
_LOSSLESS = ("1.2.840.10008.1.2.4.57", "1.2.840.10008.1.2.4.70")  # JPEG lossless: decoded by ``ljpeg``
_CODE = re.compile(r"[A-Z0-9_ ]{1,16}")
_WITH_PIXELS = ("Image", "Segmentation", "Dose", "Map")  # in the name of a storage class whose objects must have pixels


@dataclass(frozen=True)
class Image:
    """All that is taken out of one object besides its pixels. ``series`` and ``position`` order images and are not stored.

    ``span``: of the values after rescaling. ``colour``: three samples once decoded. ``nbytes``: of the decoded pixels.
    """

    patient: str | None
    series: str
    number: int | None
    position: float | None
    modality: str | None
    body_part: str | None
    sex: str | None
    age: str | None
    rows: int
    columns: int
    frames: int
    colour: bool
    row_spacing: float | None
    column_spacing: float | None
    span: Span
    burned_in: bool
    may_be_burned_in: bool
    face: bool


@dataclass(frozen=True)
class NoImage:
    """An object that holds no pixels by its nature; ``kind`` is the standard's name of it."""

    kind: str
    index: bool = False  # a DICOMDIR


def header_of(content: bytes, file: str, *, whole: bool = True) -> Image | NoImage:
    """What is kept of an object; with ``whole`` the pixels must be there in full.

    Raises:
        WardroundError: E-IMAGE-01 damaged · E-IMAGE-03 too large · E-IMAGE-04 a compression that cannot be read ·
            E-IMAGE-06 pixels cut short.
    """
    with _reading(file):
        dataset = _dataset(content, (*_SAID, *_MODULE, *_PIXELS) if whole else (*_SAID, *_MODULE), pixels=whole)
        syntax = _syntax(dataset)
        kind = _kind(dataset)
        if kind is not None and not any(name in dataset for name in ("Rows", *_PIXELS)):
            return kind
        image = _image(dataset, syntax, file)
        if whole:
            _check_pixels(dataset, image, syntax, file)
        return image


def decoded(content: bytes, file: str, window: str, dtype: str) -> Array:
    """The pixels of an object, in ``dtype``: (frames, 3, rows, columns) without the axes that have one place only.

    Args:
        content: the file.
        file: its name, for refusals.
        window: "none", "file", or "centre/width"; with one of the latter 0…255.
        dtype: of ``pixels.dtype_of`` over the spans of the images of a column.

    Raises:
        WardroundError: E-IMAGE-01 a damaged stream.
    """
    with _reading(file):
        dataset = _dataset(content, (*_SAID, *_MODULE, *_PIXELS), pixels=True)
        image = _image(dataset, _syntax(dataset), file)
        raw = _decode(dataset, image, file)
        if image.colour:
            return np.ascontiguousarray(np.moveaxis(raw, -1, -3)).astype(dtype, copy=False)
        inverted = _inverted(dataset)
        if window == "none":
            return _rescaled(dataset, raw, image, inverted, dtype)
        values = _rescaled(dataset, raw, image, False, "float32")
        shades = _windowed(dataset, values, window)
        return (255 - shades if inverted else shades).astype(dtype, copy=False)


def _library() -> Any:
    with brought_by("images", "DICOM"):
        import pydicom
        import pydicom.encaps
        import pydicom.errors
        import pydicom.pixels
        import pydicom.uid

    pydicom.config.settings.reading_validation_mode = pydicom.config.IGNORE
    # What it says of a damaged file may quote a value of it; the checks here say the same without.
    warnings.filterwarnings("ignore", module=r"pydicom\b")
    warnings.filterwarnings("ignore", module=re.escape(__name__))
    for name in ("pydicom", "pylibjpeg", "openjpeg"):
        logging.getLogger(name).setLevel(logging.CRITICAL + 1)
    return pydicom


@contextmanager
def _reading(file: str) -> Iterator[None]:
    """Whatever the libraries raise for a damaged file becomes E-IMAGE-01."""
    own = _library().errors
    try:
        yield
    except (*_DAMAGED, own.BytesLengthException, own.InvalidDicomError) as error:
        raise WardroundError("E-IMAGE-01", file=file, format="DICOM") from error


def _dataset(content: bytes, tags: tuple[str, ...], *, pixels: bool) -> Dataset:
    library = _library()
    _check_deflated(content)
    if content.startswith(b"DICM"):  # only the preamble is missing
        content = bytes(128) + content
    found: Dataset = library.dcmread(BytesIO(content), force=True, specific_tags=list(tags), stop_before_pixels=not pixels)
    return found


def _check_deflated(content: bytes) -> None:
    """Refuses a deflated object that would inflate to more than any image may have; raises ValueError."""
    at = content.find(_DEFLATED.encode(), 0, 4096)
    if at < 0:
        return
    for start in range(at + len(_DEFLATED), min(at + 512, len(content))):
        inflater = zlib.decompressobj(-zlib.MAX_WBITS)
        try:
            inflater.decompress(content[start:], MAX_CELL + (1 << 24))
        except zlib.error:
            continue
        if inflater.unconsumed_tail:
            raise ValueError("deflated beyond the limit")


def _syntax(dataset: Dataset) -> Any:
    """The transfer syntax; that of the encoding found where a file has no meta group."""
    library = _library()
    said = getattr(dataset.file_meta, "TransferSyntaxUID", None) if hasattr(dataset, "file_meta") else None
    if said:
        return said
    implicit, little = dataset.original_encoding
    if implicit:
        return library.uid.ImplicitVRLittleEndian
    return library.uid.ExplicitVRLittleEndian if little else library.uid.ExplicitVRBigEndian


def _kind(dataset: Dataset) -> NoImage | None:
    """What an object without pixels is; None for one that must have some."""
    library = _library()
    said = str(dataset.get("SOPClassUID", "") or getattr(getattr(dataset, "file_meta", None), "MediaStorageSOPClassUID", ""))
    name = library.uid.UID(said).name if said else ""
    # A class that the standard does not know may be a known one cut short: then what comes after it is not there either.
    if not said or any(word in name for word in _WITH_PIXELS) or (name == said and "SeriesInstanceUID" not in dataset):
        return None
    return NoImage("" if name == said else name, index=said == str(library.uid.MediaStorageDirectoryStorage))


def _image(dataset: Dataset, syntax: Any, file: str) -> Image:
    rows, columns, frames = int(dataset.Rows), int(dataset.Columns), int(dataset.get("NumberOfFrames") or 1)
    samples = int(dataset.get("SamplesPerPixel") or 1)
    if min(rows, columns, frames) < 1 or samples not in (1, 3):
        raise ValueError("extent")
    photometric = str(dataset.get("PhotometricInterpretation") or "MONOCHROME2")
    colour = samples == 3 or photometric == "PALETTE COLOR"
    bits = int(dataset.BitsAllocated)
    check_size(file, (frames, 3 if colour else 1, rows, columns), "float32" if bits > 16 else "uint16" if bits > 8 else "uint8")
    spacing = _numbers(dataset, "PixelSpacing") or _numbers(dataset, "ImagerPixelSpacing") or _shared_spacing(dataset)
    between = (spacing[0], spacing[1]) if len(spacing) == 2 and all(0 < gap < 1000 for gap in spacing) else (None, None)
    position = _numbers(dataset, "ImagePositionPatient")
    axes = _numbers(dataset, "ImageOrientationPatient")
    along = float(np.cross(axes[:3], axes[3:]) @ np.asarray(position)) if len(axes) == 6 and len(position) == 3 else None
    number = dataset.get("InstanceNumber")
    modality = _code(dataset, "Modality")
    burned = _code(dataset, "BurnedInAnnotation")
    return Image(
        patient=" ".join(str(dataset.get("PatientID") or "").replace("\0", "").split()) or None,
        series=str(dataset.get("SeriesInstanceUID") or ""),
        number=None if number in (None, "") else int(number),
        position=along if along is not None and np.isfinite(along) else None,
        modality=modality,
        body_part=_code(dataset, "BodyPartExamined"),
        sex=sex if (sex := _code(dataset, "PatientSex")) in ("M", "F", "O") else None,
        age=dicom_words.age_band(*(str(dataset.get(name) or "") for name in ("PatientAge", "PatientBirthDate", "StudyDate"))),
        rows=rows,
        columns=columns,
        frames=frames,
        colour=colour,
        row_spacing=between[0],
        column_spacing=between[1],
        span=Span(0, 255, True) if colour else _span(dataset, syntax),
        burned_in=burned == "YES",
        may_be_burned_in=burned not in ("YES", "NO") and modality in ("US", "OT", "SC", "XC", "ES", "DOC"),
        face=_code(dataset, "RecognizableVisualFeatures") == "YES",
    )


def _code(dataset: Dataset, name: str) -> str | None:
    """A coded string, only where it has the form of one: nothing that somebody typed in freely."""
    said = str(dataset.get(name) or "").strip().upper()
    return said if _CODE.fullmatch(said) else None


def _numbers(dataset: Dataset, name: str) -> tuple[float, ...]:
    said = dataset.get(name)
    if said is None or said == "":
        return ()
    return tuple(float(part) for part in ([said] if isinstance(said, str | float | int) else said))


def _shared_spacing(dataset: Dataset) -> tuple[float, ...]:
    for group in dataset.get("SharedFunctionalGroupsSequence") or ():
        for measures in group.get("PixelMeasuresSequence") or ():
            return _numbers(measures, "PixelSpacing")
    return ()


def _stored_ends(dataset: Dataset) -> tuple[int, int]:
    """The smallest and the largest number that the stored bits can hold."""
    bits = int(dataset.BitsAllocated)
    stored = int(dataset.get("BitsStored") or bits)
    if not 1 <= stored <= bits <= 64:
        raise ValueError("bits")
    if int(dataset.get("PixelRepresentation") or 0) == 1:
        return -(2 ** (stored - 1)), 2 ** (stored - 1) - 1
    return 0, 2**stored - 1


def _span(dataset: Dataset, syntax: Any) -> Span:
    """Between which values the rescaled pixels lie: found where they are not compressed, else by the bits that are stored."""
    if any(name in dataset for name in _PIXELS[1:]) or int(dataset.BitsAllocated) > 32:
        return Span(0, 0, False)
    if dataset.get("ModalityLUTSequence"):
        return Span(0, 65535, False)
    ends = _stored_ends(dataset)
    bits = int(dataset.BitsAllocated)
    if "PixelData" in dataset and not syntax.is_compressed and bits in (8, 16, 32):
        kind = f"{'<' if syntax.is_little_endian else '>'}{'i' if ends[0] < 0 else 'u'}{bits // 8}"
        content = dataset.PixelData
        found = np.frombuffer(content, kind, len(content) // (bits // 8))
        if len(found):
            low, high = int(found.min()), int(found.max())
            ends = (sum(ends) - high, sum(ends) - low) if _inverted(dataset) else (low, high)
    rescales = _rescales(dataset)
    values = [end * slope + intercept for slope, intercept in rescales for end in ends]
    return Span(min(values), max(values), all(float(number).is_integer() for pair in rescales for number in pair))


def _inverted(dataset: Dataset) -> bool:
    return str(dataset.get("PhotometricInterpretation") or "") == "MONOCHROME1"


def _rescales(dataset: Dataset) -> list[tuple[float, float]]:
    """Slope and intercept: one pair for all frames, or one a frame."""
    frames = dataset.get("PerFrameFunctionalGroupsSequence") or ()
    pairs = [pair for group in frames if (pair := _transformation(group)) is not None]
    if not pairs:
        pairs = [pair for group in dataset.get("SharedFunctionalGroupsSequence") or () if (pair := _transformation(group)) is not None][:1]
    if not pairs:
        slope, intercept = dataset.get("RescaleSlope"), dataset.get("RescaleIntercept")
        pairs = [(1.0 if slope in (None, "") else float(slope), 0.0 if intercept in (None, "") else float(intercept))]
    if len(pairs) not in (1, int(dataset.get("NumberOfFrames") or 1)) or not np.isfinite(pairs).all() or any(not pair[0] for pair in pairs):
        raise ValueError("rescale")
    return pairs[:1] if len(set(pairs)) == 1 else pairs


def _transformation(group: Dataset) -> tuple[float, float] | None:
    for values in group.get("PixelValueTransformationSequence") or ():
        return float(values.RescaleSlope), float(values.RescaleIntercept)
    return None


def _check_pixels(dataset: Dataset, image: Image, syntax: Any, file: str) -> None:
    """Refuses what is shorter than it says, and a compression for which there is no decoder."""
    if not any(name in dataset for name in _PIXELS):
        raise ValueError("no pixels where there must be some")
    if not syntax.is_compressed or syntax.is_deflated:
        name = next(name for name in _PIXELS if name in dataset)
        samples = int(dataset.get("SamplesPerPixel") or 1)
        bits = image.rows * image.columns * image.frames * samples * int(dataset.BitsAllocated)
        expected = (bits * 2 // 3 if "422" in str(dataset.get("PhotometricInterpretation")) else bits) + 7 >> 3
        found = len(dataset[name].value or b"")
        if found < expected:
            raise WardroundError("E-IMAGE-06", file=file, expected=expected, found=found)
    else:
        _plugin(syntax, dataset, file)


def _plugin(syntax: Any, dataset: Dataset, file: str) -> str:
    """The decoder that reads a compressed object."""
    if syntax in _LOSSLESS:
        return "ljpeg"
    library = _library()
    try:
        available = library.pixels.get_decoder(syntax).available_plugins
    except NotImplementedError:
        available = ()
    if syntax == "1.2.840.10008.1.2.4.51" and int(dataset.get("BitsStored") or 0) > 8:
        available = ()  # twelve bits: none of those decoders
    for name in _DECODERS:
        if name in available:
            return name
    raise WardroundError("E-IMAGE-04", file=file, syntax=syntax.name if syntax.name != syntax else "?")


def _decode(dataset: Dataset, image: Image, file: str) -> Array:
    """(frames?, rows, columns, 3?) as stored, colour as RGB of 8 bits."""
    library = _library()
    syntax = _syntax(dataset)
    if syntax.is_encapsulated:
        for frame in library.encaps.generate_frames(dataset.PixelData, number_of_frames=image.frames):
            if (said := dicom_words.declared(frame)) is not None and said != (image.rows, image.columns):
                raise ValueError("a stream of another size")
    plugin = _plugin(syntax, dataset, file) if syntax.is_compressed and not syntax.is_deflated else ""
    dataset.setdefault("PhotometricInterpretation", "MONOCHROME2")
    if plugin == "ljpeg":
        raw = _lossless(dataset, image)
    else:
        raw, _ = library.pixels.get_decoder(syntax).as_array(dataset, raw=False, decoding_plugin=plugin)
    if dataset.PhotometricInterpretation == "PALETTE COLOR":
        raw = library.pixels.apply_color_lut(raw, dataset)
    wanted = (*(() if image.frames == 1 else (image.frames,)), image.rows, image.columns, *((3,) if image.colour else ()))
    if raw.shape != wanted:
        raise ValueError("shape")
    if image.colour and raw.dtype != np.uint8:
        stored = 16 if dataset.PhotometricInterpretation == "PALETTE COLOR" else int(dataset.BitsStored)
        raw = np.clip(raw.astype(np.float32) * (255.0 / (2**stored - 1)), 0, 255).astype(np.uint8)
    return raw


def _lossless(dataset: Dataset, image: Image) -> Array:
    """Frames of lossless JPEG, with the sign and the colours that the object says."""
    library = _library()
    frames = [ljpeg.decoded(frame) for frame in library.encaps.generate_frames(dataset.PixelData, number_of_frames=image.frames)]
    raw: Array = frames[0] if image.frames == 1 else np.stack(frames)
    if int(dataset.get("PixelRepresentation") or 0) == 1:
        half = 1 << (int(dataset.get("BitsStored") or 16) - 1)
        return ((raw.astype(np.int32) & (2 * half - 1)) ^ half) - half
    if int(dataset.BitsAllocated) == 8:
        raw = raw.astype(np.uint8)
    if str(dataset.PhotometricInterpretation).startswith("YBR_FULL"):
        raw = library.pixels.convert_color_space(raw, "YBR_FULL", "RGB")
    return raw


def _rescaled(dataset: Dataset, raw: Array, image: Image, inverted: bool, dtype: str) -> Array:
    """The values in ``dtype``, by the modality's table or by slope and intercept; mirrored where small numbers are bright."""
    if dataset.get("ModalityLUTSequence") and raw.dtype.kind != "f":
        values = _library().pixels.apply_modality_lut(raw, dataset).astype(np.float32)
        return (values.max() - values if inverted else values).astype(dtype)  # type: ignore[no-any-return]
    if inverted:
        raw = np.subtract(sum(_stored_ends(dataset)), raw, dtype=np.int64)
    rescales = _rescales(dataset)
    if len(rescales) == 1:
        return pixels.scaled(raw, *rescales[0], dtype)
    frames = raw.reshape(image.frames, image.rows, image.columns)
    return np.stack([pixels.scaled(frame, *pair, dtype) for frame, pair in zip(frames, rescales, strict=True)])


def _windowed(dataset: Dataset, values: Array, window: str) -> Array:
    if window != "file":
        centre, _, width = window.partition("/")
        return pixels.windowed(values, float(centre), float(width))
    centres, widths = _numbers(dataset, "WindowCenter"), _numbers(dataset, "WindowWidth")
    if not centres or not widths or widths[0] <= 0:
        return pixels.stretched(values)
    return pixels.windowed(values, centres[0], widths[0], exact=dataset.get("VOILUTFunction") == "LINEAR_EXACT")
