# SPDX-License-Identifier: Apache-2.0
"""CMD: how a command was written, and what the command line itself can find wrong."""

from __future__ import annotations

from engine.errors.entry import Entry, Status, Who, entry

ENTRIES: dict[str, Entry] = {
    # --- how it was written
    "E-CMD-01": entry(
        Status.INVALID_ARGUMENT,
        2,
        Who.YOU,
        ("“{command}” has no option {option}.", "{hint}All options: {command} --help"),
        ("“{command}”没有选项 {option}。", "{hint}查看全部选项：{command} --help"),
    ),
    "E-CMD-02": entry(
        Status.INVALID_ARGUMENT,
        2,
        Who.YOU,
        ("“{command}” has no command {name}.", "{hint}All commands: {command} --help"),
        ("“{command}”没有命令 {name}。", "{hint}查看全部命令：{command} --help"),
    ),
    "E-CMD-03": entry(
        Status.INVALID_ARGUMENT,
        2,
        Who.YOU,
        ("“{command}” needs {name}.", "Examples: {command} --help"),
        ("“{command}”缺少 {name}。", "查看示例：{command} --help"),
    ),
    "E-CMD-04": entry(
        Status.INVALID_ARGUMENT,
        2,
        Who.YOU,
        ("“{command}” cannot be understood like this: {reason}", "Examples: {command} --help"),
        ("无法理解“{command}”的这种写法：{reason}", "查看示例：{command} --help"),
    ),
    "E-CMD-05": entry(
        Status.INVALID_ARGUMENT,
        2,
        Who.YOU,
        ("{name} cannot be {value}.", "Choose one of these: {known}."),
        ("{name} 不能是 {value}。", "请选择以下之一：{known}。"),
    ),
    "E-CMD-06": entry(
        Status.INVALID_ARGUMENT,
        2,
        Who.YOU,
        ("{name} cannot be {value}.", "Give a whole number from {low} to {high}."),
        ("{name} 不能是 {value}。", "请填写 {low} 到 {high} 之间的整数。"),
    ),
    "E-CMD-07": entry(
        Status.INVALID_ARGUMENT,
        2,
        Who.YOU,
        ("{name} cannot be {value}.", "Write NAME=FILE, for example north=north.csv; NAME has small letters, digits and hyphens."),
        ("{name} 不能是 {value}。", "请写成 名称=文件，例如 north=north.csv；名称由小写字母、数字和连字符组成。"),
    ),
    "E-CMD-08": entry(
        Status.INVALID_ARGUMENT,
        2,
        Who.YOU,
        ("{name} cannot be {value}.", "Write a number and a unit, for example 7d (days), 12h (hours) or 30m (minutes)."),
        ("{name} 不能是 {value}。", "请写数字加单位，例如 7d（天）、12h（小时）或 30m（分钟）。"),
    ),
    "E-CMD-09": entry(
        Status.INVALID_ARGUMENT,
        2,
        Who.YOU,
        ("{first} and {second} do not go together.", "Give one of them only."),
        ("{first} 与 {second} 不能同时使用。", "请只使用其中一个。"),
    ),
    "E-CMD-10": entry(
        Status.INVALID_ARGUMENT,
        2,
        Who.YOU,
        ("It is not said which study is meant.", "Name one of these: {known}."),
        ("没有指明是哪个研究。", "请从以下研究中选择：{known}。"),
    ),
    "E-CMD-11": entry(
        Status.INVALID_ARGUMENT,
        2,
        Who.YOU,
        ("The site {name} has the same file twice.", "Give each file of a site once; several files are joined on the patient number."),
        ("站点 {name} 的同一文件重复出现。", "站点的每个文件只需指定一次；多个文件会按患者编号合并。"),
    ),
    "E-CMD-12": entry(
        Status.NOT_FOUND,
        2,
        Who.YOU,
        ("This computer takes part in no study yet.", "Enrol with an invitation first: wardround site enrol FILE"),
        ("本机尚未参加任何研究。", "请先使用邀请函登记：wardround site enrol 文件"),
    ),
    "E-CMD-13": entry(
        Status.NOT_FOUND,
        2,
        Who.LEAD,
        ("This coordinator has no study yet.", "Add one: wardround coordinator study add FILE"),
        ("此协调器还没有研究。", "请先添加：wardround coordinator study add 文件"),
    ),
    "E-CMD-14": entry(
        Status.FAILED_PRECONDITION,
        6,
        Who.YOU,
        (
            "The vault needs your passphrase, and nobody sits at this terminal to type it.",
            "Run it in a terminal, or name a private file that holds it: --passphrase-file FILE (or WARDROUND_PASSPHRASE_FILE).",
        ),
        (
            "保险库需要您的口令，但当前终端无人输入。",
            "请在终端中运行，或指定存有口令的私有文件：--passphrase-file 文件（或 WARDROUND_PASSPHRASE_FILE）。",
        ),
    ),
    # --- people and machines
    "E-CMD-20": entry(
        Status.FAILED_PRECONDITION,
        6,
        Who.YOU,
        (
            "This needs a person's answer, and nobody sits at this terminal: {question}",
            "Run it in a terminal, or add {option} when a person has done so.",
        ),
        ("此操作需要人工确认，但当前终端无人应答：{question}", "请在终端中运行；若已有人确认，请加上 {option}。"),
    ),
    "E-CMD-21": entry(
        Status.PERMISSION_DENIED,
        5,
        Who.LEAD,
        (
            "These are not the check words of {site}; it was not approved.",
            "Ask again by telephone, on a number that you know. If they differ again, somebody stands between: do not approve it.",
        ),
        ("这些不是 {site} 的校验词，未批准。", "请用您已知的号码再次电话核对。若仍不一致，说明有人冒充：请勿批准。"),
    ),
    "E-CMD-22": entry(
        Status.CANCELLED,
        1,
        Who.YOU,
        ("You did not agree; nothing was done.", "Run the same command again when you are ready."),
        ("您没有同意，未执行任何操作。", "准备好后请再次运行同一命令。"),
    ),
    "E-CMD-23": entry(
        Status.NOT_FOUND,
        8,
        Who.YOU,
        ("There is no vault in {path} yet.", "Make one with: wardround site init"),
        ("{path} 中还没有保险库。", "请先创建：wardround site init"),
    ),
    "E-CMD-24": entry(
        Status.FAILED_PRECONDITION,
        1,
        Who.HOSPITAL_IT,
        (
            "The window cannot open here: {reason}.",
            "Use the commands instead (wardround --help), or run it where there is a screen and the extra wardround[gui] is installed.",
        ),
        ("无法在此打开窗口：{reason}。", "请改用命令（wardround --help），或在有屏幕且已安装 wardround[gui] 的环境中运行。"),
    ),
    "E-CMD-25": entry(
        Status.FAILED_PRECONDITION,
        8,
        Who.HOSPITAL_IT,
        (
            "This command needs the library {module}, which is not installed here.",
            "Install it with: pip install 'wardround[{extra}]'",
        ),
        ("此命令需要程序库 {module}，但本机未安装。", "请安装：pip install 'wardround[{extra}]'"),
    ),
    "E-CMD-26": entry(
        Status.ALREADY_EXISTS,
        2,
        Who.YOU,
        ("{path} exists already.", "Choose another name, or remove it first; nothing is overwritten."),
        ("{path} 已存在。", "请换一个名称，或先将其删除；不会覆盖任何内容。"),
    ),
    "E-CMD-27": entry(
        Status.DATA_LOSS,
        5,
        Who.LEAD,
        ("The signature in {path} is not one over the plan in {plan}.", "Ask the lead hospital for the plan and its signature again."),
        ("{path} 中的签名与方案 {plan} 不符。", "请向牵头医院重新索取方案及其签名。"),
    ),
    "E-CMD-28": entry(
        Status.FAILED_PRECONDITION,
        1,
        Who.DEVELOPERS,
        ("The self-test found {count} of {total} checks failing: {names}.", "Send the lines above to the developers."),
        ("自检中 {total} 项有 {count} 项未通过：{names}。", "请将以上各行发送给开发人员。"),
    ),
    "E-CMD-31": entry(
        Status.INVALID_ARGUMENT,
        2,
        Who.YOU,
        ("{name} cannot be {value}.", "Write KEY=VALUE, for example sheet=Patients."),
        ("{name} 不能是 {value}。", "请写成 KEY=VALUE，例如 sheet=Patients。"),
    ),
    "E-CMD-29": entry(
        Status.FAILED_PRECONDITION,
        3,
        Who.LEAD,
        ("The study {study} is not published to this site yet.", "Wait for the lead hospital, or add --wait to wait for it here."),
        ("研究 {study} 尚未向本站点发布。", "请等待牵头医院发布，或加上 --wait 在此等待。"),
    ),
    "E-CMD-30": entry(
        Status.FAILED_PRECONDITION,
        1,
        Who.LEAD,
        ("{site} has not enrolled yet, so it has no check words.", "Wait until the hospital has used its invitation."),
        ("{site} 尚未登记，因此没有校验词。", "请等待该医院使用其邀请函。"),
    ),
}
