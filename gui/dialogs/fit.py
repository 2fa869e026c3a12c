# SPDX-License-Identifier: Apache-2.0
"""Makes a dialog as high as its wrapped text needs; Qt does so only when a dialog is first shown."""

from __future__ import annotations

from PySide6.QtWidgets import QDialog


def fit_height(dialog: QDialog) -> None:
    """Keep the width and take the height that the layout asks for at that width."""
    layout = dialog.layout()
    if layout is None:
        return
    layout.activate()
    width = max(dialog.width() if dialog.isVisible() else 0, dialog.minimumWidth(), layout.totalMinimumSize().width())
    height = layout.totalHeightForWidth(width) if layout.hasHeightForWidth() else layout.totalSizeHint().height()
    dialog.resize(width, max(height, layout.totalMinimumSize().height()))
