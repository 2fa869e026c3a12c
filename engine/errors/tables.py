# SPDX-License-Identifier: Apache-2.0
"""TABLE: workbooks, statistics files, databases, OMOP folders."""

from __future__ import annotations

from engine.errors.entry import Entry, Status, Who, entry

ENTRIES: dict[str, Entry] = {
    "E-TABLE-01": entry(
        Status.INVALID_ARGUMENT,
        8,
        Who.YOU,
        (
            "{file} is damaged or no workbook: it cannot be opened.",
            "Open it in the program that wrote it and save it again as .xlsx or CSV; if it came by mail or from a share, fetch it again.",
        ),
        ("{file} 已损坏或不是工作簿，无法打开。", "请用创建该文件的程序打开，另存为 .xlsx 或 CSV；如果来自邮件或共享文件夹，请重新获取。"),
    ),
    "E-TABLE-02": entry(
        Status.FAILED_PRECONDITION,
        8,
        Who.YOU,
        (
            "{file} is protected by a password.",
            "Open it in the program that wrote it, save a copy without a password on this computer, and choose the copy; delete it after the import.",
        ),
        ("{file} 设有密码保护。", "请用创建该文件的程序打开，在本机另存一份不带密码的副本，选择该副本，导入后将其删除。"),
    ),
    "E-TABLE-03": entry(
        Status.INVALID_ARGUMENT,
        8,
        Who.YOU,
        (
            "{file} unpacks to far more than its size: more than {limit} MB, or other than it says. It is not opened.",
            "If you trust the file, open it in the program that wrote it and export the table as CSV; else tell your IT.",
        ),
        (
            "{file} 解压后远大于其自身大小：超过 {limit} MB，或与声明不符。未打开该文件。",
            "如果确信文件可靠，请用创建它的程序打开并将表格导出为 CSV；否则请告知 IT 部门。",
        ),
    ),
    "E-TABLE-04": entry(
        Status.INVALID_ARGUMENT,
        8,
        Who.YOU,
        (
            "The sheet “{sheet}” of {file} reaches over {rows} rows and {columns} columns, more than can be read.",
            "Delete stray cells far right of or below the table, or export the sheet as CSV.",
        ),
        (
            "{file} 的工作表“{sheet}”跨 {rows} 行、{columns} 列，超出可读取的范围。",
            "请删除表格右侧或下方远处的零散单元格，或将工作表导出为 CSV。",
        ),
    ),
    "E-TABLE-05": entry(
        Status.INVALID_ARGUMENT,
        8,
        Who.YOU,
        ("{file} has no sheet “{sheet}”; it has: {sheets}.", "Choose one of these sheets."),
        ("{file} 中没有工作表“{sheet}”；现有：{sheets}。", "请从中选择一个工作表。"),
    ),
    "E-TABLE-06": entry(
        Status.INVALID_ARGUMENT,
        8,
        Who.YOU,
        (
            "No table was found on the sheet “{sheet}” of {file}.",
            "Choose another sheet, or say in which row the column names stand.",
        ),
        ("在 {file} 的工作表“{sheet}”中没有找到表格。", "请选择其他工作表，或指定列名所在的行。"),
    ),
    "E-TABLE-07": entry(
        Status.INVALID_ARGUMENT,
        8,
        Who.YOU,
        (
            "{file} is damaged, cut short, or of a version that cannot be read.",
            "Open it in SPSS, Stata or SAS, save it again (SPSS: .sav, Stata: .dta, SAS: .xpt or .sas7bdat without compression) or export CSV.",
        ),
        (
            "{file} 已损坏、不完整，或为无法读取的版本。",
            "请在 SPSS、Stata 或 SAS 中打开并重新保存（SPSS：.sav，Stata：.dta，SAS：.xpt 或未压缩的 .sas7bdat），或导出为 CSV。",
        ),
    ),
    "E-TABLE-08": entry(
        Status.INVALID_ARGUMENT,
        8,
        Who.YOU,
        (
            "The Arrow or Feather file {file} is damaged, cut short, or of a version that cannot be read.",
            "Write it again as Parquet or CSV.",
        ),
        ("Arrow 或 Feather 文件 {file} 已损坏、不完整，或为无法读取的版本。", "请重新写出为 Parquet 或 CSV。"),
    ),
    "E-TABLE-09": entry(
        Status.INVALID_ARGUMENT,
        8,
        Who.YOU,
        (
            "The OMOP table {file} lacks these columns: {columns}.",
            "Export the table with the columns of the OMOP Common Data Model, version 5.",
        ),
        ("OMOP 表 {file} 缺少以下列：{columns}。", "请按 OMOP 通用数据模型第 5 版的列导出该表。"),
    ),
    "E-TABLE-10": entry(
        Status.INVALID_ARGUMENT,
        8,
        Who.YOU,
        (
            "{count} concepts of the recipe are named, but the folder {path} has no table concept with these names.",
            "Give the concepts' numbers, for example glucose=3004501, or add the table concept to the folder.",
        ),
        (
            "配方中有 {count} 个概念按名称给出，但文件夹 {path} 中没有含这些名称的 concept 表。",
            "请给出概念编号，例如 glucose=3004501，或在文件夹中加入 concept 表。",
        ),
    ),
    "E-TABLE-11": entry(
        Status.PERMISSION_DENIED,
        8,
        Who.YOU,
        (
            "The query {file} is not accepted: “{word}”. Only one SELECT (or WITH … SELECT) that changes nothing is run.",
            "Write it as one SELECT without “{word}”, backslashes or dollar quotes; put names that look like commands in double quotes.",
        ),
        (
            "查询 {file} 未被接受：“{word}”。只执行一条不作任何更改的 SELECT（或 WITH … SELECT）。",
            "请写成一条 SELECT，不含“{word}”、反斜杠或美元引号；与命令相同的名称请加双引号。",
        ),
    ),
    "E-TABLE-12": entry(
        Status.INVALID_ARGUMENT,
        8,
        Who.YOU,
        (
            "The address of the database holds a password ({file}).",
            "Leave the password out of it; it is asked for, or read from a file with --password-file. Change the password if others could see it.",
        ),
        (
            "数据库地址中包含密码（{file}）。",
            "请从地址中去掉密码；系统会询问密码，或用 --password-file 从文件读取。如果他人可能看到，请更改密码。",
        ),
    ),
    "E-TABLE-13": entry(
        Status.FAILED_PRECONDITION,
        8,
        Who.HOSPITAL_IT,
        (
            "The driver for {driver} is not installed here ({file}).",
            "Install the driver that your database needs beside this program, for example psycopg for PostgreSQL or PyMySQL for MySQL; SQLite needs none.",
        ),
        (
            "本机未安装 {driver} 的驱动程序（{file}）。",
            "请为本程序安装数据库所需的驱动，例如 PostgreSQL 用 psycopg，MySQL 用 PyMySQL；SQLite 不需要。",
        ),
    ),
    "E-TABLE-14": entry(
        Status.UNAVAILABLE,
        8,
        Who.HOSPITAL_IT,
        (
            "The database refused the connection or the query {file} ({kind}).",
            "Check the address, the user and the password, and try the query in the database's own program; the account needs the right to read only.",
        ),
        ("数据库拒绝了连接或查询 {file}（{kind}）。", "请检查地址、用户和密码，并在数据库自带的程序中试运行该查询；该账户只需要读取权限。"),
    ),
    "E-TABLE-15": entry(
        Status.INVALID_ARGUMENT,
        8,
        Who.YOU,
        (
            "The address of the database cannot be read ({file}).",
            "Write it as driver://user@host/database, for example postgresql+psycopg://reader@db.hospital/ehr or sqlite:///ehr.db.",
        ),
        (
            "无法识别数据库地址（{file}）。",
            "请写成 驱动://用户@主机/数据库，例如 postgresql+psycopg://reader@db.hospital/ehr 或 sqlite:///ehr.db。",
        ),
    ),
    "E-TABLE-16": entry(
        Status.INVALID_ARGUMENT,
        2,
        Who.YOU,
        ("The command needs a file, or a database and a query.", "Give a file, or both --sql URL and --query FILE."),
        ("此命令需要一个文件，或数据库和查询。", "请给出文件，或同时给出 --sql URL 和 --query FILE。"),
    ),
}
