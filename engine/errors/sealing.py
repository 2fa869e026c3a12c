# SPDX-License-Identifier: Apache-2.0
"""SEAL: sums that nobody but their sum can be read of."""

from __future__ import annotations

from engine.errors.entry import Entry, Status, Who, entry

ENTRIES: dict[str, Entry] = {
    # --- what a hospital refuses
    "E-SEAL-01": entry(
        Status.PERMISSION_DENIED,
        5,
        Who.LEAD,
        (
            "The keys that came in the name of {site} are not those of the hospital in the approved plan. Nothing was sealed with them.",
            "Somebody between the hospitals may be trying to read their sums. Telephone the lead hospital and {site} and compare check words.",
        ),
        (
            "以 {site} 名义收到的密钥不属于已批准方案中的该医院。未使用这些密钥加密任何内容。",
            "可能有人试图在医院之间读取求和数据。请致电牵头医院和 {site} 并核对校验词。",
        ),
    ),
    "E-SEAL-02": entry(
        Status.FAILED_PRECONDITION,
        5,
        Who.LEAD,
        (
            "The coordinator gave other facts for the same sealed sum of round {round} than before: {reason}. Nothing was sent for the second.",
            "Nothing has to be done here: the sum is asked for anew. If this comes again, telephone the lead hospital.",
        ),
        (
            "协调器为第 {round} 轮的同一加密求和给出了与之前不同的内容：{reason}。未为后一次发送任何内容。",
            "本院无需处理：会重新请求该求和。如再次出现，请致电牵头医院。",
        ),
    ),
    "E-SEAL-03": entry(
        Status.INVALID_ARGUMENT,
        5,
        Who.LEAD,
        (
            "The shares that came from {site} were changed on their way, or are of another sum. This hospital does not go on with them.",
            "The sum is asked for anew. If this comes again, the lead hospital should look into what {site} and its own coordinator run.",
        ),
        (
            "来自 {site} 的份额在途中被更改，或属于另一次求和。本院不会继续使用。",
            "会重新请求该求和。如再次出现，牵头医院应检查 {site} 及自身协调器所运行的程序。",
        ),
    ),
    "E-SEAL-04": entry(
        Status.FAILED_PRECONDITION,
        4,
        Who.LEAD,
        (
            "A sum over {have} hospitals is not opened: it takes at least {need}.",
            "Wait until more hospitals are back. With three hospitals none may be missing; with four or more some may.",
        ),
        (
            "仅有 {have} 家医院的求和不会被打开：至少需要 {need} 家。",
            "请等待更多医院恢复。三家医院时不能缺少任何一家；四家及以上时可以缺少部分医院。",
        ),
    ),
    "E-SEAL-05": entry(
        Status.FAILED_PRECONDITION,
        4,
        Who.LEAD,
        (
            "The sum of round {round} ({phase}) was opened here for a set of hospitals already; this hospital does not help to open it for another one.",
            "Wait until the same hospitals are back, or let the lead hospital end the study.",
        ),
        (
            "第 {round} 轮（{phase}）的求和已在本院为一组医院打开过；本院不会协助为另一组医院打开。",
            "请等待相同的医院恢复，或由牵头医院结束研究。",
        ),
    ),
    "E-SEAL-06": entry(
        Status.FAILED_PRECONDITION,
        4,
        Who.LEAD,
        (
            "The sum over these hospitals would differ from one opened before by {site} alone: the difference would show what that hospital sent.",
            "Wait until {site} is back. The study goes on by itself then. A hospital may decide otherwise in its settings (privacy.refuse_one_apart).",
        ),
        (
            "这些医院的求和与之前打开过的求和只差 {site} 一家：差值会暴露该医院发送的内容。",
            "请等待 {site} 恢复，届时研究会自动继续。医院可在其设置中另作决定（privacy.refuse_one_apart）。",
        ),
    ),
    "E-SEAL-07": entry(
        Status.PERMISSION_DENIED,
        5,
        Who.LEAD,
        (
            "{site} did not sign the same list of hospitals as this one. This hospital gives nothing to open the sum.",
            "The coordinator tells different hospitals different things. Telephone the lead hospital before you go on.",
        ),
        (
            "{site} 签署的医院名单与本院的不一致。本院不提供任何用于打开求和的内容。",
            "协调器向不同医院提供了不同的信息。继续之前请致电牵头医院。",
        ),
    ),
    # --- what the coordinator finds
    "E-SEAL-08": entry(
        Status.ABORTED,
        4,
        Who.LEAD,
        (
            "The sum cannot be opened: the shares of what {site} sealed with do not fit together.",
            "A hospital gave wrong shares. Resume the study to ask for the sum anew; if it comes again, ask the hospitals which version they run.",
        ),
        (
            "无法打开求和：{site} 加密所用密钥的份额不能拼合。",
            "有医院提供了错误的份额。请恢复研究以重新请求求和；如再次出现，请询问各医院所用的版本。",
        ),
    ),
    "E-SEAL-09": entry(
        Status.ABORTED,
        4,
        Who.LEAD,
        (
            "The opened sum cannot be one of honest answers: a number in it is outside of every limit.",
            "One hospital sent something else than its plan says; sealed sums do not show which. Ask the hospitals which version they run.",
        ),
        (
            "打开的求和不可能来自如实的应答：其中有数值超出所有限值。",
            "有医院发送了方案以外的内容；加密求和不会显示是哪一家。请询问各医院所用的版本。",
        ),
    ),
    "E-SEAL-10": entry(
        Status.FAILED_PRECONDITION,
        4,
        Who.LEAD,
        (
            "The sum of round {round} ({phase}) cannot be opened: only {have} hospitals help to open it, it takes {need}. {reason}",
            "See what the hospitals report, then resume the study: the sum is asked for anew.",
        ),
        (
            "无法打开第 {round} 轮（{phase}）的求和：仅 {have} 家医院协助打开，需要 {need} 家。{reason}",
            "请查看各医院报告的问题，然后恢复研究：会重新请求该求和。",
        ),
    ),
    "E-SEAL-11": entry(
        Status.FAILED_PRECONDITION,
        6,
        Who.DEVELOPERS,
        (
            "Nothing was sent: it was sealed with masks that can be drawn again, as a rehearsal does, and this is a real study.",
            "Start the study again without a seed.",
        ),
        ("没有发送任何内容：它使用了可重现的掩码（仅用于演练），而这是真实的研究。", "请不带种子重新启动该研究。"),
    ),
    "E-SEAL-12": entry(
        Status.FAILED_PRECONDITION,
        1,
        Who.LEAD,
        (
            "The coordinator asks for a step of a sealed sum whose steps before this hospital did not see ({step} of round {round}).",
            "Nothing has to be done here: the sum is asked for anew.",
        ),
        ("协调器请求加密求和的某一步骤，但本院未参与之前的步骤（第 {round} 轮的 {step}）。", "本院无需处理：会重新请求该求和。"),
    ),
    "E-SEAL-13": entry(
        Status.INVALID_ARGUMENT,
        1,
        Who.DEVELOPERS,
        (
            "The answer of {site} to the step {step} has {found} bytes; {expected} are expected.",
            "Nothing was taken. Install the same version of Wardround on both sides; if that does not help, tell the developers.",
        ),
        (
            "{site} 对步骤 {step} 的应答为 {found} 字节，应为 {expected} 字节。",
            "没有接收任何内容。请在双方安装相同版本的 Wardround；如仍有问题，请告知开发人员。",
        ),
    ),
    # --- what a plan may not ask for
    "E-SEAL-14": entry(
        Status.INVALID_ARGUMENT,
        8,
        Who.LEAD,
        (
            "Study {study}: secagg.threshold is only for masked sums; secagg.method is {method}.",
            'Leave it out, or set secagg.method = "masking".',
        ),
        ("研究 {study}：secagg.threshold 仅用于掩码求和；当前 secagg.method 为 {method}。", '请删除该项，或设 secagg.method = "masking"。'),
    ),
    "E-SEAL-15": entry(
        Status.INVALID_ARGUMENT,
        8,
        Who.LEAD,
        (
            "Study {study}: nobody can check rounds.max_norm when sums are sealed by {method}: no single update is seen.",
            'Leave it out, or set secagg.method = "clear", which shows the lead each hospital\'s update.',
        ),
        (
            "研究 {study}：求和由 {method} 加密时，无人能检查 rounds.max_norm：看不到单家医院的更新。",
            '请删除该项，或设 secagg.method = "clear"（牵头医院将能看到每家医院的更新）。',
        ),
    ),
}
