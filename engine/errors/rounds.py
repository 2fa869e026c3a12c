# SPDX-License-Identifier: Apache-2.0
"""ROUND, UPDATE, COORD: the coordinator, its rounds and what sites send."""

from __future__ import annotations

from engine.errors.entry import Entry, Status, Who, entry

ENTRIES: dict[str, Entry] = {
    # --- ROUND: a site and its study
    "E-ROUND-01": entry(
        Status.NOT_FOUND,
        6,
        Who.LEAD,
        ("This hospital is not invited to the study {study}.", "Ask the lead hospital to invite it."),
        ("本院未被邀请参加研究 {study}。", "请联系牵头医院发出邀请。"),
    ),
    "E-ROUND-02": entry(
        Status.FAILED_PRECONDITION,
        1,
        Who.YOU,
        (
            "The study {study} went on without this answer (round {round}, {phase}, attempt {attempt}).",
            "Nothing needs to be done: Wardround asks for the next task.",
        ),
        ("研究 {study} 已在没有该应答的情况下继续（第 {round} 轮，{phase}，第 {attempt} 次）。", "无需处理：Wardround 会请求下一个任务。"),
    ),
    "E-ROUND-03": entry(
        Status.FAILED_PRECONDITION,
        6,
        Who.YOU,
        ("The plan or the list of hospitals of {study} has changed since it was approved here.", "Read the new plan and approve it again."),
        ("自本院批准以来，研究 {study} 的方案或医院名单已更改。", "请阅读新方案并重新批准。"),
    ),
    "E-ROUND-04": entry(
        Status.FAILED_PRECONDITION,
        6,
        Who.LEAD,
        (
            "The study {study} is not published for this hospital yet.",
            "Wait until the lead hospital has compared your check words and published the plan.",
        ),
        ("研究 {study} 尚未对本院发布。", "请等待牵头医院核对校验词并发布方案。"),
    ),
    "E-ROUND-05": entry(
        Status.FAILED_PRECONDITION,
        6,
        Who.YOU,
        (
            "This hospital takes no part in the rounds of {study}: it has left, or joined after the start.",
            "Ask the lead hospital if it should.",
        ),
        ("本院不参与研究 {study} 的训练轮次：已退出，或在开始后才加入。", "如应参与，请联系牵头医院。"),
    ),
    "E-ROUND-06": entry(
        Status.FAILED_PRECONDITION,
        4,
        Who.LEAD,
        (
            "The study {study} was stopped: {have} hospitals remain, its plan asks for at least {need}.",
            "What was published so far stays. The lead hospital may plan a new study with the remaining hospitals.",
        ),
        ("研究 {study} 已停止：剩余 {have} 家医院，方案要求至少 {need} 家。", "已发布的结果仍然保留。牵头医院可与其余医院另行规划研究。"),
    ),
    "E-ROUND-07": entry(
        Status.FAILED_PRECONDITION,
        4,
        Who.LEAD,
        ("The study {study} was stopped by the lead hospital.", "What was published so far stays."),
        ("研究 {study} 已被牵头医院停止。", "已发布的结果仍然保留。"),
    ),
    "E-ROUND-08": entry(
        Status.NOT_FOUND,
        1,
        Who.YOU,
        (
            "Model {version} of {study} is not kept any more, or was never published.",
            "Nothing needs to be done: Wardround asks for the newest one.",
        ),
        ("研究 {study} 的第 {version} 版模型已不再保留，或从未发布。", "无需处理：Wardround 会请求最新版本。"),
    ),
    "E-ROUND-09": entry(
        Status.FAILED_PRECONDITION,
        6,
        Who.LEAD,
        (
            "The coordinator asks for something that the approved plan of {study} does not hold: {reason}. Nothing was sent.",
            "Do not go on before the lead hospital has explained it; telephone, do not write. Then start the study again.",
        ),
        (
            "协调器提出了研究 {study} 的已批准方案中没有的要求：{reason}。没有发送任何内容。",
            "在牵头医院作出解释之前请勿继续；请致电，不要写信。之后可重新开始该研究。",
        ),
    ),
    "E-ROUND-10": entry(
        Status.ALREADY_EXISTS,
        6,
        Who.LEAD,
        (
            "A study with the id {study} is known here from another lead hospital, {lead}; it stays as it is.",
            "Ask the hospital that invited you now to give its study another id.",
        ),
        ("本院已从另一家牵头医院 {lead} 得知编号为 {study} 的研究；该研究保持不变。", "请刚才发出邀请的医院为其研究使用其他编号。"),
    ),
    "E-ROUND-11": entry(
        Status.FAILED_PRECONDITION,
        6,
        Who.LEAD,
        (
            "Round {round} is held: {failed} hospitals could not answer ({codes}), and fewer than {need} are left. Nothing was lost.",
            "`wardround coordinator status` says which hospital met what. When that is mended, `wardround coordinator resume` asks them "
            "again. If the training itself fails everywhere, as with a learning rate that is too high, stop the study and publish a "
            "changed plan under another id.",
        ),
        (
            "第 {round} 轮已暂停：{failed} 家医院无法应答（{codes}），剩余医院不足 {need} 家。没有丢失任何内容。",
            "运行 `wardround coordinator status` 可查看各医院遇到的问题。解决之后，运行 `wardround coordinator resume` 会再次请求这些医院。"
            "如果训练在各院都失败（例如学习率过高），请停止该研究，修改方案后以新的编号重新发布。",
        ),
    ),
    # --- UPDATE: one payload
    "E-UPDATE-01": entry(
        Status.INVALID_ARGUMENT,
        1,
        Who.DEVELOPERS,
        (
            "The answer of {site} has {found} bytes; {expected} are expected.",
            "Nothing was taken. Install the same version of Wardround on both sides; if that does not help, tell the developers.",
        ),
        (
            "{site} 的应答为 {found} 字节，应为 {expected} 字节。",
            "没有接收任何内容。请在双方安装相同版本的 Wardround；如仍有问题，请告知开发人员。",
        ),
    ),
    "E-UPDATE-02": entry(
        Status.ALREADY_EXISTS,
        1,
        Who.YOU,
        (
            "{site} has answered round {round} ({phase}) already, with other content.",
            "The first answer counts. If two computers use this hospital's identity, stop one and tell the lead hospital.",
        ),
        (
            "{site} 已用不同内容应答过第 {round} 轮（{phase}）。",
            "以第一次应答为准。如果有两台计算机使用本院身份，请停用一台并告知牵头医院。",
        ),
    ),
    "E-UPDATE-03": entry(
        Status.DATA_LOSS,
        1,
        Who.YOU,
        (
            "What arrived from {site} is not what was announced: the hash differs.",
            "It was not used. Wardround sends it again from the beginning.",
        ),
        ("从 {site} 收到的内容与声明不符：哈希值不同。", "该内容未被使用。Wardround 会从头重新发送。"),
    ),
    "E-UPDATE-04": entry(
        Status.INVALID_ARGUMENT,
        4,
        Who.LEAD,
        (
            "The update of {site} weighs {found}; by its own count of rows it has to weigh {expected}.",
            "It was not used. Ask the hospital whether its records have changed since the study began; if it cannot say, revoke it.",
        ),
        (
            "{site} 的更新权重为 {found}；按其自报的行数应为 {expected}。",
            "该更新未被使用。请询问该医院其记录自研究开始以来是否有变动；如无法说明，请将其吊销。",
        ),
    ),
    # --- COORD: the lead's commands
    "E-ROUND-20": entry(
        Status.UNAVAILABLE,
        3,
        Who.HOSPITAL_IT,
        (
            "The hospital {site} takes part and has not been heard of for {minutes} min.",
            "Ask its staff to look whether Wardround runs there and to start it again (wardround site run, or the window): "
            "it goes on where it was, and nothing is lost.",
        ),
        (
            "参与研究的医院 {site} 已有 {minutes} 分钟没有联系。",
            "请让该院人员检查 Wardround 是否在运行，并重新启动（wardround site run，或打开窗口）：它会从中断处继续，不会丢失任何内容。",
        ),
    ),
    "E-COORD-01": entry(
        Status.ALREADY_EXISTS,
        8,
        Who.LEAD,
        ("There is a coordinator in {path} already.", "Choose another folder; an existing coordinator is never overwritten."),
        ("{path} 中已有协调器。", "请选择其他文件夹；现有协调器不会被覆盖。"),
    ),
    "E-COORD-02": entry(
        Status.NOT_FOUND,
        8,
        Who.LEAD,
        ("There is no coordinator in {path}.", "Name its folder with -C, or make one with: wardround coordinator init"),
        ("{path} 中没有协调器。", "请用 -C 指定其文件夹，或用以下命令新建：wardround coordinator init"),
    ),
    "E-COORD-03": entry(
        Status.INVALID_ARGUMENT,
        8,
        Who.LEAD,
        ("{path} cannot be used: {reason}.", "Mend the file; coordinator init shows in a new folder what one looks like."),
        ("无法使用 {path}：{reason}。", "请修正该文件；可在新文件夹中运行 coordinator init 查看其格式。"),
    ),
    "E-COORD-04": entry(
        Status.ALREADY_EXISTS,
        8,
        Who.LEAD,
        (
            "The study {study} exists already, and is published or has another plan.",
            "Give the new plan another id; a published plan is never changed.",
        ),
        ("研究 {study} 已存在，且已发布或方案不同。", "请为新方案使用其他编号；已发布的方案不会更改。"),
    ),
    "E-COORD-05": entry(
        Status.NOT_FOUND,
        2,
        Who.LEAD,
        ("There is no study {study} here.", "The studies here: {known}. Add one with: wardround coordinator study add FILE"),
        ("此处没有研究 {study}。", "现有研究：{known}。可用以下命令添加：wardround coordinator study add 文件"),
    ),
    "E-COORD-06": entry(
        Status.NOT_FOUND,
        2,
        Who.LEAD,
        ("There is no site {site} here.", "The sites here: {known}. Invite one with: wardround coordinator invite"),
        ("此处没有站点 {site}。", "现有站点：{known}。可用以下命令邀请：wardround coordinator invite"),
    ),
    "E-COORD-07": entry(
        Status.FAILED_PRECONDITION,
        1,
        Who.LEAD,
        (
            "{site} cannot be approved: it has not used its invitation yet.",
            "Approve a site after it has enrolled and you have compared its check words by phone.",
        ),
        ("无法批准 {site}：该站点尚未使用邀请。", "请在站点登记并通过电话核对校验词之后再批准。"),
    ),
    "E-COORD-23": entry(
        Status.FAILED_PRECONDITION,
        1,
        Who.LEAD,
        (
            "{site} cannot be approved: you have shut it out, and its certificate stays so.",
            "To let this hospital in again, send it a new invitation: wardround coordinator invite {site}",
        ),
        ("无法批准 {site}：您已将其移出，其证书不再有效。", "如要让该医院重新加入，请发出新的邀请：wardround coordinator invite {site}"),
    ),
    "E-COORD-08": entry(
        Status.FAILED_PRECONDITION,
        1,
        Who.LEAD,
        (
            "The study {study} cannot be published: {have} approved hospitals, its plan asks for at least {need}.",
            "Invite and approve more hospitals first.",
        ),
        ("无法发布研究 {study}：已批准 {have} 家医院，方案要求至少 {need} 家。", "请先邀请并批准更多医院。"),
    ),
    "E-COORD-09": entry(
        Status.FAILED_PRECONDITION,
        1,
        Who.LEAD,
        ("The study {study} has begun; its plan and its hospitals are fixed.", "For other hospitals, add a study with another id."),
        ("研究 {study} 已开始；方案和医院名单已固定。", "如需其他医院参加，请用其他编号新建研究。"),
    ),
    "E-COORD-10": entry(
        Status.FAILED_PRECONDITION,
        1,
        Who.LEAD,
        (
            "The study {study} is still a draft: no hospital can join it yet.",
            "Approve its hospitals, then publish it: wardround coordinator study publish",
        ),
        ("研究 {study} 仍是草稿，医院还不能加入。", "请先批准参与的医院，然后发布：wardround coordinator study publish"),
    ),
    "E-COORD-20": entry(
        Status.FAILED_PRECONDITION,
        1,
        Who.LEAD,
        ("The study {study} has not begun.", "Begin it when its hospitals have joined: wardround coordinator start"),
        ("研究 {study} 尚未开始。", "请在医院加入后启动：wardround coordinator start"),
    ),
    "E-COORD-21": entry(
        Status.FAILED_PRECONDITION,
        1,
        Who.LEAD,
        ("The study {study} has begun already and is paused.", "To go on: wardround coordinator resume"),
        ("研究 {study} 已经开始，目前暂停。", "如要继续：wardround coordinator resume"),
    ),
    "E-COORD-22": entry(
        Status.FAILED_PRECONDITION,
        1,
        Who.LEAD,
        ("The study {study} is over.", "What was published stays; take it away with: wardround coordinator export --to DIR"),
        ("研究 {study} 已经结束。", "已发布的内容仍保留，可用以下命令导出：wardround coordinator export --to 文件夹"),
    ),
    "E-COORD-11": entry(
        Status.FAILED_PRECONDITION,
        1,
        Who.LEAD,
        (
            "The study {study} cannot start yet: {have} hospitals have joined, its plan asks for at least {need}.",
            "Wait until more hospitals have approved the plan.",
        ),
        ("研究 {study} 尚不能开始：已有 {have} 家医院加入，方案要求至少 {need} 家。", "请等待更多医院批准方案。"),
    ),
    "E-COORD-12": entry(
        Status.INVALID_ARGUMENT,
        2,
        Who.LEAD,
        ("{name} is not a name for a {what}.", "Use 1 to {most} small letters, digits and hyphens."),
        ("{name} 不能用作{what}名称。", "请使用 1 到 {most} 个小写字母、数字和连字符。"),
    ),
    "E-COORD-13": entry(
        Status.FAILED_PRECONDITION,
        1,
        Who.LEAD,
        ("The site {site} is enrolled already, with another key.", "If its computer was replaced, revoke it first, then invite it again."),
        ("站点 {site} 已用其他密钥登记。", "如果其计算机已更换，请先吊销，再重新邀请。"),
    ),
    "E-COORD-14": entry(
        Status.FAILED_PRECONDITION,
        1,
        Who.LEAD,
        ("The study {study} has published no round yet; there is nothing to export.", "Export it when the first round is published."),
        ("研究 {study} 尚未发布任何轮次，没有可导出的内容。", "请在第一轮发布后再导出。"),
    ),
    "E-COORD-16": entry(
        Status.FAILED_PRECONDITION,
        1,
        Who.LEAD,
        ("Another process serves the coordinator in {path} already.", "Stop that one first; one coordinator is served by one process."),
        ("已有其他进程在运行 {path} 中的协调器。", "请先停止该进程；一个协调器只能由一个进程运行。"),
    ),
    "E-COORD-15": entry(
        Status.ALREADY_EXISTS,
        2,
        Who.LEAD,
        ("The folder {path} is not empty.", "Choose a new folder; nothing is overwritten."),
        ("文件夹 {path} 不是空的。", "请选择新文件夹；不会覆盖任何内容。"),
    ),
}
