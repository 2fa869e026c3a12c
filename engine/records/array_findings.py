# SPDX-License-Identifier: Apache-2.0
"""Findings about images and signals in words; see ``findings``."""

from __future__ import annotations

from engine.errors import Language
from engine.records.loader import Finding
from engine.text import translate


def array_sentence(finding: Finding, language: Language) -> str:
    """The finding in one sentence.

    Raises:
        ValueError: for a code that has no sentence.
    """
    fields, column = finding.fields, finding.column
    match finding.code:
        case "dicom-deidentified":
            return translate(
                "De-identified on import by the Basic Profile of DICOM PS3.15 with the option Retain Patient Characteristics: of each "
                "object only {count} harmless attributes are kept (modality, body part, sizes, sex, the age as a band of ten years), and "
                "the patient id as the key that joins the records. Text in the pixels is not removed.",
                language,
                **fields,
            )
        case "burned-in":
            return translate(
                "{count} images say that text is burned into their pixels: names can be read there. Leave them out or clean them first.",
                language,
                **fields,
            )
        case "maybe-burned-in":
            return translate(
                "{count} images of kinds that often have text in their pixels do not say that they have none: look at some of them first.",
                language,
                **fields,
            )
        case "faces":
            return translate("{count} images say that a face can be recognised in them.", language, **fields)
        case "no-patient-id":
            return translate("{count} images have no patient id and cannot be joined with other records.", language, **fields)
        case "objects-without-pixels":
            return translate("{count} DICOM objects without an image were left out ({other}).", language, **fields)
        case "other-files":
            return translate("{count} files of other kinds were left out.", language, **fields)
        case "links-skipped":
            return translate("{count} links to other places were not followed.", language, **fields)
        case "made-grey":
            return translate("{count} colour images were made grey, because not all of them have colour.", language, **fields)
        case "sizes-differ":
            return translate(
                "“{column}”: the images come in {count} sizes. Models need one: choose “size” to bring all of them to it.",
                language,
                column=column,
                **fields,
            )
        case "volumes-differ":
            return translate("“{column}”: the volumes come in {count} sizes. Models need one.", language, column=column, **fields)
        case "tags-dropped":
            return translate("{count} files hold descriptions beside the image (EXIF, texts); these were left behind.", language, **fields)
        case "turned-to-ras":
            return translate(
                "{count} volumes were turned, so that all lie alike: columns run to the right, rows to the front, slices upwards (RAS).",
                language,
                **fields,
            )
        case "several-label-tables":
            return translate("{count} tables lie beside the images: choose “labels” to say which names the files.", language, **fields)
        case "labels-do-not-match":
            return translate(
                "The table beside the images names {count} of {expected} files and was left out: choose “labels” to insist on it.",
                language,
                **fields,
            )
        case "files-without-label":
            return translate("{count} files are not named in the table beside them.", language, **fields)
        case "labels-without-file":
            return translate("{count} rows of the table beside the images name no file that is here.", language, **fields)
        case "no-patient-id-signals":
            return translate(
                "{count} recordings have no patient id and cannot be joined with other records; a table beside them can give it.",
                language,
                **fields,
            )
        case "leads-dropped":
            return translate("{count} leads that not every recording has were left out.", language, **fields)
        case "rates-differ":
            return translate(
                "The recordings come at {count} sampling rates. Models need one: choose “resample_hz” to bring all of them to it.",
                language,
                **fields,
            )
        case "rates-joined":
            return translate("In {count} recordings, leads of a lower rate were brought to the highest one.", language, **fields)
        case "units-differ":
            return translate("{count} leads are not in the same unit in every recording.", language, **fields)
        case "lengths-differ":
            return translate(
                "The recordings come in {count} lengths. Models need one: choose “window” to take the same part of each.",
                language,
                **fields,
            )
        case "shorter-than-window":
            return translate("{count} recordings end before the part does; what is lacking counts as missing.", language, **fields)
        case "uneven-times":
            return translate("In {count} recordings samples are lacking between the times; they count as missing.", language, **fields)
        case "series-rows-skipped":
            return translate("{count} rows without patient, time, variable or value were left out.", language, **fields)
        case "series-cut":
            return translate("{count} patients were measured for longer than is kept; what comes later was left out.", language, **fields)
    raise ValueError(finding.code)


ARRAY_CODES = (
    "dicom-deidentified",
    "burned-in",
    "maybe-burned-in",
    "faces",
    "no-patient-id",
    "objects-without-pixels",
    "other-files",
    "links-skipped",
    "made-grey",
    "sizes-differ",
    "volumes-differ",
    "tags-dropped",
    "turned-to-ras",
    "several-label-tables",
    "labels-do-not-match",
    "files-without-label",
    "labels-without-file",
    "no-patient-id-signals",
    "leads-dropped",
    "rates-differ",
    "rates-joined",
    "units-differ",
    "lengths-differ",
    "shorter-than-window",
    "uneven-times",
    "series-rows-skipped",
    "series-cut",
)
"""Every code that has a sentence here."""
