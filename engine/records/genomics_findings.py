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


EXPRESSION_CODES = (
    "matrix-partly-seen",
    "genes-in-rows",
    "genes-in-columns",
    "genes-ensembl",
    "genes-symbol",
    "genes-entrez",
    "genes-probe",
    "genes-transcript",
    "genes-unknown",
    "gene-versions",
    "gene-doubles",
    "gene-dates",
    "gene-special-rows",
    "samples-numbered",
    "samples-double",
    "values-counts",
    "values-scaled",
    "values-linear",
    "values-log",
    "values-centred",
    "values-log-taken",
    "values-log-twice",
    "values-missing",
    "genes-absent",
    "gene-columns-left-out",
)


def expression_sentence(finding: Finding, language: Language) -> str:
    """One of EXPRESSION_CODES in one sentence."""
    fields = finding.fields
    match finding.code:
        case "matrix-partly-seen":
            return translate("Only the beginning of the file was looked at here; the import reads all of it.", language)
        case "genes-in-rows":
            return translate(
                "Taken as {count} genes in rows, from the shape alone: if the rows are samples, say so under “orientation”.",
                language,
                **fields,
            )
        case "genes-in-columns":
            return translate(
                "Taken as {count} genes in columns, from the shape alone: if the columns are samples, say so under “orientation”.",
                language,
                **fields,
            )
        case "genes-ensembl":
            return translate("{count} genes, named by Ensembl numbers ({percent} % of the names).", language, **fields)
        case "genes-symbol":
            return translate("{count} genes, named by gene symbols ({percent} % of the names).", language, **fields)
        case "genes-entrez":
            return translate("{count} genes, named by Entrez numbers ({percent} % of the names).", language, **fields)
        case "genes-probe":
            return translate(
                "{count} probes of a microarray, not genes ({percent} % of the names): sites with another array do not fit together.",
                language,
                **fields,
            )
        case "genes-transcript":
            return translate(
                "{count} transcripts, not genes ({percent} % of the names): sum them up to genes before a study of genes.",
                language,
                **fields,
            )
        case "genes-unknown":
            return translate(
                "{count} names that are no usual names of genes: other sites can only match them when they use the same ones.",
                language,
                **fields,
            )
        case "gene-versions":
            return translate("{count} gene names had a version (ENSG….5), which was left out so that sites match.", language, **fields)
        case "gene-doubles":
            return translate("{count} gene names come more than once; see the choice “duplicates”.", language, **fields)
        case "gene-dates":
            return translate(
                "{count} gene names were turned into dates by a spreadsheet (SEPT2 into 2-Sep): export the matrix again.",
                language,
                **fields,
            )
        case "gene-special-rows":
            return translate(
                "{count} rows of counting statistics (such as __no_feature) are no genes and were left out.", language, **fields
            )
        case "samples-numbered":
            return translate("The file has no names of samples: they are numbered by their row.", language)
        case "samples-double":
            return translate("{count} samples have the name of another one; they count as the same patient.", language, **fields)
        case "values-counts":
            return translate("The values look like counts (whole numbers).", language)
        case "values-scaled":
            return translate("The values look like TPM or CPM (each sample adds up to about a million).", language)
        case "values-linear":
            return translate("The values look like plain intensities or normalised counts, not like logarithms.", language)
        case "values-log":
            return translate("The values look like logarithms (all are below 50).", language)
        case "values-centred":
            return translate("The values look like centred logarithms or scores (some are negative).", language)
        case "values-log-taken":
            return translate("log2(x + 1) of each value is kept.", language)
        case "values-log-twice":
            return translate("The values look like logarithms already, and a second logarithm was asked for.", language)
        case "values-missing":
            return translate("{count} values of the matrix are missing ({percent} %).", language, **fields)
        case "gene-columns-left-out":
            return translate("{count} columns about the genes themselves were left out: {names}.", language, **fields)
        case "genes-absent":
            return translate("{count} genes that were asked for are not in the file and get no column: {names}.", language, **fields)
    raise ValueError(finding.code)
