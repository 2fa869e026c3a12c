# SPDX-License-Identifier: Apache-2.0
"""DP: differential privacy, its accountant and its ledger."""

from __future__ import annotations

from engine.errors.entry import Entry, Status, Who, entry

ENTRIES: dict[str, Entry] = {
    "E-DP-01": entry(
        Status.FAILED_PRECONDITION,
        8,
        Who.LEAD,
        (
            "No amount of noise keeps this study within ε = {epsilon} (δ = {delta}).",
            "Allow a larger ε, ask for fewer rounds, or a smaller share of patients in each step.",
        ),
        ("无论加入多少噪声，本研究都无法保持在 ε = {epsilon}（δ = {delta}）以内。", "请放宽 ε、减少轮数，或降低每步抽取的患者比例。"),
    ),
    "E-DP-02": entry(
        Status.FAILED_PRECONDITION,
        8,
        Who.DEVELOPERS,
        (
            "Nothing was sent: a vector of {study} was about to leave that the privacy ledger does not know as protected.",
            "This is a mistake of the program. Please send its technical log to support; your records did not leave.",
        ),
        (
            "未发送任何内容：{study} 有一个向量即将离开，而隐私账本中没有其受保护的记录。",
            "这是程序错误。请将技术日志发送给技术支持；您的记录没有离开本机。",
        ),
    ),
    "E-DP-03": entry(
        Status.FAILED_PRECONDITION,
        8,
        Who.DEVELOPERS,
        (
            "Nothing was sent: the noise for {study} came from a seed that others could repeat, as in a simulation.",
            "Take part without a noise seed; seeds are for simulations only.",
        ),
        ("未发送任何内容：{study} 的噪声来自他人可以重现的种子（如模拟中所用）。", "请不使用噪声种子参加研究；种子仅用于模拟。"),
    ),
    "E-DP-04": entry(
        Status.FAILED_PRECONDITION,
        8,
        Who.LEAD,
        (
            "Nothing was sent: {study} asks for more than was reserved in this hospital's privacy ledger.",
            "What a plan may charge is reserved once and never given back. The lead can end the study or start another one.",
        ),
        (
            "未发送任何内容：{study} 要求的内容超出了本院隐私账本中预留的额度。",
            "研究方案可计入的额度只预留一次，且不可退回。牵头医院可以结束该研究或另行发起新的研究。",
        ),
    ),
    "E-DP-05": entry(
        Status.DATA_LOSS,
        8,
        Who.HOSPITAL_IT,
        (
            "The privacy ledger was changed: its entry {entry} does not follow from the one before.",
            "Nothing more is sent. Restore the newest backup of this home, and tell the lead hospital.",
        ),
        ("隐私账本已被改动：第 {entry} 条记录与前一条不相符。", "不再发送任何内容。请恢复该目录的最新备份，并告知牵头医院。"),
    ),
    "E-DP-06": entry(
        Status.FAILED_PRECONDITION,
        8,
        Who.LEAD,
        (
            "Round {round} of {study} is asked for a second time, after its answer was published or lost.",
            "A second answer would cost the patients' privacy a second time, so none is given. The lead can end the study.",
        ),
        (
            "{study} 的第 {round} 轮在其答复已公布或丢失之后再次被要求提供。",
            "第二次答复会再次消耗患者的隐私额度，因此不予提供。牵头医院可以结束该研究。",
        ),
    ),
    "E-DP-10": entry(
        Status.FAILED_PRECONDITION,
        8,
        Who.YOU,
        (
            "This hospital takes part only in studies that protect each patient by noise; {study} does not (privacy.mechanism = {mechanism}).",
            "Ask the lead for another plan, or have privacy.demanded changed in the settings by those who decide about it.",
        ),
        (
            "本院只参加以噪声保护每位患者的研究；{study} 没有这样做（privacy.mechanism = {mechanism}）。",
            "请向牵头医院索取其他方案，或由有权决定者更改设置 privacy.demanded。",
        ),
    ),
    "E-DP-11": entry(
        Status.FAILED_PRECONDITION,
        8,
        Who.LEAD,
        (
            "δ = {delta} of {study} is too large for a hospital with {patients} patients: it must be at most one in {patients}.",
            "Write a smaller delta into the [privacy] section of the plan.",
        ),
        (
            "{study} 的 δ = {delta} 对于有 {patients} 名患者的医院过大：最多为 {patients} 分之一。",
            "请在方案的 [privacy] 部分写入更小的 delta。",
        ),
    ),
    "E-DP-12": entry(
        Status.FAILED_PRECONDITION,
        8,
        Who.YOU,
        (
            "{study} may charge ε = {epsilon} to a patient; this hospital allows {most}.",
            "Ask the lead for a plan with a smaller epsilon, or have privacy.most changed in the settings by those who decide about it.",
        ),
        (
            "{study} 可对每位患者计入 ε = {epsilon}；本院最多允许 {most}。",
            "请向牵头医院索取 epsilon 更小的方案，或由有权决定者更改设置 privacy.most。",
        ),
    ),
    "E-DP-13": entry(
        Status.FAILED_PRECONDITION,
        8,
        Who.YOU,
        (
            "With {study}, all studies together would charge ε = {epsilon} to some patient; this hospital allows {most}.",
            "What was spent cannot be given back. Take part with other patients, or have privacy.most changed by those who decide about it.",
        ),
        (
            "加上 {study}，所有研究合计会对某位患者计入 ε = {epsilon}；本院最多允许 {most}。",
            "已消耗的额度无法退回。请使用其他患者的数据参加，或由有权决定者更改设置 privacy.most。",
        ),
    ),
    "E-DP-20": entry(
        Status.INVALID_ARGUMENT,
        8,
        Who.LEAD,
        ("{where}: {key} says nothing where privacy.mechanism = {mechanism}.", "Leave it out, or name the mechanism that it belongs to."),
        ("{where}：privacy.mechanism = {mechanism} 时，{key} 没有意义。", "请删去它，或写明它所属的机制。"),
    ),
    "E-DP-21": entry(
        Status.INVALID_ARGUMENT,
        8,
        Who.LEAD,
        ("{where}: {key} is neither true nor false.", "Write true or false, without quotation marks."),
        ("{where}：{key} 既不是 true 也不是 false。", "请写 true 或 false，不加引号。"),
    ),
    "E-DP-22": entry(
        Status.INVALID_ARGUMENT,
        8,
        Who.LEAD,
        (
            "{study} has no patient id: {mechanism} could only protect single rows, and one patient may have several.",
            'Add a variable with role = "patient-id", or declare one_row_per_patient = true in [privacy] if no patient has two rows.',
        ),
        (
            "{study} 没有患者编号：{mechanism} 只能保护单行，而一名患者可能有多行。",
            '请添加 role = "patient-id" 的变量；如果没有患者占两行，请在 [privacy] 中声明 one_row_per_patient = true。',
        ),
    ),
    "E-DP-24": entry(
        Status.INVALID_ARGUMENT,
        8,
        Who.LEAD,
        (
            "{study}: evaluation.patience ends a study by its validation loss, which is mostly noise with privacy.mechanism = {mechanism}.",
            "Leave patience out, and set rounds.count to what you want to spend: fewer rounds need less noise.",
        ),
        (
            "{study}：evaluation.patience 依据验证损失提前结束研究，而在 privacy.mechanism = {mechanism} 时该损失大多是噪声。",
            "请删去 patience，并把 rounds.count 设为您愿意花费的轮数：轮数越少，所需噪声越小。",
        ),
    ),
    "E-DP-23": entry(
        Status.UNIMPLEMENTED,
        8,
        Who.LEAD,
        (
            "{study}: this version does not account for privacy.mechanism = {mechanism} with aggregation.strategy = {strategy}.",
            "Choose fedavg, or another mechanism.",
        ),
        (
            "{study}：本版本无法核算 privacy.mechanism = {mechanism} 与 aggregation.strategy = {strategy} 的组合。",
            "请选择 fedavg，或更换机制。",
        ),
    ),
}
