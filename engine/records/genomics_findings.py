# SPDX-License-Identifier: Apache-2.0
"""What genotype files and expression matrices show, in words."""

from __future__ import annotations

from engine.errors import Language
from engine.records.loader import Finding
from engine.text import translate

GENOTYPE_CODES = (
    "name-variants",
    "variants-partly-seen",
    "build-contradicts",
    "build-found",
    "build-unknown",
    "contigs-undeclared",
    "variants-absent",
    "variants-swapped",
    "variants-strand",
    "variants-differ",
    "variants-untyped",
    "variants-twice",
    "variants-palindromic",
    "half-calls",
    "haploid-calls",
    "polyploid-calls",
)


def genotype_sentence(finding: Finding, language: Language) -> str:
    """One of GENOTYPE_CODES in one sentence."""
    fields, column = finding.fields, finding.column
    match finding.code:
        case "name-variants":
            return translate(
                "The file lists variants ({count} seen so far) of {valid} samples: say under “variants” which of them to read.",
                language,
                **fields,
            )
        case "variants-partly-seen":
            return translate("Only the first {count} variants of the file were looked at here; the import reads all.", language, **fields)
        case "build-contradicts":
            return translate(
                "The header names the reference {other}, but its chromosomes have the lengths of {found}: find out which is right.",
                language,
                **fields,
            )
        case "build-found":
            return translate("Positions are those of the reference {found}.", language, **fields)
        case "build-unknown":
            return translate("The file does not say which reference its positions are of: make sure that yours are of the same.", language)
        case "contigs-undeclared":
            return translate(
                "{count} records are on {number} chromosomes that the header does not know: perhaps two files were joined.",
                language,
                **fields,
            )
        case "variants-absent":
            return translate("{count} variants are not in the file and get no column: {names}.", language, **fields)
        case "variants-swapped":
            return translate(
                "{count} variants have reference and alternative allele exchanged in the file and get no column: {names}.",
                language,
                **fields,
            )
        case "variants-strand":
            return translate(
                "{count} variants have the letters of the other strand in the file and get no column: {names}.", language, **fields
            )
        case "variants-differ":
            return translate("{count} variants have other alleles in the file and get no column: {names}.", language, **fields)
        case "variants-untyped":
            return translate("{count} variants are in the file without genotypes and get no column: {names}.", language, **fields)
        case "variants-twice":
            return translate("{count} variants are in the file more than once; the first is used: {names}.", language, **fields)
        case "variants-palindromic":
            return translate(
                "{count} variants read the same on both strands, so their letters cannot prove the strand: {names}.", language, **fields
            )
        case "half-calls":
            return translate(
                "“{column}”: {count} genotypes are known by half (./1) and count as missing.", language, column=column, **fields
            )
        case "haploid-calls":
            return translate(
                "“{column}”: {count} samples have one copy here (X, Y or MT): their dosage is 0 or 1.", language, column=column, **fields
            )
        case "polyploid-calls":
            return translate(
                "“{column}”: {count} genotypes have more than two alleles and count as missing.", language, column=column, **fields
            )
    raise ValueError(finding.code)
