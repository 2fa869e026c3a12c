# SPDX-License-Identifier: Apache-2.0
"""The file that an import writes: hashed on the way, readable by its owner alone, harmless when the import is given up."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path


class Sink:
    """A file-like object for pyarrow; what is written after ``abandoned`` was set goes nowhere."""

    def __init__(self, path: Path) -> None:
        self._file = os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), 0o600), "wb", buffering=0)
        self._hash = hashlib.sha256()
        self.size = 0
        self.abandoned = False

    @property
    def closed(self) -> bool:
        return self._file.closed

    @property
    def sha256(self) -> str:
        return self._hash.hexdigest()

    def writable(self) -> bool:
        return True

    def readable(self) -> bool:
        return False

    def seekable(self) -> bool:
        return False

    def tell(self) -> int:
        return self.size

    def write(self, content: bytes) -> int:
        view = memoryview(content).cast("B")
        if self.abandoned:
            return len(view)
        self._hash.update(view)
        self.size += len(view)
        written = 0
        while written < len(view):
            try:
                written += self._file.write(view[written:])
            except OSError:
                self.abandoned = True
                raise
        return len(view)

    def flush(self) -> None:
        """Nothing is buffered here; ``finish`` makes it durable."""

    def finish(self) -> int:
        """Makes the file durable; its size."""
        os.fsync(self._file.fileno())
        return self.size

    def close(self) -> None:
        self._file.close()
