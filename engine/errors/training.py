# SPDX-License-Identifier: Apache-2.0
"""TRAIN: preprocessing, fixed point and sums, local training, models, evaluation."""

from __future__ import annotations

from engine.errors.entry import Entry, Status, Who, entry

ENTRIES: dict[str, Entry] = {
    # --- fixed point and sums
    "E-TRAIN-01": entry(
        Status.INVALID_ARGUMENT,
        8,
        Who.LEAD,
        (
            "A result to be shared holds {count} number(s) that are not finite; nothing was sent.",
            "Ask the lead to lower the learning rate of the study and start it anew.",
        ),
        ("待发送的结果中有 {count} 个非有限数值；没有发送任何内容。", "请牵头单位降低研究的学习率后重新开始。"),
    ),
    "E-TRAIN-08": entry(
        Status.INVALID_ARGUMENT,
        8,
        Who.LEAD,
        (
            "A site's result has {found} numbers where this study has {expected}.",
            "The site must run the same version of Wardround and of the study; update it and let it join again.",
        ),
        ("某站点的结果有 {found} 个数值，而本研究应为 {expected} 个。", "该站点的 Wardround 版本和研究版本必须一致；请更新后重新加入。"),
    ),
    "E-TRAIN-09": entry(
        Status.OUT_OF_RANGE,
        8,
        Who.LEAD,
        (
            "A site's result holds a number outside the limits of the study; it was not counted.",
            "Ask that site to update Wardround; if it happens again, remove the site from the study.",
        ),
        ("某站点的结果含有超出研究限值的数值，未计入汇总。", "请该站点更新 Wardround；如再次出现，请将其移出研究。"),
    ),
    "E-TRAIN-10": entry(
        Status.OUT_OF_RANGE,
        8,
        Who.LEAD,
        (
            "A site's result claims a weight that is not between 0 and 1; it was not counted.",
            "Ask that site to update Wardround; if it happens again, remove the site from the study.",
        ),
        ("某站点的结果声明的权重不在 0 到 1 之间，未计入汇总。", "请该站点更新 Wardround；如再次出现，请将其移出研究。"),
    ),
    "E-TRAIN-11": entry(
        Status.OUT_OF_RANGE,
        8,
        Who.LEAD,
        (
            "A site's change of the model has size {norm}; the study allows {limit}.",
            "Look at that site's data with the site; if the change is sound, raise max_norm in the study.",
        ),
        ("某站点对模型的改动幅度为 {norm}，研究允许 {limit}。", "请与该站点一起检查其数据；如改动合理，请在研究中提高 max_norm。"),
    ),
    "E-TRAIN-12": entry(
        Status.OUT_OF_RANGE,
        1,
        Who.LEAD,
        (
            "The sites' weights sum to more than one, so this round's sum cannot be trusted and was thrown away.",
            "One site reports more patients than it counted at the start. Compare the counts with the sites and start the study anew.",
        ),
        ("各站点权重之和超过 1，本轮汇总不可信，已作废。", "有站点报告的患者数多于开始时的计数。请与各站点核对后重新开始研究。"),
    ),
    # --- training
    "E-TRAIN-02": entry(
        Status.FAILED_PRECONDITION,
        1,
        Who.LEAD,
        (
            "Training here lost its way in pass {epoch}: the loss is no longer a number. Nothing was sent.",
            "Ask the lead to lower the learning rate of the study.",
        ),
        ("本地训练在第 {epoch} 遍时发散：损失已不是有效数值。没有发送任何内容。", "请牵头单位降低研究的学习率。"),
    ),
    "E-TRAIN-07": entry(
        Status.FAILED_PRECONDITION,
        8,
        Who.YOU,
        (
            "This data set has no patient left to train on.",
            "Check that the outcome column is filled and matches the study's categories, then import the data again.",
        ),
        ("该数据集中没有可用于训练的患者。", "请检查结局列是否已填写并与研究的类别一致，然后重新导入数据。"),
    ),
    # --- the prepare round
    "E-TRAIN-05": entry(
        Status.FAILED_PRECONDITION,
        8,
        Who.LEAD,
        (
            "No hospital has a single value of {variable} that the study can use.",
            "Check its name, unit and range in the study, or take the variable out.",
        ),
        ("没有任何医院提供可用的 {variable} 数值。", "请检查研究中该变量的名称、单位和范围，或将其移除。"),
    ),
    "E-TRAIN-06": entry(
        Status.FAILED_PRECONDITION,
        8,
        Who.LEAD,
        (
            "All training patients of all hospitals have the same outcome, so there is nothing to learn.",
            "Check the outcome column and its categories at every hospital.",
        ),
        ("所有医院的训练患者结局都相同，无法学习。", "请检查各医院的结局列及其类别。"),
    ),
    "E-TRAIN-13": entry(
        Status.INVALID_ARGUMENT,
        8,
        Who.HOSPITAL_IT,
        (
            "The opened sums have {found} numbers where this study has {expected}.",
            "Coordinator and site must run the same version of Wardround.",
        ),
        ("汇总结果有 {found} 个数值，而本研究应为 {expected} 个。", "协调端与站点必须使用相同版本的 Wardround。"),
    ),
    # --- models
    "E-TRAIN-03": entry(
        Status.DATA_LOSS,
        8,
        Who.HOSPITAL_IT,
        ("{file} is not a complete model file.", "Fetch it again; if it stays so, ask the lead to publish the study again."),
        ("{file} 不是完整的模型文件。", "请重新获取；如仍然如此，请牵头单位重新发布研究。"),
    ),
    "E-TRAIN-04": entry(
        Status.FAILED_PRECONDITION,
        8,
        Who.LEAD,
        (
            "{file} holds another model than the study describes: {name} is missing, unknown or of another shape.",
            "Use the weights that were made for this study.",
        ),
        ("{file} 中的模型与研究描述不符：{name} 缺失、未知或形状不同。", "请使用为本研究生成的权重。"),
    ),
    "E-TRAIN-14": entry(
        Status.FAILED_PRECONDITION,
        1,
        Who.LEAD,
        ("The model holds numbers that are not finite, so it cannot be used.", "Lower the learning rate of the study and start it anew."),
        ("模型含有非有限数值，无法使用。", "请降低研究的学习率后重新开始。"),
    ),
    # --- simulation
    "E-TRAIN-15": entry(
        Status.FAILED_PRECONDITION,
        8,
        Who.YOU,
        (
            "{rows} records cannot be shared out over {sites} sites with at least {minimum} of each outcome at every site.",
            "Use fewer sites or more records.",
        ),
        ("{rows} 条记录无法分配给 {sites} 个站点并保证每个站点每类结局至少 {minimum} 条。", "请减少站点或增加记录。"),
    ),
}
