# SPDX-License-Identifier: Apache-2.0
"""Errors of genotype files, expression matrices, and compressed files."""

from __future__ import annotations

from engine.errors.entry import Entry, Status, Who, entry

ENTRIES: dict[str, Entry] = {
    # --- GZIP: what is inside a compressed file
    "E-GZIP-01": entry(
        Status.DATA_LOSS,
        8,
        Who.YOU,
        ("The compressed file {file} is damaged or cut short.", "Copy or download it again; compare its size with the original."),
        ("压缩文件 {file} 已损坏或不完整。", "请重新复制或下载，并与原文件比较大小。"),
    ),
    # --- GENO: genotypes
    "E-GENO-01": entry(
        Status.INVALID_ARGUMENT,
        8,
        Who.YOU,
        (
            "{file} has no valid VCF header: line {row} is not what it should be.",
            "The file must begin with ##fileformat=VCF and name its columns and samples in a line #CHROM; export it again.",
        ),
        (
            "{file} 没有有效的 VCF 文件头：第 {row} 行不符合要求。",
            "文件必须以 ##fileformat=VCF 开头，并在 #CHROM 行中列出列名和样本；请重新导出。",
        ),
    ),
    "E-GENO-02": entry(
        Status.INVALID_ARGUMENT,
        8,
        Who.YOU,
        (
            "Entry {number} of the variants to read from {file} is no variant, is named twice, or is one too many (at most {limit}).",
            "Write rs numbers (rs429358, or rs429358:C for one allele) or chromosome:position:ref:alt (19:44908684:T:C), separated by commas.",
        ),
        (
            "要从 {file} 读取的变异列表中，第 {number} 项不是变异、重复，或超出数量上限（最多 {limit} 个）。",
            "请填写 rs 编号（rs429358，或指定等位基因 rs429358:C）或 染色体:位置:ref:alt（19:44908684:T:C），以逗号分隔。",
        ),
    ),
    "E-GENO-03": entry(
        Status.INVALID_ARGUMENT,
        8,
        Who.YOU,
        (
            "Record {row} of {file} is broken: it is cut short, has another number of columns than the header, or no valid position.",
            "Export the file again; check it with: bcftools view {file}",
        ),
        ("{file} 的第 {row} 条记录已损坏：不完整、列数与文件头不符，或位置无效。", "请重新导出该文件；可用命令检查：bcftools view {file}"),
    ),
    "E-GENO-04": entry(
        Status.FAILED_PRECONDITION,
        8,
        Who.YOU,
        (
            "{file} was made with the reference build {found}, but {wanted} is asked for: its positions mean other places.",
            "Choose the file that was made with {wanted}, or have it lifted over.",
        ),
        (
            "{file} 使用参考基因组 {found} 生成，而要求的是 {wanted}：两者位置含义不同。",
            "请选择使用 {wanted} 生成的文件，或先进行坐标转换（liftover）。",
        ),
    ),
    "E-GENO-05": entry(
        Status.INVALID_ARGUMENT,
        8,
        Who.YOU,
        (
            "Record {row} of {file} lies beyond the end of chromosome {contig} ({length} bases): header and records are of different builds.",
            "Export the file again with the reference that it was called with.",
        ),
        (
            "{file} 的第 {row} 条记录超出染色体 {contig} 的末端（{length} 个碱基）：文件头与记录来自不同的参考基因组。",
            "请使用变异检测时所用的参考基因组重新导出。",
        ),
    ),
    "E-GENO-06": entry(
        Status.NOT_FOUND,
        8,
        Who.YOU,
        (
            "None of the {count} variants asked for is among the {records} records of {file}.",
            "Check the names, the reference build, and whether the file has rs numbers in its ID column; otherwise ask by chromosome:position:ref:alt.",
        ),
        (
            "要求的 {count} 个变异均不在 {file} 的 {records} 条记录中。",
            "请检查名称、参考基因组版本，以及 ID 列中是否有 rs 编号；否则请按 染色体:位置:ref:alt 指定。",
        ),
    ),
    "E-GENO-07": entry(
        Status.INVALID_ARGUMENT,
        8,
        Who.YOU,
        (
            "Record {row} of {file} has a genotype that none of its alleles explains.",
            "Export the file again; check it with: bcftools view {file}",
        ),
        ("{file} 的第 {row} 条记录含有与其等位基因不符的基因型。", "请重新导出该文件；可用命令检查：bcftools view {file}"),
    ),
    "E-GENO-08": entry(
        Status.INVALID_ARGUMENT,
        8,
        Who.YOU,
        ("{count} samples of {file} have the name of another one (samples {places}).", "Give each sample a name of its own."),
        ("{file} 中有 {count} 个样本与其他样本同名（样本 {places}）。", "请为每个样本使用不同的名称。"),
    ),
    "E-GENO-09": entry(
        Status.RESOURCE_EXHAUSTED,
        8,
        Who.YOU,
        ("Line {row} of {file} is longer than {limit} MB.", "This is hardly a file of genotypes; export it again."),
        ("{file} 的第 {row} 行超过 {limit} MB。", "这很可能不是基因型文件；请重新导出。"),
    ),
    "E-GENO-10": entry(
        Status.FAILED_PRECONDITION,
        8,
        Who.YOU,
        (
            "Which variants of {file} are to be read was not said.",
            "Name them: --set variants=rs429358,rs7412, or in the window under “Variants to read”.",
        ),
        ("尚未指定要读取 {file} 中的哪些变异。", "请指定：--set variants=rs429358,rs7412，或在窗口的“要读取的变异”中填写。"),
    ),
    "E-GENO-11": entry(
        Status.NOT_FOUND,
        8,
        Who.YOU,
        ("{count} of the samples asked for are not in {file}, the first is entry {number}.", "Check how the file writes their names."),
        ("要求的样本中有 {count} 个不在 {file} 中，第一个是第 {number} 项。", "请检查文件中样本名称的写法。"),
    ),
    "E-GENO-12": entry(
        Status.FAILED_PRECONDITION,
        8,
        Who.YOU,
        ("{file} lists variants without any sample's genotypes.", "Choose the file with the genotypes of your patients."),
        ("{file} 只列出变异，不含任何样本的基因型。", "请选择含有患者基因型的文件。"),
    ),
    # from 13: expression matrices
    "E-GENO-13": entry(
        Status.INVALID_ARGUMENT,
        8,
        Who.YOU,
        (
            "{file} cannot be read as an expression matrix: it needs a row of names, a column of names, and numbers.",
            "Look at it in the preview, with the right separator; if it is a table of patients, read it as a table.",
        ),
        ("{file} 无法读取为表达矩阵：需要一行名称、一列名称以及数值。", "请在预览中用正确的分隔符查看；如果它是患者表格，请按表格读取。"),
    ),
    "E-GENO-14": entry(
        Status.INVALID_ARGUMENT,
        8,
        Who.YOU,
        (
            "{file}, row {row}, column {column}: this cell of the matrix is no number.",
            "Correct it, or leave the cell empty if the value is missing.",
        ),
        ("{file} 第 {row} 行第 {column} 列：矩阵中的该单元格不是数字。", "请更正；如数值缺失，请留空。"),
    ),
    "E-GENO-15": entry(
        Status.RESOURCE_EXHAUSTED,
        8,
        Who.YOU,
        (
            "The matrix in {file} is too large: {samples} × {genes}, more than {limit} million values.",
            "Single cells must be summed up to patients first; otherwise split the samples over several files.",
        ),
        ("{file} 中的矩阵过大：{samples} × {genes}，超过 {limit} 百万个数值。", "单细胞数据须先汇总到患者；否则请将样本拆分到多个文件。"),
    ),
    "E-GENO-16": entry(
        Status.NOT_FOUND,
        8,
        Who.YOU,
        (
            "None of the {count} genes asked for is among the {genes} genes of {file}.",
            "Look at how the file names its genes (symbols or Ensembl numbers), and which way it lies.",
        ),
        ("要求的 {count} 个基因均不在 {file} 的 {genes} 个基因中。", "请查看文件使用的基因名称（符号或 Ensembl 编号）以及矩阵方向。"),
    ),
    "E-GENO-17": entry(
        Status.FAILED_PRECONDITION,
        8,
        Who.YOU,
        (
            "{file} has negative values, of which no logarithm can be taken.",
            "Choose the transform “none”: such values are logarithms or scores already.",
        ),
        ("{file} 含有负值，无法取对数。", "请将 transform 设为“none”：这类数值通常已是对数或评分。"),
    ),
    "E-GENO-18": entry(
        Status.DATA_LOSS,
        8,
        Who.YOU,
        ("{file} is no whole GCT file: its second line promises another number of rows or columns.", "Copy or export it again."),
        ("{file} 不是完整的 GCT 文件：其第二行声明的行数或列数与内容不符。", "请重新复制或导出。"),
    ),
    "E-GENO-19": entry(
        Status.DATA_LOSS,
        8,
        Who.YOU,
        ("{file} is damaged, or no h5ad file of anndata.", "Open it with anndata and write it again, or copy it again."),
        ("{file} 已损坏，或不是 anndata 的 h5ad 文件。", "请用 anndata 打开并重新写出，或重新复制。"),
    ),
    "E-GENO-20": entry(
        Status.PERMISSION_DENIED,
        6,
        Who.YOU,
        ("{file} refers to another file for {place}; such a file is not opened.", "Write it again as one whole file."),
        ("{file} 的 {place} 引用了另一个文件；不会打开此类文件。", "请重新写成一个完整的文件。"),
    ),
    "E-GENO-21": entry(
        Status.INVALID_ARGUMENT,
        8,
        Who.YOU,
        ("{file}, row {row}, has another number of fields than the row of names.", "Correct that row, or export the matrix again."),
        ("{file} 第 {row} 行的字段数与名称行不同。", "请更正该行，或重新导出矩阵。"),
    ),
    "E-GENO-22": entry(
        Status.NOT_FOUND,
        8,
        Who.YOU,
        ("{file} has no layer “{layer}”.", "It has these: {layers}."),
        ("{file} 中没有 layer“{layer}”。", "现有：{layers}。"),
    ),
    "E-GENO-23": entry(
        Status.FAILED_PRECONDITION,
        8,
        Who.YOU,
        (
            "“{column}” cannot be drawn: it needs the expression of at least three genes in three samples.",
            "Choose a column of gene expression.",
        ),
        ("“{column}”无法绘制：至少需要三个样本的三个基因的表达值。", "请选择基因表达列。"),
    ),
}
