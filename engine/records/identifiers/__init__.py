# SPDX-License-Identifier: Apache-2.0
"""Finds what identifies a person, in column names and in every cell: the 18 classes of HIPAA's Safe Harbor and their Chinese forms."""
