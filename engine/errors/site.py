# SPDX-License-Identifier: Apache-2.0
"""SITE: a site's part in a study and its release gate."""

from __future__ import annotations

from engine.errors.entry import Entry, Status, Who, entry

ENTRIES: dict[str, Entry] = {
    "E-SITE-01": entry(
        Status.INTERNAL,
        1,
        Who.DEVELOPERS,
        (
            "The connection tried to send something that was not written in the outbound ledger; it was stopped.",
            "Nothing of it is known to have left. Save the details and send them to the developers.",
        ),
        ("连接试图发送未记入外发台账的内容，已被阻止。", "没有证据表明内容已发出。请保存详细信息并发送给开发人员。"),
    ),
    "E-SITE-02": entry(
        Status.CANCELLED,
        4,
        Who.YOU,
        ("Sending is paused.", "Press Resume sending when you are ready; it goes on where it was."),
        ("发送已暂停。", "准备好后请点击“恢复发送”，将从中断处继续。"),
    ),
    "E-SITE-03": entry(
        Status.FAILED_PRECONDITION,
        8,
        Who.YOU,
        (
            "None of the {rows} usable rows belongs to a training patient.",
            "This study needs more patients from your hospital; import a larger data set.",
        ),
        ("{rows} 行可用数据中没有训练患者。", "该研究需要贵院提供更多患者；请导入更大的数据集。"),
    ),
    "E-SITE-04": entry(
        Status.DATA_LOSS,
        5,
        Who.LEAD,
        (
            "The shared model {version} that arrived is not the one that the coordinator announced.",
            "Nothing was used. If it happens again, call the lead hospital: the server or the network alters files.",
        ),
        ("收到的共享模型 {version} 与协调服务器公布的不一致。", "该模型未被使用。若再次发生，请致电牵头医院：服务器或网络篡改了文件。"),
    ),
    "E-SITE-05": entry(
        Status.DATA_LOSS,
        5,
        Who.LEAD,
        ("The receipt does not fit what was sent.", "Nothing is lost; it will be sent again. If it happens again, call the lead hospital."),
        ("回执与已发送的内容不符。", "没有数据丢失，将重新发送。若再次发生，请致电牵头医院。"),
    ),
    "E-SITE-06": entry(
        Status.FAILED_PRECONDITION,
        1,
        Who.YOU,
        (
            "Wardround is already running on the folder {path}.",
            "Use the program that is open (the window, or a command that takes part), or end it first.",
        ),
        ("Wardround 已在使用文件夹 {path}。", "请使用已打开的程序（窗口或正在参与的命令），或先将其结束。"),
    ),
    "E-SITE-07": entry(
        Status.FAILED_PRECONDITION,
        6,
        Who.YOU,
        ("Your local vault is locked.", "Unlock it first: in the window with your passphrase, on the command line with --passphrase-file."),
        ("本地保险库已锁定。", "请先解锁：在窗口中输入口令，或在命令行使用 --passphrase-file。"),
    ),
    "E-SITE-08": entry(
        Status.FAILED_PRECONDITION,
        2,
        Who.YOU,
        ("You have not joined the study {study} yet.", "Compare the check words with the lead hospital, then approve and join."),
        ("您尚未加入研究 {study}。", "请先与牵头医院核对校验词，然后批准并加入。"),
    ),
    "E-SITE-09": entry(
        Status.CANCELLED,
        4,
        Who.YOU,
        ("The work on {study} was stopped.", "Start it again; it goes on where it was."),
        ("对 {study} 的工作已停止。", "请重新开始，将从中断处继续。"),
    ),
    "E-SITE-10": entry(
        Status.NOT_FOUND,
        2,
        Who.YOU,
        ("This computer knows no study called {study}.", "Check the name, or enrol with the invitation first."),
        ("本机没有名为 {study} 的研究。", "请检查名称，或先使用邀请函登记。"),
    ),
    "E-SITE-11": entry(
        Status.DATA_LOSS,
        5,
        Who.LEAD,
        ("The study plan that arrived belongs to another study than {study}.", "Nothing was accepted. Call the lead hospital."),
        ("收到的研究方案不属于研究 {study}。", "未接受任何内容。请致电牵头医院。"),
    ),
    "E-SITE-12": entry(
        Status.PERMISSION_DENIED,
        5,
        Who.LEAD,
        (
            "The study's list of hospitals names {site}, but with a key that is not yours.",
            "Do not join. Call the lead hospital on a number that you know: somebody may have swapped keys.",
        ),
        ("研究的医院名单中有 {site}，但其密钥不是您的。", "请勿加入。请用您已知的号码致电牵头医院：密钥可能被调换。"),
    ),
    "E-SITE-13": entry(
        Status.PERMISSION_DENIED,
        6,
        Who.LEAD,
        (
            "The study's list of hospitals does not name your site {site}.",
            "Ask the lead hospital to approve your site and to publish the study again.",
        ),
        ("研究的医院名单中没有贵院 {site}。", "请联系牵头医院批准贵院并重新发布研究。"),
    ),
    "E-SITE-14": entry(
        Status.FAILED_PRECONDITION,
        3,
        Who.LEAD,
        (
            "The lead hospital has not published the study {study} yet.",
            "Wait; the plan appears here by itself once your site is approved and the study is published.",
        ),
        ("牵头医院尚未发布研究 {study}。", "请稍候；贵院获批且研究发布后，方案会自动显示在此处。"),
    ),
    "E-SITE-15": entry(
        Status.PERMISSION_DENIED,
        5,
        Who.LEAD,
        (
            "The study plan is signed with another key than the one in your invitation.",
            "Do not join. Call the lead hospital on a number that you know.",
        ),
        ("研究方案的签名密钥与邀请函中的不一致。", "请勿加入。请用您已知的号码致电牵头医院。"),
    ),
    "E-SITE-16": entry(
        Status.FAILED_PRECONDITION,
        8,
        Who.YOU,
        (
            "The data set does not fit the study {name}: {problems}",
            "Open Data and Study to see which columns are missing, or ask your data manager for an export with them.",
        ),
        ("数据集不符合研究 {name} 的要求：{problems}", "请在“数据”和“研究”页面查看缺少的列，或请数据管理员导出包含这些列的数据。"),
    ),
    "E-SITE-17": entry(
        Status.NOT_FOUND,
        2,
        Who.YOU,
        ("There is no data set called {name} here.", "See the list with: wardround site data list"),
        ("这里没有名为 {name} 的数据集。", "请用以下命令查看列表：wardround site data list"),
    ),
    "E-SITE-18": entry(
        Status.FAILED_PRECONDITION,
        3,
        Who.YOU,
        ("There are no results for {study} yet.", "They appear after the first round."),
        ("{study} 还没有结果。", "第一轮结束后会显示结果。"),
    ),
    "E-SITE-24": entry(
        Status.FAILED_PRECONDITION,
        8,
        Who.YOU,
        (
            "The study {study} was joined with this data set: how its columns are read is fixed now.",
            "Leave the study and join again, or use another data set.",
        ),
        ("已用此数据集加入研究 {study}：列的读取方式现已固定。", "请退出研究后重新加入，或使用其他数据集。"),
    ),
    "E-SITE-19": entry(
        Status.INVALID_ARGUMENT,
        2,
        Who.YOU,
        (
            "Test files must be given for every site or for none; these are on one side only: {sites}.",
            "Give --test for each --site, with the same names.",
        ),
        ("测试文件必须为所有站点提供，或都不提供；以下站点只出现在一侧：{sites}。", "请为每个 --site 提供同名的 --test。"),
    ),
    "E-SITE-20": entry(
        Status.ALREADY_EXISTS,
        2,
        Who.YOU,
        ("The folder {path} holds something else than this demo.", "Choose an empty folder, or remove that one first."),
        ("文件夹 {path} 中已有其他内容，不是本次演示。", "请选择空文件夹，或先删除该文件夹。"),
    ),
    "E-SITE-21": entry(
        Status.INVALID_ARGUMENT,
        2,
        Who.YOU,
        ("The demo has records for {least} to {most} sites.", "Choose a number in between."),
        ("演示数据支持 {least} 到 {most} 个站点。", "请选择该范围内的数量。"),
    ),
    "E-SITE-22": entry(
        Status.INTERNAL,
        1,
        Who.DEVELOPERS,
        (
            "The demo's process {name} ended by itself (exit code {status}): {words}",
            "The demo's logs say more; they lie in its folder under logs.",
        ),
        ("演示进程 {name} 自行退出（退出码 {status}）：{words}", "详情见演示文件夹下 logs 中的日志。"),
    ),
    "E-SITE-23": entry(
        Status.UNAVAILABLE,
        1,
        Who.YOU,
        (
            "The demo's pretend hospitals did not get ready within {seconds} seconds.",
            "Close other programs and try again; the demo goes on where it was.",
        ),
        ("演示的模拟医院未能在 {seconds} 秒内就绪。", "请关闭其他程序后重试；演示将从中断处继续。"),
    ),
}
