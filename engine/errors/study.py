# SPDX-License-Identifier: Apache-2.0
"""STUDY, RULE: manifests, bundles, rosters and combinations that are refused."""

from __future__ import annotations

from engine.errors.entry import Entry, Status, Who, entry


def _lead(en: tuple[str, str], zh: tuple[str, str]) -> Entry:
    """A mistake in a manifest: its author mends it."""
    return entry(Status.INVALID_ARGUMENT, 8, Who.LEAD, en, zh)


def _bundle(en: tuple[str, str], zh: tuple[str, str]) -> Entry:
    """A signed study that must not be trusted."""
    return entry(Status.DATA_LOSS, 5, Who.LEAD, en, zh)


ENTRIES: dict[str, Entry] = {
    # --- STUDY 01-16: the manifest as text
    "E-STUDY-01": _lead(
        (
            "{where}: the study file is not valid TOML ({reason}).",
            "Mend this line: texts stand in quotes, lists in [ ], one key to a line.",
        ),
        ("{where}：研究文件不是有效的 TOML（{reason}）。", "请修改这一行：文本要加引号，列表用 [ ]，每行一个键。"),
    ),
    "E-STUDY-02": _lead(
        ("{where}: the key {key} is unknown.", 'Did you mean "{suggestion}"?'),
        ("{where}：未知的键 {key}。", "您是不是想写“{suggestion}”？"),
    ),
    "E-STUDY-03": _lead(
        ("{where}: the key {key} is unknown.", "Remove it, or use one of these: {known}."),
        ("{where}：未知的键 {key}。", "请删除它，或改用以下之一：{known}。"),
    ),
    "E-STUDY-04": _lead(
        ("{where}: {key} is missing.", "Add it to this section; `wardround study templates` lists ready examples."),
        ("{where}：缺少 {key}。", "请在该节中添加；用 `wardround study templates` 可查看现成示例。"),
    ),
    "E-STUDY-05": _lead(
        ("{where}: {key} must be a text.", 'Write it in quotes, for example "mmHg".'),
        ("{where}：{key} 必须是文本。", '请加上引号，例如 "mmHg"。'),
    ),
    "E-STUDY-06": _lead(
        ("{where}: {key} must be a whole number from {low} to {high}.", "Write it without quotes and without a decimal point."),
        ("{where}：{key} 必须是 {low} 到 {high} 之间的整数。", "请不要加引号，也不要带小数点。"),
    ),
    "E-STUDY-07": _lead(
        ("{where}: {key} must be a number from {low} to {high}.", "Write it without quotes, with a point for decimals."),
        ("{where}：{key} 必须是 {low} 到 {high} 之间的数字。", "请不要加引号，小数用点号表示。"),
    ),
    "E-STUDY-08": _lead(
        ("{where}: {key} must be a list of at most {most} texts.", 'Write it like this: ["first", "second"].'),
        ("{where}：{key} 必须是文本列表，最多 {most} 项。", '请这样写：["甲", "乙"]。'),
    ),
    "E-STUDY-09": _lead(
        (
            "{where}: {key} must be a section of keys and values.",
            "Write [study], [outcome], [model] … once, and [[variables]] once for each variable.",
        ),
        ("{where}：{key} 必须是由键和值组成的一节。", "[study]、[outcome]、[model] 等各写一次，每个变量写一次 [[variables]]。"),
    ),
    "E-STUDY-10": _lead(
        ("{where}: {key} must be a duration from {low} to {high} seconds.", 'Write it like "90s", "15min", "1h" or "2d".'),
        ("{where}：{key} 必须是 {low} 到 {high} 秒之间的时长。", '请写成 "90s"、"15min"、"1h" 或 "2d"。'),
    ),
    "E-STUDY-11": _lead(
        ('{where}: {key} is "{value}", which Wardround does not know.', "Use one of these: {known}."),
        ("{where}：{key} 的值“{value}”无法识别。", "请改用以下之一：{known}。"),
    ),
    "E-STUDY-12": _lead(
        (
            '{where}: {key} is "{value}", which cannot be an id.',
            "Use small letters a-z, digits and hyphens inside, at most 60, for example preterm-birth-2026.",
        ),
        ("{where}：{key} 的值“{value}”不能用作编号。", "请只用小写字母 a-z、数字和中间的连字符，最多 60 个，例如 preterm-birth-2026。"),
    ),
    "E-STUDY-13": _lead(
        (
            "{where}: the text of {key} is empty, longer than {longest} characters, or holds invisible control characters.",
            "Shorten it or type it anew.",
        ),
        ("{where}：{key} 的文本为空、超过 {longest} 个字符，或含有不可见的控制字符。", "请缩短或重新输入。"),
    ),
    "E-STUDY-14": _lead(
        ("{where}: {key} must be a list of at most {most} whole numbers from {low} to {high}.", "Write it like this: [32, 16]."),
        ("{where}：{key} 必须是最多 {most} 个整数的列表，每个在 {low} 到 {high} 之间。", "请这样写：[32, 16]。"),
    ),
    "E-STUDY-15": _lead(
        ("{source} is not UTF-8 text.", 'Save it again with the encoding "UTF-8".'),
        ("{source} 不是 UTF-8 编码的文本。", "请用“UTF-8”编码重新保存。"),
    ),
    "E-STUDY-16": _lead(
        ("{source} is larger than {most} MB, which no study needs.", "Check that this is the study file and not a table of records."),
        ("{source} 超过 {most} MB，研究文件不会这么大。", "请确认这是研究文件，而不是病历数据表。"),
    ),
    "E-STUDY-17": _bundle(
        ("The study as received is not in its one true form.", "Do not use it; ask the lead hospital to send the study again."),
        ("收到的研究文件不是规范格式。", "请勿使用；请牵头医院重新发送研究。"),
    ),
    # --- STUDY 18-36: what the manifest says
    "E-STUDY-18": _lead(
        (
            "{where}: {key} has {count} categories, and needs at least {need} (a flag exactly two).",
            'Name them: categories = ["no", "yes"].',
        ),
        ("{where}：{key} 有 {count} 个类别，至少需要 {need} 个（flag 必须恰好两个）。", '请列出类别：categories = ["no", "yes"]。'),
    ),
    "E-STUDY-19": _lead(
        ('{where}: the outcome "{name}" is not among the variables.', "Name a variable of this file as the outcome, perhaps {known}."),
        ("{where}：结局“{name}”不在变量列表中。", "请在 [outcome] 中填写本文件里的变量，例如 {known}。"),
    ),
    "E-STUDY-20": _lead(
        ("{where}: {key} is {kind} and cannot have categories.", 'Remove categories and category_synonyms, or set kind = "category".'),
        ("{where}：{key} 的类型是 {kind}，不能有类别。", '请删除 categories 和 category_synonyms，或设 kind = "category"。'),
    ),
    "E-STUDY-21": _lead(
        ('{where}: in {key} the spelling "{spelling}" stands for two categories.', "Keep it for one of them."),
        ("{where}：在 {key} 中，写法“{spelling}”对应了两个类别。", "请只保留一个。"),
    ),
    "E-STUDY-22": _lead(
        (
            '{where}: in {key} the spelling "{spelling}" points to "{category}", which is not a category.',
            'Use one of {known}: "spelling" = "category".',
        ),
        ("{where}：在 {key} 中，写法“{spelling}”指向“{category}”，但它不是类别。", '请改用 {known} 之一，格式为 "写法" = "类别"。'),
    ),
    "E-STUDY-23": _lead(
        ("{where}: {key} must be two numbers, the smaller first.", "Write it like this: range = [50, 280]."),
        ("{where}：{key} 必须是两个数，较小的在前。", "请这样写：range = [50, 280]。"),
    ),
    "E-STUDY-24": _lead(
        (
            "{where}: {key} is text, which a model cannot learn from.",
            'Set kind to numeric, category, ordinal or flag, or role to "patient-id" or "ignore".',
        ),
        (
            "{where}：{key} 是文本，模型无法学习。",
            '请将 kind 设为 numeric、category、ordinal 或 flag，或将 role 设为 "patient-id" 或 "ignore"。',
        ),
    ),
    "E-STUDY-25": _lead(
        ("{where}: {key} names the patient and must be text, even when it is made of digits.", 'Set kind = "text".'),
        ("{where}：{key} 是患者编号，即使全是数字也必须是文本。", '请设 kind = "text"。'),
    ),
    "E-STUDY-26": _lead(
        ("{where}: {key} is only for numeric variables, and this one is {kind}.", 'Remove it, or set kind = "numeric".'),
        ("{where}：{key} 只用于数值变量，而该变量的类型是 {kind}。", '请删除它，或设 kind = "numeric"。'),
    ),
    "E-STUDY-27": _lead(
        (
            "{where}: {key} is the outcome of a classification and cannot be {kind}.",
            'Set kind = "category" (or "flag") and name its categories.',
        ),
        ("{where}：{key} 是分类任务的结局，类型不能是 {kind}。", '请设 kind = "category"（或 "flag"）并列出类别。'),
    ),
    "E-STUDY-28": _lead(
        (
            '{where}: the role of {key} does not fit [outcome], which names "{outcome}".',
            'Give role = "outcome" to that variable and to no other.',
        ),
        ("{where}：{key} 的 role 与 [outcome] 不符，后者指定的是“{outcome}”。", '请只把该变量的 role 设为 "outcome"。'),
    ),
    "E-STUDY-29": _lead(
        (
            '{where}: in {key} the code "{spelling}" means both "missing" and a category.',
            "Remove it from missing or from the categories and their spellings.",
        ),
        ("{where}：在 {key} 中，代码“{spelling}”既表示缺失又表示类别。", "请从 missing 或类别（及其写法）中删除它。"),
    ),
    "E-STUDY-30": _lead(
        (
            '{where}: "{name}" names both {first} and {second}.',
            "Each name and synonym may belong to one variable only; capitals and spaces do not make a difference.",
        ),
        ("{where}：“{name}”同时指 {first} 和 {second}。", "每个名称和同义词只能属于一个变量；大小写和空格不作区分。"),
    ),
    "E-STUDY-31": _lead(
        ("{where}: the study has no input variable to learn from.", "Add at least one [[variables]] section with the role input."),
        ("{where}：研究没有可供学习的输入变量。", "请至少添加一个 role 为 input 的 [[variables]]。"),
    ),
    "E-STUDY-32": _lead(
        ("{where}: both {first} and {second} are patient ids.", 'Keep one; set role = "ignore" for the other.'),
        ("{where}：{first} 和 {second} 都是患者编号。", '请保留一个，另一个设 role = "ignore"。'),
    ),
    "E-STUDY-33": _lead(
        (
            "{where}: {key} does not fit the model family {family}.",
            "An mlp needs at least one hidden layer, for example [32, 16]; a linear model has none: leave the key out.",
        ),
        ("{where}：{key} 与模型 {family} 不符。", "mlp 至少需要一个隐藏层，例如 [32, 16]；linear 没有隐藏层，请删除该键。"),
    ),
    "E-STUDY-34": _lead(
        ("{where}: {key} has no meaning for the optimizer {optimizer}.", 'Remove it, or set optimizer = "sgd".'),
        ("{where}：{key} 对优化器 {optimizer} 没有意义。", '请删除它，或设 optimizer = "sgd"。'),
    ),
    "E-STUDY-35": _lead(
        (
            "{where}: validation_share {validation} and test_share {test} leave too few patients to train on.",
            "Choose shares that together are at most 0.95; 0.15 and 0.2 are usual.",
        ),
        (
            "{where}：validation_share {validation} 与 test_share {test} 之后，可用于训练的患者太少。",
            "两者之和不要超过 0.95；通常取 0.15 和 0.2。",
        ),
    ),
    "E-STUDY-36": _lead(
        (
            "{where}: units of {key} needs a unit to convert to, which is not itself in the list.",
            'Write unit = "mmHg" and units = {{ kPa = 7.50062 }}: value in kPa × 7.50062 = value in mmHg.',
        ),
        (
            "{where}：{key} 的 units 需要有目标单位 unit，且不能包含该单位本身。",
            '请写 unit = "mmHg" 和 units = {{ kPa = 7.50062 }}：kPa 数值 × 7.50062 = mmHg 数值。',
        ),
    ),
    "E-STUDY-37": _lead(
        ('There is no template "{name}".', "Use one of these: {known}."),
        ("没有名为“{name}”的模板。", "请改用以下之一：{known}。"),
    ),
    # --- STUDY 40-47: roster and bundle
    "E-STUDY-40": _bundle(
        (
            "Hospital number {number} of the study's list has a malformed or repeated name, key or certificate.",
            "Do not join; ask the lead hospital to publish the study again.",
        ),
        ("研究名单中第 {number} 家医院的名称、密钥或证书格式错误或重复。", "请勿加入；请牵头医院重新发布研究。"),
    ),
    "E-STUDY-41": _bundle(
        ("The signature of the study is not the lead hospital's.", "Do not join; phone the lead hospital and tell them this code."),
        ("研究的签名不是牵头医院的签名。", "请勿加入；请致电牵头医院并告知此代码。"),
    ),
    "E-STUDY-42": _bundle(
        (
            "The signed study is damaged or was changed on its way.",
            "Do not use it; fetch it again, and tell the lead hospital if this happens twice.",
        ),
        ("已签名的研究文件损坏或在传输途中被改动。", "请勿使用；请重新获取，如再次发生请告知牵头医院。"),
    ),
    "E-STUDY-43": _lead(
        ("The signed study is larger than {most} MB.", "Ask the lead hospital for a study with fewer variables."),
        ("已签名的研究文件超过 {most} MB。", "请牵头医院减少研究的变量数量。"),
    ),
    "E-STUDY-44": entry(
        Status.FAILED_PRECONDITION,
        8,
        Who.HOSPITAL_IT,
        ("The study was signed by a newer version of Wardround (format {version}).", "Ask your IT to install the newer version here, too."),
        ("该研究由更新版本的 Wardround 签名（格式 {version}）。", "请信息科在本机也安装新版本。"),
    ),
    "E-STUDY-45": entry(
        Status.FAILED_PRECONDITION,
        8,
        Who.LEAD,
        (
            "The study lists {count} hospitals and needs at least {need}.",
            "Invite more hospitals before publishing, or lower rounds.min_sites in the study file.",
        ),
        ("研究名单中有 {count} 家医院，至少需要 {need} 家。", "请在发布前邀请更多医院，或降低研究文件中的 rounds.min_sites。"),
    ),
    "E-STUDY-46": _bundle(
        (
            "The study's model has {given} parameters, but its description gives {need}.",
            "Do not use it; ask the lead hospital to publish the study again.",
        ),
        ("研究模型有 {given} 个参数，而其描述应为 {need} 个。", "请勿使用；请牵头医院重新发布研究。"),
    ),
    # --- RULE: refused combinations
    "E-RULE-01": _lead(
        (
            '{where}: this version of Wardround cannot do {key} = "{value}".',
            "It can do: {known}. A study is never run without what it asks for.",
        ),
        ('{where}：此版本的 Wardround 不支持 {key} = "{value}"。', "目前支持：{known}。研究要求的功能不会被跳过。"),
    ),
    "E-RULE-02": _lead(
        (
            "{where}: this version of Wardround cannot do what {key} asks for.",
            "Remove it, or use a version that has it. A study is never run without what it asks for.",
        ),
        ("{where}：此版本的 Wardround 不支持 {key} 的要求。", "请删除它，或使用支持它的版本。研究要求的功能不会被跳过。"),
    ),
    "E-RULE-03": _lead(
        (
            "Study {study}: the strategy {strategy} must look at each hospital's update, and {method} hides them.",
            'Set aggregation.strategy = "fedavg", or secagg.method = "clear".',
        ),
        (
            "研究 {study}：策略 {strategy} 需要查看每家医院的更新，而 {method} 会将其隐藏。",
            '请设 aggregation.strategy = "fedavg"，或设 secagg.method = "clear"。',
        ),
    ),
    "E-RULE-04": _lead(
        (
            "Study {study}: with rounds.min_sites = {given}, sums sealed by {method} would hide nothing.",
            "Set rounds.min_sites to at least {least}.",
        ),
        ("研究 {study}：rounds.min_sites = {given} 时，{method} 的加密求和起不到隐藏作用。", "请将 rounds.min_sites 设为至少 {least}。"),
    ),
    "E-RULE-05": _lead(
        (
            "Study {study}: these numeric variables have no range, which sealed sums and noise need: {names}.",
            "Give each a range, for example range = [50, 280]; wide is better than narrow.",
        ),
        (
            "研究 {study}：以下数值变量没有 range，而加密求和与噪声需要它：{names}。",
            "请为每个变量填写范围，例如 range = [50, 280]；宁宽勿窄。",
        ),
    ),
    "E-RULE-06": _lead(
        (
            "Study {study}: the model would have {parameters} parameters; at most {most} are possible.",
            "Choose fewer or smaller hidden layers in [model].",
        ),
        ("研究 {study}：模型将有 {parameters} 个参数，最多允许 {most} 个。", "请在 [model] 中减少隐藏层或减小其规模。"),
    ),
    "E-RULE-07": _lead(
        (
            "Study {study}: layers of the model {family} mix patients, and {mechanism} must clip each patient's part alone.",
            'Choose another family, or another privacy.mechanism such as "update-noise".',
        ),
        (
            "研究 {study}：模型 {family} 的某些层会混合不同患者，而 {mechanism} 必须单独裁剪每位患者的部分。",
            '请更换模型，或更换 privacy.mechanism，例如 "update-noise"。',
        ),
    ),
    "E-RULE-30": _lead(
        (
            "Study {study}: the outcome has {classes} classes; the counts of at most {most} fit the coordinator's messages.",
            "Join classes that belong together, for example by the chapter of their code.",
        ),
        (
            "研究 {study}：结局有 {classes} 个类别；协调器的消息最多容纳 {most} 个类别的计数。",
            "请合并相近的类别，例如按编码的章节合并。",
        ),
    ),
    "E-RULE-31": _lead(
        (
            "Study {study}: the plan with its {variables} variables, or the sums over them, would take {need} KB in one message; "
            "at most {most} KB can travel.",
            "Leave out variables, and give numeric ones a range: those need the least room.",
        ),
        (
            "研究 {study}：含 {variables} 个变量的方案或其汇总数据在一条消息中需要 {need} KB，最多只能传输 {most} KB。",
            "请减少变量，并为数值变量填写 range：这样占用最少。",
        ),
    ),
}
