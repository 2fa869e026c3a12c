# SPDX-License-Identifier: Apache-2.0
"""Writes the Python message classes of these files: ``python protos/generate.py [FOLDER]`` (default ``engine/wire/pb``).

The classes are committed and never edited; ``tests/engine/wire/test_generated.py`` runs this into an empty folder and compares.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from grpc_tools import protoc

PROTOS = Path(__file__).resolve().parent
PACKAGE = "wardround/v1"  # the folder that the files' import lines speak of; here it is this one


def generate(target: Path) -> None:
    """Generates every topic's ``…_pb2.py`` into ``target``."""
    with tempfile.TemporaryDirectory() as folder:
        sources = [f"{PACKAGE}/{source.name}" for source in sorted(PROTOS.glob("*.proto"))]
        if protoc.main(["protoc", f"-I{PACKAGE}={PROTOS}", f"--python_out={folder}", *sources]) != 0:
            raise SystemExit("protoc failed")
        for made in sorted((Path(folder) / PACKAGE).glob("*_pb2.py")):
            text = made.read_text(encoding="utf-8").replace(f"from {PACKAGE.replace('/', '.')} import", "from engine.wire.pb import")
            (target / made.name).write_text(f"# SPDX-License-Identifier: Apache-2.0\n{text}", encoding="utf-8", newline="\n")


if __name__ == "__main__":
    generate(Path(sys.argv[1]) if len(sys.argv) > 1 else PROTOS.parent / "engine" / "wire" / "pb")
