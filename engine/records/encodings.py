# SPDX-License-Identifier: Apache-2.0
"""Which encoding a text file is in: byte-order mark, UTF-16 by its zeros, strict UTF-8, plausible GB18030, else a guess.

GB18030 decodes almost any bytes, so success says nothing. Real Chinese text is made of pairs of high bytes, most of them
the 3755 everyday characters that GB 2312 lists first (rows 0xB0-0xD7); Western text has lone high bytes between letters.
"""

from __future__ import annotations

import codecs
import re

from engine.errors import WardroundError

SAMPLE = 1 << 18
_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32"),  # before UTF-16, whose mark begins alike
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
# What hospitals' exports really come in, where the statistics of charset-normalizer decide; rarer ones are named in the options.
_CANDIDATES = ["cp1252", "cp1250", "cp1251", "cp1253", "cp1254", "big5", "shift_jis", "euc_kr", "latin_1"]
_WESTERN = frozenset("àâäáãåæçèéêëìíîïñòóôöõøœùúûüýÿßÀÂÄÁÃÅÆÇÈÉÊËÌÍÎÏÑÒÓÔÖÕØŒÙÚÛÜÝ°µ²³±·½¼¾«»–—’‘“”„…€£§¿¡º\N{NO-BREAK SPACE}")
_HIGH_PAIR = re.compile(rb"[\x80-\xff]{2,}")


def check_name(encoding: str) -> str:
    """The codec's own name for what a person typed.

    Raises:
        WardroundError: E-DATA-12 for a codec that does not exist or does not make text.
    """
    try:
        info = codecs.lookup(encoding)
        "".encode(info.name)
    except LookupError as error:
        raise WardroundError("E-DATA-12", encoding=encoding) from error
    return "utf-8" if info.name in ("utf-8-sig", "ascii") else info.name


def detect(sample: bytes) -> tuple[str, bool]:
    """The encoding, and whether it is certain. ``sample`` may end in the middle of a character.

    A file of ASCII alone is UTF-8; NUL bytes that are not UTF-16 are left for the reader to refuse.
    """
    for mark, name in _MARKS:
        if sample.startswith(mark):
            return name, True
    if b"\0" in sample:
        return _wide(sample), False
    if _decodes(sample, "utf-8"):
        return "utf-8", True
    if _looks_chinese(sample):
        return "gb18030", True
    return _guess(sample), False


def _decodes(sample: bytes, encoding: str) -> bool:
    try:
        codecs.getincrementaldecoder(encoding)("strict").decode(sample, final=False)
    except UnicodeDecodeError:
        return False
    return True


def _wide(sample: bytes) -> str:
    """UTF-16 without a mark: in tables most characters are ASCII, so every other byte is zero."""
    even, odd = sample[0::2].count(0), sample[1::2].count(0)
    half = max(1, len(sample) // 2)
    if odd > 0.3 * half and even < 0.05 * half and _decodes(sample, "utf-16-le"):
        return "utf-16-le"
    if even > 0.3 * half and odd < 0.05 * half and _decodes(sample, "utf-16-be"):
        return "utf-16-be"
    return "utf-8"


def _looks_chinese(sample: bytes) -> bool:
    if not _decodes(sample, "gb18030"):
        return False
    pairs = everyday = lone = 0
    position = 0
    while position < len(sample) - 1:
        first, second = sample[position], sample[position + 1]
        if first < 0x80:
            position += 1
        elif second >= 0xA1 and first >= 0xA1:
            pairs += 1
            everyday += 0xB0 <= first <= 0xD7 or 0xA1 <= first <= 0xA3  # everyday characters, punctuation, full-width letters
            position += 2
        elif 0x30 <= second <= 0x39:  # four bytes: rare characters
            position += 4
        else:
            lone += 1
            position += 2
    return pairs > 0 and everyday >= 0.7 * pairs and lone <= 0.3 * (pairs + lone)


def _looks_western(sample: bytes) -> bool:
    """Accented letters among plain ones, as in French or German: in other alphabets high bytes stand side by side."""
    if not _decodes(sample, "cp1252"):
        return False
    accented = {character for character in sample.decode("cp1252", "replace") if not character.isascii()}
    beside = _HIGH_PAIR.findall(sample)
    return accented <= _WESTERN and sum(map(len, beside)) <= 0.3 * sum(byte >= 0x80 for byte in sample)


def _guess(sample: bytes) -> str:
    from charset_normalizer import from_bytes

    if _looks_western(sample):
        return "cp1252"
    # Only the lines that say something: a mostly ASCII table would dilute the statistics.
    telling = b"\n".join(line for line in sample.split(b"\n") if not line.isascii())[: 1 << 15]
    best = from_bytes(telling, cp_isolation=_CANDIDATES).best()
    if best is not None and best.encoding not in ("ascii", "latin_1"):
        return check_name(best.encoding)
    return "cp1252" if _decodes(sample, "cp1252") else "latin-1"
