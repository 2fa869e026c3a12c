# SPDX-License-Identifier: Apache-2.0
"""VAULT, KEY: the encrypted vault and its keys."""

from __future__ import annotations

from engine.errors.entry import Entry, Status, Who, entry

ENTRIES: dict[str, Entry] = {
    # --- VAULT: the encrypted store
    "E-VAULT-01": entry(
        Status.UNAUTHENTICATED,
        5,
        Who.YOU,
        (
            "The store {path} does not open with this key, or it is damaged.",
            "Check that you opened the right home; if the file is damaged, restore it from a backup.",
        ),
        ("存储 {path} 无法用此密钥打开，或已损坏。", "请确认打开的是正确的主目录；如果文件损坏，请从备份恢复。"),
    ),
    "E-VAULT-02": entry(
        Status.FAILED_PRECONDITION,
        8,
        Who.HOSPITAL_IT,
        ("The store {path} was written by a newer version of Wardround.", "Install that version or a later one; nothing was changed."),
        ("存储 {path} 由更新版本的 Wardround 写入。", "请安装该版本或更高版本；没有任何更改。"),
    ),
    "E-VAULT-03": entry(
        Status.NOT_FOUND,
        5,
        Who.HOSPITAL_IT,
        (
            "The file of data set “{name}”, version {version}, is missing from the vault.",
            "Restore the vault folder from a backup, or import the records again.",
        ),
        ("保险库中缺少数据集“{name}”第 {version} 版的文件。", "请从备份恢复保险库文件夹，或重新导入记录。"),
    ),
    "E-VAULT-04": entry(
        Status.DATA_LOSS,
        5,
        Who.HOSPITAL_IT,
        (
            "The file of data set “{name}”, version {version}, is not the one that was stored: it was damaged, cut short or replaced.",
            "Do not use it. Restore the vault folder from a backup, or import the records again, and find out who changed it.",
        ),
        (
            "数据集“{name}”第 {version} 版的文件与存入时不一致：可能已损坏、被截断或被替换。",
            "请勿使用。请从备份恢复保险库文件夹或重新导入记录，并查明原因。",
        ),
    ),
    "E-VAULT-05": entry(
        Status.NOT_FOUND,
        8,
        Who.YOU,
        ("There is no data set {dataset} (or not that version).", "Look at the list of data sets and choose one of them."),
        ("没有数据集 {dataset}（或没有该版本）。", "请在数据集列表中选择。"),
    ),
    "E-VAULT-06": entry(
        Status.UNAUTHENTICATED,
        5,
        Who.HOSPITAL_IT,
        (
            "The key of version {version} of this data set does not open with this home's master key.",
            "The catalogue and the keys come from different homes: restore both from the same backup.",
        ),
        ("本主目录的主密钥无法打开该数据集第 {version} 版的密钥。", "目录和密钥来自不同的主目录：请从同一备份恢复两者。"),
    ),
    # --- KEY: the master key
    "E-KEY-01": entry(
        Status.FAILED_PRECONDITION,
        8,
        Who.YOU,
        ("This computer has no usable keyring, so the vault needs a passphrase.", "Choose a passphrase, or type the one you chose."),
        ("此计算机没有可用的密钥环，因此保险库需要口令。", "请设置口令，或输入已设置的口令。"),
    ),
    "E-KEY-02": entry(
        Status.INVALID_ARGUMENT,
        8,
        Who.YOU,
        (
            "The passphrase is too short: it needs at least {minimum} characters.",
            "Choose a longer one; several words are easy to remember.",
        ),
        ("口令太短：至少需要 {minimum} 个字符。", "请选择更长的口令；几个词组成的口令更容易记住。"),
    ),
    "E-KEY-03": entry(
        Status.UNAUTHENTICATED,
        6,
        Who.YOU,
        (
            "The passphrase is wrong.",
            "Try again; mind capital letters and the keyboard layout. If it is lost, use the words of the recovery sheet.",
        ),
        ("口令错误。", "请重试，并注意大小写和键盘布局。如果忘记口令，请使用恢复单上的单词。"),
    ),
    "E-KEY-04": entry(
        Status.UNAVAILABLE,
        6,
        Who.YOU,
        (
            "The keyring of this computer does not answer, or no longer holds the key of this vault.",
            "Log in to the desktop with your own account and unlock the keyring; if the key is lost, use the words of the recovery sheet.",
        ),
        (
            "此计算机的密钥环没有响应，或已不再保存此保险库的密钥。",
            "请用自己的账户登录桌面并解锁密钥环；如果密钥丢失，请使用恢复单上的单词。",
        ),
    ),
    "E-KEY-05": entry(
        Status.ALREADY_EXISTS,
        8,
        Who.YOU,
        ("{home} already has a master key.", "Open it instead of creating a new one."),
        ("{home} 已有主密钥。", "请直接打开，不要重新创建。"),
    ),
    "E-KEY-06": entry(
        Status.DATA_LOSS,
        5,
        Who.HOSPITAL_IT,
        ("The key file {file} is missing or damaged.", "Restore it from a backup; without it nothing in this home can be read."),
        ("密钥文件 {file} 缺失或已损坏。", "请从备份恢复；没有它就无法读取此主目录中的任何内容。"),
    ),
    "E-KEY-07": entry(
        Status.INVALID_ARGUMENT,
        6,
        Who.YOU,
        (
            "These {count} words do not open this vault (words not in the list: number {unknown}).",
            "Type the 24 words of this vault's recovery sheet, in order; compare each with the sheet.",
        ),
        (
            "这 {count} 个单词无法打开此保险库（不在词表中的单词序号：{unknown}）。",
            "请按顺序输入此保险库恢复单上的 24 个单词，并逐一核对。",
        ),
    ),
    "E-KEY-08": entry(
        Status.FAILED_PRECONDITION,
        8,
        Who.HOSPITAL_IT,
        ("The key file {file} was written by a newer version of Wardround.", "Install that version or a later one; nothing was changed."),
        ("密钥文件 {file} 由更新版本的 Wardround 写入。", "请安装该版本或更高版本；没有任何更改。"),
    ),
}
