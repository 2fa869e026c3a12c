# SPDX-License-Identifier: Apache-2.0
"""What gRPC's core must find in the environment when it is loaded; import this before grpc, on both sides.

TLS 1.3 only: gRPC's server also accepts TLS 1.2 and Python has no option against it. The variable names the suites of TLS 1.2 alone;
a pre-shared-key suite, which no certificate can serve, leaves nothing of 1.2 to agree on and does not touch 1.3
(``tests/scenarios/test_tls.py`` knocks with 1.2). The core reads it once, when the extension module is loaded.

Proxies: the core would drop a proxy that it was told to use when the environment's ``no_proxy`` names the host. Wardround decides
about proxies itself (``wire.proxy``) and never goes around one, so the core gets a list of its own with nothing in it.
"""

from __future__ import annotations

import os
import sys

_SUITES = "ECDHE-PSK-AES128-CBC-SHA"

if "grpc" in sys.modules and os.environ.get("GRPC_SSL_CIPHER_SUITES") != _SUITES:
    raise RuntimeError("engine.wire.tls_environment must be imported before grpc: TLS 1.2 would be accepted")
os.environ["GRPC_SSL_CIPHER_SUITES"] = _SUITES
os.environ["no_grpc_proxy"] = "nothing.invalid"  # noqa: SIM112 - the core reads this spelling
os.environ.setdefault("GRPC_VERBOSITY", "NONE")  # its lines name addresses and OpenSSL jargon; we report in words ourselves
