# SPDX-License-Identifier: Apache-2.0
"""The window's language, switched live: own strings, Qt's own dialogs, numbers and dates together."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QT_TRANSLATE_NOOP, QCoreApplication, QLibraryInfo, QLocale, QObject, QTranslator

FOLDER = Path(__file__).parent / "i18n"
LANGUAGES = {"en": "English", "zh": "简体中文"}
"""Code → the language's own name."""

_LOCALES = {
    "en": QLocale(QLocale.Language.English),
    "zh": QLocale(QLocale.Language.Chinese, QLocale.Script.SimplifiedChineseScript, QLocale.Country.China),
}


QT_LEFT_OUT = (
    QT_TRANSLATE_NOOP("QFileDialog", "&Look in:"),
    QT_TRANSLATE_NOOP("QFileDialog", "Files of &type:"),
)
"""Words of Qt's own dialogs that its Chinese catalogue lacks; ours has them, under Qt's contexts."""


class Languages(QObject):
    """Installs the translators of one language at a time; Qt then sends LanguageChange to every widget."""

    def __init__(self, application: QCoreApplication, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._application = application
        self._installed: list[QTranslator] = []
        self.current = ""

    def use(self, language: str) -> None:
        """Switch to ``en`` or ``zh``; English is the language of the sources and needs no translator."""
        if language == self.current:
            return
        self.current = language
        QLocale.setDefault(_LOCALES[language])
        for translator in self._installed:
            self._application.removeTranslator(translator)
            translator.deleteLater()
        self._installed = []
        if language == "zh":
            self._install("qtbase_zh_CN", Path(QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)))
            self._install("wardround_zh_CN", FOLDER)

    def _install(self, name: str, folder: Path) -> None:
        translator = QTranslator(self)
        if not translator.load(name, str(folder)):
            raise FileNotFoundError(folder / f"{name}.qm")  # a damaged installation; the crash dialog says so
        self._application.installTranslator(translator)
        self._installed.append(translator)
