# SPDX-License-Identifier: Apache-2.0
"""DATA: records and their import."""

from __future__ import annotations

from engine.errors.entry import Entry, Status, Who, entry

ENTRIES: dict[str, Entry] = {
    # --- DATA: files of records
    "E-DATA-01": entry(
        Status.INVALID_ARGUMENT,
        8,
        Who.YOU,
        ("The file {file} is empty.", "Export it again from the hospital system, or choose another file."),
        ("文件 {file} 是空的。", "请从医院系统重新导出，或选择其他文件。"),
    ),
    "E-DATA-02": entry(
        Status.INVALID_ARGUMENT,
        8,
        Who.YOU,
        ("The file {file} has column names but no rows of data.", "Check that the export contained patients, then try again."),
        ("文件 {file} 只有列名，没有数据行。", "请确认导出内容包含患者记录，然后重试。"),
    ),
    "E-DATA-03": entry(
        Status.INVALID_ARGUMENT,
        8,
        Who.YOU,
        (
            "Only one column was found in {file} when splitting it at “{delimiter}”.",
            "Choose the character that separates the columns (comma, semicolon, tab or |). If the file really has one column, choose the delimiter explicitly.",
        ),
        (
            "按“{delimiter}”分列时，文件 {file} 只有一列。",
            "请选择实际的分隔符（逗号、分号、制表符或 |）。如果文件确实只有一列，请明确指定分隔符。",
        ),
    ),
    "E-DATA-04": entry(
        Status.INVALID_ARGUMENT,
        8,
        Who.YOU,
        (
            "In {file}, the column name “{column}” appears more than once (columns {places}); {count} names are used twice.",
            "Give each column its own name in the first row, then try again.",
        ),
        ("文件 {file} 中列名“{column}”重复出现（第 {places} 列）；共有 {count} 个列名重复。", "请在首行为每一列取不同的名称，然后重试。"),
    ),
    "E-DATA-05": entry(
        Status.INVALID_ARGUMENT,
        8,
        Who.YOU,
        (
            "In {file}, {count} rows do not have {expected} fields like the header; row {row} has {found}. The first ones are rows {rows}.",
            "Correct these rows (a missing or extra delimiter, or a text without quotation marks), or export the file again. "
            "If it is nearly every row, the columns are separated by another character: choose that one.",
        ),
        (
            "文件 {file} 中有 {count} 行的字段数与表头的 {expected} 个不一致；第 {row} 行有 {found} 个。最先出现的是第 {rows} 行。",
            "请修正这些行（缺少或多出分隔符，或文本未加引号），或重新导出文件。如果几乎每行都有问题，说明分列用的是别的字符：请选择该字符。",
        ),
    ),
    "E-DATA-06": entry(
        Status.INVALID_ARGUMENT,
        8,
        Who.YOU,
        (
            "{file} is not a text file: row {row} contains a NUL byte.",
            "Choose the CSV or Parquet export instead of the program's own file; if it is UTF-16 text, choose that encoding.",
        ),
        ("{file} 不是文本文件：第 {row} 行含有空字节（NUL）。", "请选择导出的 CSV 或 Parquet 文件；如果是 UTF-16 文本，请选择该编码。"),
    ),
    "E-DATA-07": entry(
        Status.INVALID_ARGUMENT,
        8,
        Who.YOU,
        (
            "Row {row} of {file} cannot be read as {encoding} (at byte {offset}).",
            "Choose the encoding in which the file was saved, for example GB18030 for Chinese Windows, or save it as UTF-8.",
        ),
        (
            "文件 {file} 的第 {row} 行无法按 {encoding} 解码（字节位置 {offset}）。",
            "请选择文件保存时的编码，例如中文 Windows 的 GB18030，或另存为 UTF-8。",
        ),
    ),
    "E-DATA-08": entry(
        Status.INVALID_ARGUMENT,
        8,
        Who.YOU,
        (
            "{file} has {count} columns; the limit is {limit}.",
            "Export only the columns that the study needs. If the table lies on its side, swap rows and columns.",
        ),
        ("文件 {file} 有 {count} 列，上限为 {limit} 列。", "请只导出研究需要的列。如果行列颠倒，请先转置。"),
    ),
    "E-DATA-09": entry(
        Status.INVALID_ARGUMENT,
        8,
        Who.YOU,
        (
            "In {file}, a field in or soon after row {row} does not end: a quotation mark is missing, or the text is longer than allowed.",
            "Look at the quotation marks from that row on, or choose the right delimiter.",
        ),
        ("文件 {file} 第 {row} 行或其后不久的某个字段没有结束：缺少引号，或文本过长。", "请从该行开始检查引号，或选择正确的分隔符。"),
    ),
    "E-DATA-10": entry(
        Status.ABORTED,
        1,
        Who.YOU,
        (
            "The file {file} changed while it was being read.",
            "Wait until the export has finished and close it in other programs, then try again; nothing was imported.",
        ),
        ("读取过程中文件 {file} 发生了变化。", "请等待导出完成并在其他程序中关闭该文件，然后重试；没有导入任何数据。"),
    ),
    "E-DATA-11": entry(
        Status.INVALID_ARGUMENT,
        8,
        Who.YOU,
        (
            "{file} is a file of the kind {format}, which this version does not read.",
            "Save or export it as CSV (UTF-8) or Parquet and choose that file.",
        ),
        ("{file} 是 {format} 文件，当前版本无法读取。", "请另存或导出为 CSV（UTF-8）或 Parquet，再选择该文件。"),
    ),
    "E-DATA-12": entry(
        Status.INVALID_ARGUMENT,
        8,
        Who.YOU,
        ("There is no text encoding called “{encoding}”.", "Choose one such as utf-8, gb18030, utf-16 or cp1252."),
        ("没有名为“{encoding}”的文本编码。", "请选择 utf-8、gb18030、utf-16 或 cp1252 等编码。"),
    ),
    "E-DATA-13": entry(
        Status.INVALID_ARGUMENT,
        8,
        Who.YOU,
        ("“{delimiter}” cannot separate columns.", "Choose one single character: comma, semicolon, tab or |."),
        ("“{delimiter}”不能用作分隔符。", "请选择单个字符：逗号、分号、制表符或 |。"),
    ),
    "E-DATA-14": entry(
        Status.INVALID_ARGUMENT,
        8,
        Who.YOU,
        ("The Parquet file {file} is damaged, encrypted or of an unknown kind.", "Export it again, without a password."),
        ("Parquet 文件 {file} 已损坏、已加密或类型未知。", "请重新导出，不要设置密码。"),
    ),
    "E-DATA-15": entry(
        Status.INVALID_ARGUMENT,
        8,
        Who.YOU,
        (
            "In {file}, the column “{column}” holds {type}, which is not one value a cell.",
            "Export the column as numbers or text, or leave it out.",
        ),
        ("文件 {file} 的列“{column}”的类型为 {type}，不是每格一个值。", "请将该列导出为数字或文本，或不导出该列。"),
    ),
    # --- DATA: records that a study needs
    "E-DATA-20": entry(
        Status.FAILED_PRECONDITION,
        8,
        Who.YOU,
        (
            "The study needs {count} variables that were not found in this data set: {variables}.",
            "Rename the columns as the study calls them, or add them to the export and import it again.",
        ),
        ("研究需要的 {count} 个变量在此数据集中未找到：{variables}。", "请按研究的名称重命名相应的列，或在导出时加入这些列后重新导入。"),
    ),
    "E-DATA-21": entry(
        Status.FAILED_PRECONDITION,
        8,
        Who.YOU,
        (
            "The column “{column}” is in {found}, but the study's variable “{variable}” takes {expected} only.",
            "Export the column in one of these units, or correct the unit in its name. The lead hospital can add a conversion to the study.",
        ),
        (
            "列“{column}”的单位是 {found}，但研究变量“{variable}”只接受 {expected}。",
            "请以其中一种单位导出该列，或更正列名中的单位。牵头医院可以在研究中添加单位换算。",
        ),
    ),
    "E-DATA-22": entry(
        Status.FAILED_PRECONDITION,
        8,
        Who.YOU,
        (
            "{percent} % of the values of “{column}” lie outside the range of the study's variable “{variable}” ({low} to {high} {unit}): the unit is probably another one.",
            "Check in which unit the column was recorded and write it into its name, for example “{variable} [unit]”, then import it again.",
        ),
        (
            "列“{column}”有 {percent} % 的值超出研究变量“{variable}”的范围（{low} 至 {high} {unit}）：单位很可能不同。",
            "请核对该列的记录单位，并写入列名，例如“{variable} [单位]”，然后重新导入。",
        ),
    ),
    "E-DATA-30": entry(
        Status.INVALID_ARGUMENT,
        8,
        Who.YOU,
        ("“{key}” is not a choice for files of this kind ({file}).", "Choices there are: {known}."),
        ("此类文件（{file}）没有“{key}”这个选项。", "可用的选项：{known}。"),
    ),
    "E-DATA-31": entry(
        Status.INVALID_ARGUMENT,
        8,
        Who.YOU,
        ("The value given for “{key}” does not fit ({file}).", "Give one of this kind: {wanted}."),
        ("为“{key}”给出的值不合适（{file}）。", "请改为此类值：{wanted}。"),
    ),
    "E-DATA-32": entry(
        Status.INVALID_ARGUMENT,
        8,
        Who.YOU,
        ("The folder {path} holds no records of a kind that can be read.", "Choose a single file, or a folder of one kind of export."),
        ("文件夹 {path} 中没有可读取类型的记录。", "请选择单个文件，或只含一种导出内容的文件夹。"),
    ),
    "E-DATA-34": entry(
        Status.FAILED_PRECONDITION,
        8,
        Who.YOU,
        (
            "The mend “{kind}” does not fit the column “{column}”.",
            "Take back this step, or an earlier step that changed this column, and try again.",
        ),
        ("修正“{kind}”不适用于列“{column}”。", "请撤销这一步，或撤销之前更改过该列的步骤，然后重试。"),
    ),
    "E-DATA-35": entry(
        Status.INVALID_ARGUMENT,
        8,
        Who.YOU,
        (
            "The data set {name} has no column “{column}” with the patient number.",
            "Name the column of {name} that holds the patient number.",
        ),
        ("数据集 {name} 没有存放患者编号的列“{column}”。", "请指明 {name} 中存放患者编号的列。"),
    ),
    "E-DATA-36": entry(
        Status.FAILED_PRECONDITION,
        8,
        Who.YOU,
        (
            "No patient number is in more than one of these data sets: {names}.",
            "Check that the columns named hold the same kind of patient number, written in the same way.",
        ),
        ("以下数据集没有共同的患者编号：{names}。", "请确认所选列是同一种患者编号，并且写法一致。"),
    ),
    "E-DATA-37": entry(
        Status.FAILED_PRECONDITION,
        8,
        Who.YOU,
        (
            "{name} cannot be made this way: imported and joined data sets are kept apart, and a join is made of imported ones.",
            "Choose another name, or import, mend and join the single data sets.",
        ),
        (
            "无法这样生成 {name}：导入的数据集与合并的数据集相互独立，合并只能由导入的数据集组成。",
            "请另取名称，或分别导入、修正各数据集后再合并。",
        ),
    ),
    "E-DATA-38": entry(
        Status.FAILED_PRECONDITION,
        8,
        Who.YOU,
        ("{name} is part of the joined data set {join}.", "Delete {join} first."),
        ("{name} 是合并数据集 {join} 的一部分。", "请先删除 {join}。"),
    ),
    "E-DATA-33": entry(
        Status.FAILED_PRECONDITION,
        8,
        Who.HOSPITAL_IT,
        (
            "Files of this kind ({file}) need the extra {extra}, which is not installed here.",
            "Install it with: pip install 'wardround[{extra}]'",
        ),
        ("读取此类文件（{file}）需要扩展组件 {extra}，但本机未安装。", "请安装：pip install 'wardround[{extra}]'"),
    ),
    "E-DATA-39": entry(
        Status.INVALID_ARGUMENT,
        8,
        Who.YOU,
        (
            "Item {number} of “{key}” cannot be read, or has the name of an earlier one ({file}).",
            "Write name=code[unit]:how@from..to, for example glucose=2339-0[mg/dL]:mean@-365..0; all but the code may be left out.",
        ),
        (
            "“{key}”的第 {number} 项无法读取，或与前面的项同名（{file}）。",
            "请写成 名称=代码[单位]:方式@起..止，例如 glucose=2339-0[mg/dL]:mean@-365..0；除代码外均可省略。",
        ),
    ),
    "E-DATA-40": entry(
        Status.INVALID_ARGUMENT,
        8,
        Who.YOU,
        (
            "“{column}” cannot be looked at in this way: there is no such column, or it has no value, or too many for an outcome.",
            "Choose a column with a few values, such as yes and no.",
        ),
        ("无法以这种方式查看“{column}”：没有这一列，或者没有值，或者作为结局取值过多。", "请选择取值较少的列，例如“是”和“否”。"),
    ),
    "E-DATA-41": entry(
        Status.FAILED_PRECONDITION,
        8,
        Who.YOU,
        (
            "The column “{column}” names no unit; by its values it is in {unit}, while the study wants “{variable}” in {expected}.",
            "Say which unit it is: choose it where the columns are matched, or write it in brackets after the column's name.",
        ),
        (
            "列“{column}”没有写明单位；从数值看单位是 {unit}，而研究要求“{variable}”的单位是 {expected}。",
            "请指明其单位：在列匹配处选择，或写在列名后的括号中。",
        ),
    ),
    "E-DATA-42": entry(
        Status.INVALID_ARGUMENT,
        8,
        Who.YOU,
        (
            "“{variable}” cannot be matched this way: the study, the data set or the list of categories does not know one of the names ({column}).",
            "Choose a variable of the study, a column of the data set, and categories of the study.",
        ),
        (
            "“{variable}”无法这样匹配：研究、数据集或类别列表中没有其中某个名称（{column}）。",
            "请选择研究中的变量、数据集中的列以及研究规定的类别。",
        ),
    ),
    "E-DATA-29": entry(
        Status.FAILED_PRECONDITION,
        8,
        Who.YOU,
        (
            "{percent} % of the values of “{column}” lie outside the range of the study's variable “{variable}” ({low} to {high} {unit}); they would fit in {likely}.",
            "If the column is in {likely}, name it “{variable} [{likely}]” and import it again; it is then converted.",
        ),
        (
            "列“{column}”有 {percent} % 的值超出研究变量“{variable}”的范围（{low} 至 {high} {unit}）；按 {likely} 则符合。",
            "如果该列的单位是 {likely}，请将列名改为“{variable} [{likely}]”并重新导入，系统会自动换算。",
        ),
    ),
    "E-DATA-23": entry(
        Status.FAILED_PRECONDITION,
        8,
        Who.YOU,
        (
            "The study needs numbers in “{column}” (variable “{variable}”), but {count} of {total} values are text; the first are in rows {rows}.",
            "Correct these cells, or leave them empty where the value is not known.",
        ),
        (
            "研究要求“{column}”（变量“{variable}”）为数字，但 {total} 个值中有 {count} 个是文本；最先出现在第 {rows} 行。",
            "请更正这些单元格；未知的值请留空。",
        ),
    ),
    "E-DATA-24": entry(
        Status.FAILED_PRECONDITION,
        8,
        Who.YOU,
        (
            "All {rows} usable rows have the same outcome (“{variable}” = {label}).",
            "A model cannot learn from one outcome alone: export patients of the other groups too, or check the outcome column.",
        ),
        ("全部 {rows} 个可用行的结局相同（“{variable}”= {label}）。", "只有一种结局无法训练模型：请同时导出其他组的患者，或检查结局列。"),
    ),
    "E-DATA-25": entry(
        Status.FAILED_PRECONDITION,
        8,
        Who.YOU,
        (
            "Only {rows} rows can be used, {dropped} lack a known outcome; at least {minimum} are needed.",
            "Export more patients, or check the outcome column “{column}”.",
        ),
        ("只有 {rows} 行可用，{dropped} 行没有已知结局；至少需要 {minimum} 行。", "请导出更多患者，或检查结局列“{column}”。"),
    ),
    "E-DATA-26": entry(
        Status.FAILED_PRECONDITION,
        8,
        Who.YOU,
        (
            "In “{column}”, {count} of {total} values are none that the study knows for “{variable}” ({categories}).",
            "Write the values as the study does, or ask the lead hospital to add your spelling to the study.",
        ),
        (
            "列“{column}”的 {total} 个值中有 {count} 个不是研究为“{variable}”规定的值（{categories}）。",
            "请按研究的写法填写，或请牵头医院在研究中加入贵院的写法。",
        ),
    ),
    "E-DATA-27": entry(
        Status.FAILED_PRECONDITION,
        8,
        Who.YOU,
        (
            "Two columns could be the study's variable “{variable}”: “{column}” and “{other}”.",
            "Rename or remove one of them and import the file again.",
        ),
        ("有两列都可能是研究变量“{variable}”：“{column}”和“{other}”。", "请重命名或删除其中一列，然后重新导入。"),
    ),
    "E-DATA-28": entry(
        Status.INVALID_ARGUMENT,
        8,
        Who.YOU,
        ("A data set needs a name of 1 to {limit} characters.", "Type a name such as “Booking visits 2026”."),
        ("数据集需要 1 至 {limit} 个字符的名称。", "请输入名称，例如“2026 年建档记录”。"),
    ),
}
