# SPDX-License-Identifier: Apache-2.0
"""The committed message classes are what ``protos/`` says today."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from engine.coordinator.desk import Rpc
from engine.wire import codec
from engine.wire.pb import coordinator_pb2

ROOT = Path(__file__).parents[3]


def test_committed_classes_equal_freshly_generated_ones(tmp_path: Path) -> None:
    subprocess.run([sys.executable, ROOT / "protos" / "generate.py", tmp_path], check=True, capture_output=True, text=True)
    fresh = {path.name: path.read_text(encoding="utf-8") for path in tmp_path.glob("*_pb2.py")}
    committed = {path.name: path.read_text(encoding="utf-8") for path in (ROOT / "engine" / "wire" / "pb").glob("*_pb2.py")}
    assert len(fresh) == 5
    assert committed == fresh, "run: python protos/generate.py"


def test_service_has_exactly_the_calls_of_the_program() -> None:
    service = coordinator_pb2.DESCRIPTOR.services_by_name["Coordinator"]
    assert {method.name for method in service.methods} == {rpc.value for rpc in Rpc}
    streaming = {method.name for method in service.methods if method.client_streaming or method.server_streaming}
    assert streaming == {"GetModel", "Submit"}


def test_every_unary_request_and_reply_has_a_codec() -> None:
    known = {kind.__name__ for kind in codec.KINDS} | {"RawChunk", "SubmitReply"}
    service = coordinator_pb2.DESCRIPTOR.services_by_name["Coordinator"]
    named = {name for method in service.methods for name in (method.input_type.name, method.output_type.name)}
    assert named <= known
