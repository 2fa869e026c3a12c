# SPDX-License-Identifier: Apache-2.0
"""IMAGE: pictures, scans and folders of them."""

from __future__ import annotations

from engine.errors.entry import Entry, Status, Who, entry

ENTRIES: dict[str, Entry] = {
    "E-IMAGE-01": entry(
        Status.INVALID_ARGUMENT,
        8,
        Who.YOU,
        (
            "{file} is damaged or cut short and cannot be read as {format}.",
            "Copy or export it again; if it cannot be had whole, take it out of the folder. Nothing was imported.",
        ),
        ("{file} 已损坏或不完整，无法按 {format} 读取。", "请重新复制或导出；如果无法得到完整文件，请将其移出文件夹。没有导入任何数据。"),
    ),
    "E-IMAGE-02": entry(
        Status.INVALID_ARGUMENT,
        8,
        Who.YOU,
        (
            "{file} holds no image: it is an object of the kind “{kind}”.",
            "Choose the images themselves, or the folder of the whole study; objects without images in it are left out.",
        ),
        ("{file} 不含影像：它是“{kind}”类型的对象。", "请选择影像文件本身，或整个检查的文件夹；其中不含影像的对象会被略过。"),
    ),
    "E-IMAGE-03": entry(
        Status.RESOURCE_EXHAUSTED,
        8,
        Who.YOU,
        (
            "{file} would take {found} MB as one array or file; the limit is {limit} MB.",
            "If the file is right, choose single images instead of whole series, a shorter part or a smaller size; else export it again.",
        ),
        (
            "{file} 作为单个数组或文件需要 {found} MB，上限为 {limit} MB。",
            "如果文件无误，请改为逐幅影像而非整个序列，或选择更短的片段、更小的尺寸；否则请重新导出。",
        ),
    ),
    "E-IMAGE-04": entry(
        Status.INVALID_ARGUMENT,
        8,
        Who.YOU,
        (
            "The pixels of {file} are compressed in a way that cannot be read here ({syntax}).",
            "Export the images uncompressed, or as JPEG 2000 or RLE.",
        ),
        ("{file} 的像素压缩方式（{syntax}）在此无法读取。", "请以未压缩、JPEG 2000 或 RLE 方式导出影像。"),
    ),
    "E-IMAGE-05": entry(
        Status.INVALID_ARGUMENT,
        8,
        Who.YOU,
        ("No image that can be read was found in {path}.", "Choose the folder that holds the images, or an image itself."),
        ("在 {path} 中没有找到可读取的影像。", "请选择包含影像的文件夹，或直接选择影像文件。"),
    ),
    "E-IMAGE-06": entry(
        Status.INVALID_ARGUMENT,
        8,
        Who.YOU,
        (
            "{file} is cut short: its pixels should take {expected} bytes, but there are {found}.",
            "Copy or export it again; if it cannot be had whole, take it out of the folder. Nothing was imported.",
        ),
        (
            "{file} 不完整：像素数据应有 {expected} 字节，实际只有 {found} 字节。",
            "请重新复制或导出；如果无法得到完整文件，请将其移出文件夹。没有导入任何数据。",
        ),
    ),
    "E-IMAGE-07": entry(
        Status.RESOURCE_EXHAUSTED,
        8,
        Who.YOU,
        (
            "The folder {path} holds more than {files} files, or folders in folders more than {levels} deep.",
            "Choose the folder of one study or one group of patients.",
        ),
        ("文件夹 {path} 中的文件超过 {files} 个，或文件夹嵌套超过 {levels} 层。", "请选择单个检查或单组患者的文件夹。"),
    ),
    "E-IMAGE-08": entry(
        Status.INVALID_ARGUMENT,
        8,
        Who.YOU,
        (
            "No column of {file} names the files of this folder: the best one names {found} of {count}.",
            "Give the table a column with the name of each file, or leave the table out (labels=none).",
        ),
        (
            "{file} 中没有列出此文件夹中文件名的列：最接近的一列只对应 {count} 个文件中的 {found} 个。",
            "请在表中加入文件名一列，或不使用该表（labels=none）。",
        ),
    ),
    "E-IMAGE-09": entry(
        Status.INVALID_ARGUMENT,
        8,
        Who.YOU,
        (
            "In {file}, the column “{column}” names {count} files a second time; the first are in rows {rows}.",
            "Keep one row for each file, then try again.",
        ),
        ("文件 {file} 的列“{column}”重复列出了 {count} 个文件；最先出现在第 {rows} 行。", "请为每个文件只保留一行，然后重试。"),
    ),
    "E-IMAGE-10": entry(
        Status.INVALID_ARGUMENT,
        8,
        Who.YOU,
        (
            "{file} holds no array of images that can be read.",
            "Name the arrays as MedMNIST does: train_images and train_labels, or images and labels; the first axis counts the images.",
        ),
        (
            "{file} 中没有可读取的影像数组。",
            "请按 MedMNIST 的方式命名数组：train_images 和 train_labels，或 images 和 labels；第一个轴为影像序号。",
        ),
    ),
}
