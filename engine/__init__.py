# SPDX-License-Identifier: Apache-2.0
"""Wardround's engine: everything but the window."""

__version__ = "0.1.0"
