# SPDX-License-Identifier: Apache-2.0
"""The plan of a study for a door: templates, checking, showing, signing. No key but the lead's own is touched."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from engine.errors import Language, WardroundError
from engine.models.spec import size
from engine.session import sentences
from engine.session.views import ForecastLine, PlanLine
from engine.study import manifest as manifests
from engine.study import rules, templates
from engine.study.manifest import Manifest
from engine.study.schema import model_spec_of
from engine.study.written import as_toml
from engine.text import either
from engine.trust.signing import SigningKey, verify
from engine.values import StudyId

_DOMAIN = b"wardround plan v1\0"
_FORMAT = "wardround-plan-signature"


@dataclass(frozen=True)
class PlanView:
    """A plan in plain words. ``sha256`` is of its canonical bytes: the same for every way of writing the same plan."""

    study: str
    title: str
    plan: tuple[PlanLine, ...]
    warnings: tuple[str, ...]
    forecast: tuple[ForecastLine, ...]
    parameters: int
    variables: int
    classes: tuple[str, ...]
    sha256: str
    toml: str


@dataclass(frozen=True)
class TemplateView:
    """One ready study."""

    name: str
    title: str
    purpose: str
    variables: int


def template_list(language: Language) -> tuple[TemplateView, ...]:
    """The ready studies."""
    found = []
    for name in templates.names():
        manifest = manifests.parse(templates.read(name), name)
        section = manifest.study
        title = either(section.title, section.title_zh, language)
        purpose = either(section.purpose, section.purpose_zh, language)
        found.append(TemplateView(name, title, purpose, len(manifest.inputs)))
    return tuple(found)


def write_template(name: str, path: Path) -> None:
    """Writes a template, comments and all.

    Raises:
        WardroundError: E-STUDY-37 no such template, E-CMD-26 the file exists, E-FILE-01.
    """
    _create(path, templates.read(name))


def view(path: Path, language: Language) -> PlanView:
    """A manifest, checked and in plain words.

    Raises:
        WardroundError: E-FILE-01, E-STUDY-…, E-RULE-…
    """
    return _view(manifests.load(path), language)


def stored(coordinator: Path, study: StudyId, language: Language) -> PlanView:
    """The plan of a study that a coordinator holds; raises E-COORD-02, E-COORD-05."""
    from engine.coordinator import overview
    from engine.coordinator.home import Home

    with Home(coordinator).database() as database:
        return _view(manifests.from_canonical(overview.study_row(database, study).manifest), language)


def _view(manifest: Manifest, language: Language) -> PlanView:
    said = rules.check(manifest, language)
    parameters = size(model_spec_of(manifest))
    section = manifest.study
    return PlanView(
        section.id,
        either(section.title, section.title_zh, language),
        sentences.plan(manifest, language),
        said,
        sentences.forecast(manifest, parameters, language),
        parameters,
        len(manifest.inputs),
        manifest.classes,
        _digest(manifest),
        as_toml(manifest),
    )


def sign(path: Path, key: Path, out: Path) -> str:
    """Signs a checked plan with the lead's key into a small file of its own: the plan's SHA-256.

    Raises:
        WardroundError: as ``view``; E-FILE-01, E-TLS-09 the key, E-CMD-26 the file exists.
    """
    manifest = manifests.load(path)
    rules.check(manifest)
    signer = SigningKey.read(key)
    document = {
        "format": _FORMAT,
        "study": manifest.study.id,
        "sha256": _digest(manifest),
        "lead_key": signer.public.hex(),
        "signature": signer.sign(_DOMAIN + manifests.canonical(manifest)).hex(),
    }
    _create(out, json.dumps(document, indent=1) + "\n")
    return str(document["sha256"])


def check_signature(path: Path, signature: Path) -> str:
    """Checks that a signature file is over this plan: the signing key (hex), to be compared with the lead's.

    Raises:
        WardroundError: E-CMD-27 it is not; E-FILE-01, E-STUDY-… the plan.
    """
    manifest = manifests.load(path)
    try:
        document: Any = json.loads(signature.read_text(encoding="utf-8"))
        if document["format"] != _FORMAT:
            raise ValueError("another format")
        key = bytes.fromhex(document["lead_key"])
        verify(key, _DOMAIN + manifests.canonical(manifest), bytes.fromhex(document["signature"]))
    except OSError as error:
        raise WardroundError("E-FILE-01", path=signature, reason=error.strerror or type(error).__name__) from error
    except (ValueError, KeyError, TypeError, WardroundError) as error:
        raise WardroundError("E-CMD-27", path=signature.name, plan=path.name) from error
    return key.hex()


def _digest(manifest: Manifest) -> str:
    return hashlib.sha256(manifests.canonical(manifest)).hexdigest()


def _create(path: Path, text: str) -> None:
    try:
        with path.open("x", encoding="utf-8") as file:
            file.write(text)
    except FileExistsError as error:
        raise WardroundError("E-CMD-26", path=path) from error
    except OSError as error:
        raise WardroundError("E-FILE-01", path=path, reason=error.strerror or type(error).__name__) from error
