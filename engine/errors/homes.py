# SPDX-License-Identifier: Apache-2.0
"""HOME: the folder of a coordinator or a site, and who else could have been there."""

from __future__ import annotations

from engine.errors.entry import Entry, Status, Who, entry

ENTRIES: dict[str, Entry] = {
    "E-HOME-01": entry(
        Status.FAILED_PRECONDITION,
        5,
        Who.HOSPITAL_IT,
        (
            "{path} is a link; nothing in the folder of a coordinator or a site may lead elsewhere.",
            "Find out who made it, delete it, and put the file or folder itself there; nothing was opened.",
        ),
        (
            "{path} 是一个链接；协调器或站点的文件夹中不允许有指向别处的链接。",
            "请查明由谁创建，将其删除并放回文件或文件夹本身；没有打开任何内容。",
        ),
    ),
    "E-HOME-02": entry(
        Status.PERMISSION_DENIED,
        6,
        Who.HOSPITAL_IT,
        (
            "{path} belongs to the user {owner}, and you are {user}.",
            "Run the same command as {owner}, or choose another folder with -C; nothing was opened.",
        ),
        ("{path} 属于用户 {owner}，而您是 {user}。", "请以 {owner} 的身份运行同一命令，或用 -C 选择其他文件夹；没有打开任何内容。"),
    ),
    "E-HOME-03": entry(
        Status.FAILED_PRECONDITION,
        5,
        Who.HOSPITAL_IT,
        (
            "Other users of this computer may write into {path}.",
            "See that nothing strange is in it, then close it: chmod go-w {path}",
        ),
        ("本机其他用户可以写入 {path}。", "请检查其中没有异常内容，然后关闭写权限：chmod go-w {path}"),
    ),
}
