<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="zh_CN" sourcelanguage="en">
<context>
    <name>AccessLogDialog</name>
    <message>
        <source>Access log</source>
        <translation>访问日志</translation>
    </message>
    <message>
        <source>Kept encrypted on this computer; it never leaves it.</source>
        <translation>加密保存在本机，绝不离开本机。</translation>
    </message>
    <message>
        <source>Time</source>
        <translation>时间</translation>
    </message>
    <message>
        <source>User</source>
        <translation>用户</translation>
    </message>
    <message>
        <source>What</source>
        <translation>内容</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>关闭</translation>
    </message>
</context>
<context>
    <name>ArrayViewer</name>
    <message>
        <source>Column</source>
        <translation>列</translation>
    </message>
    <message>
        <source>Row</source>
        <translation>行</translation>
    </message>
    <message>
        <source>Previous row</source>
        <translation>上一行</translation>
    </message>
    <message>
        <source>Next row</source>
        <translation>下一行</translation>
    </message>
</context>
<context>
    <name>CalibrationTab</name>
    <message>
        <source>When the model says 70 in 100, do 70 in 100 have it? On the dashed grey line its scores can be taken at their word.</source>
        <translation>模型判断概率为 70% 时，实际是否约有 70% 的患者属于该类？落在灰色虚线上，说明分数与实际一致。</translation>
    </message>
    <message>
        <source>Class</source>
        <translation>类别</translation>
    </message>
    <message>
        <source>Class to show</source>
        <translation>显示的类别</translation>
    </message>
    <message>
        <source>Scores at their word</source>
        <translation>分数与实际一致</translation>
    </message>
    <message>
        <source>Score, %</source>
        <translation>模型分数，%</translation>
    </message>
    <message>
        <source>Have the class, %</source>
        <translation>实际属于该类，%</translation>
    </message>
    <message>
        <source>Calibration of {label}</source>
        <translation>“{label}”的校准</translation>
    </message>
    <message>
        <source>Brier score {brier} (0 is perfect), log loss {loss}.</source>
        <translation>Brier 评分 {brier}（0 为最佳），对数损失 {loss}。</translation>
    </message>
    <message>
        <source>{label} *</source>
        <translation>{label} *</translation>
    </message>
    <message>
        <source>* Fewer than {few} patients, too few to judge.</source>
        <translation>* 患者不足 {few} 名，数量太少，无法判断。</translation>
    </message>
    <message>
        <source>Calibration as a table</source>
        <translation>校准（表格）</translation>
    </message>
    <message>
        <source>Score</source>
        <translation>模型分数</translation>
    </message>
    <message>
        <source>Have it</source>
        <translation>实际属于</translation>
    </message>
    <message>
        <source>Patients</source>
        <translation>患者数</translation>
    </message>
</context>
<context>
    <name>CheckWords</name>
    <message>
        <source>As numbers: {numbers}</source>
        <translation>对应数字：{numbers}</translation>
    </message>
</context>
<context>
    <name>ClassesTab</name>
    <message>
        <source>Figures of each class</source>
        <translation>各类别的指标</translation>
    </message>
    <message>
        <source>Grey: fewer than {few} patients, too few to judge ({classes}).</source>
        <translation>灰色：患者不足 {few} 名，数量太少，无法判断（{classes}）。</translation>
    </message>
    <message>
        <source>, </source>
        <translation>、</translation>
    </message>
    <message>
        <source>Precision: of the patients given this class, how many have it. Recall: of the patients who have it, how many were found. F1: the two in one figure. AUC: how well the class is told from the others, 0.5 is chance and 1 perfect.</source>
        <translation>精确率：被判为该类的患者中，实际属于该类的比例。召回率：实际属于该类的患者中，被找出的比例。F1：两者合一的指标。AUC：区分该类与其他类的能力，0.5 为随机，1 为完美。</translation>
    </message>
    <message>
        <source>Class</source>
        <translation>类别</translation>
    </message>
    <message>
        <source>Precision</source>
        <translation>精确率</translation>
    </message>
    <message>
        <source>Recall</source>
        <translation>召回率</translation>
    </message>
    <message>
        <source>F1</source>
        <translation>F1</translation>
    </message>
    <message>
        <source>AUC</source>
        <translation>AUC</translation>
    </message>
    <message>
        <source>Patients</source>
        <translation>患者数</translation>
    </message>
    <message>
        <source>Remark</source>
        <translation>备注</translation>
    </message>
    <message>
        <source>too few patients to judge</source>
        <translation>患者太少，无法判断</translation>
    </message>
</context>
<context>
    <name>ColumnMends</name>
    <message>
        <source>Leave the column out</source>
        <translation>略去该列</translation>
    </message>
    <message>
        <source>Keep the first of each</source>
        <translation>每组只保留第一行</translation>
    </message>
    <message>
        <source>Keep {low} to {high}, the rest counts as missing</source>
        <translation>保留 {low} 至 {high}，其余视为缺失</translation>
    </message>
    <message>
        <source>Read as numbers ({example})</source>
        <translation>按数字读取（{example}）</translation>
    </message>
    <message>
        <source>A value that means “missing”…</source>
        <translation>表示“缺失”的值…</translation>
    </message>
    <message>
        <source>Limits…</source>
        <translation>取值范围…</translation>
    </message>
    <message>
        <source>Change the unit (×, +)…</source>
        <translation>换算单位（×、+）…</translation>
    </message>
    <message>
        <source>Read as text</source>
        <translation>按文本读取</translation>
    </message>
    <message>
        <source>Spellings that mean the same…</source>
        <translation>含义相同的写法…</translation>
    </message>
    <message>
        <source>Read as numbers…</source>
        <translation>按数字读取…</translation>
    </message>
    <message>
        <source>Rename…</source>
        <translation>重命名…</translation>
    </message>
    <message>
        <source>Leave out</source>
        <translation>略去</translation>
    </message>
</context>
<context>
    <name>ColumnsModel</name>
    <message>
        <source>Column</source>
        <translation>列</translation>
    </message>
    <message>
        <source>Kind</source>
        <translation>类型</translation>
    </message>
    <message>
        <source>Unit</source>
        <translation>单位</translation>
    </message>
    <message>
        <source>Missing</source>
        <translation>缺失</translation>
    </message>
    <message>
        <source>Distinct</source>
        <translation>不同值</translation>
    </message>
    <message>
        <source>Range, mean</source>
        <translation>范围，均值</translation>
    </message>
    <message>
        <source>Distribution</source>
        <translation>分布</translation>
    </message>
    <message>
        <source>Number</source>
        <translation>数值</translation>
    </message>
    <message>
        <source>Category</source>
        <translation>分类</translation>
    </message>
    <message>
        <source>Yes or no</source>
        <translation>是/否</translation>
    </message>
    <message>
        <source>Text</source>
        <translation>文本</translation>
    </message>
    <message>
        <source>Empty</source>
        <translation>空</translation>
    </message>
    <message>
        <source>Gene expression</source>
        <translation>基因表达</translation>
    </message>
    <message>
        <source>Image</source>
        <translation>图像</translation>
    </message>
    <message>
        <source>Signal</source>
        <translation>信号</translation>
    </message>
    <message>
        <source>Time series</source>
        <translation>时间序列</translation>
    </message>
    <message>
        <source>Molecule</source>
        <translation>分子</translation>
    </message>
    <message>
        <source>Clinical notes</source>
        <translation>临床记录</translation>
    </message>
    <message>
        <source>{low} to {high}, {mean}</source>
        <translation>{low} 至 {high}，{mean}</translation>
    </message>
    <message>
        <source>{count} missing ({share})</source>
        <translation>缺失 {count} 个（{share}）</translation>
    </message>
    <message>
        <source>{low} to {high}</source>
        <translation>{low} 至 {high}</translation>
    </message>
</context>
<context>
    <name>CommandDialog</name>
    <message>
        <source>Commands</source>
        <translation>命令</translation>
    </message>
    <message>
        <source>Type a part of a command</source>
        <translation>输入命令名称的一部分</translation>
    </message>
</context>
<context>
    <name>ConfusionTab</name>
    <message>
        <source>Each row: the patients who have a class, and what the model said of them.</source>
        <translation>每行：实际属于某一类的患者，以及模型对他们的判断。</translation>
    </message>
    <message>
        <source>What patients have, and what the model said</source>
        <translation>实际类别与模型判断</translation>
    </message>
    <message>
        <source>Patients who have</source>
        <translation>实际类别</translation>
    </message>
    <message>
        <source>Model says {label}</source>
        <translation>模型判断为 {label}</translation>
    </message>
    <message>
        <source>Together</source>
        <translation>合计</translation>
    </message>
    <message>
        <source>{count} ({share})</source>
        <translation>{count}（{share}）</translation>
    </message>
    <message>
        <source>{label}: no patient of this class.</source>
        <translation>{label}：没有该类患者。</translation>
    </message>
    <message>
        <source>{label}: the model finds {right} of {all} patients.</source>
        <translation>{label}：{all} 名患者中，模型找出 {right} 名。</translation>
    </message>
    <message>
        <source>{label}: the model finds {right} of {all} patients, and takes {most} for {other}.</source>
        <translation>{label}：{all} 名患者中，模型找出 {right} 名，另有 {most} 名被判为 {other}。</translation>
    </message>
</context>
<context>
    <name>Crash</name>
    <message>
        <source>Something went wrong inside the program.</source>
        <translation>程序内部出现错误。</translation>
    </message>
    <message>
        <source>{code}. Nothing was lost: what you imported and approved is stored. If it happens again, close and reopen Wardround, and send the details to the makers of the program.</source>
        <translation>{code}。没有数据丢失：您导入和批准的内容均已保存。如再次出现，请关闭并重新打开 Wardround，并将详细信息发给软件开发者。</translation>
    </message>
</context>
<context>
    <name>DataPage</name>
    <message>
        <source>Data</source>
        <translation>数据</translation>
    </message>
    <message>
        <source>Open a table of your patients and check what is in it. It stays on this computer, encrypted.</source>
        <translation>打开患者数据表并检查其内容。数据加密保存，不离开本机。</translation>
    </message>
    <message>
        <source>Delete “{name}” from this computer?</source>
        <translation>要从本机删除“{name}”吗？</translation>
    </message>
    <message>
        <source>The encrypted copy and its key are erased. Your own file is not touched.</source>
        <translation>加密副本及其密钥将被清除。您的原始文件不受影响。</translation>
    </message>
    <message>
        <source>Delete</source>
        <translation>删除</translation>
    </message>
    <message>
        <source>Records ({endings})</source>
        <translation>记录文件 ({endings})</translation>
    </message>
    <message>
        <source>All files (*)</source>
        <translation>所有文件 (*)</translation>
    </message>
    <message>
        <source>Choose a file of records</source>
        <translation>选择记录文件</translation>
    </message>
    <message>
        <source>One row a visit or a patient. The delimiter and the encoding of text (UTF-8, GB18030 and others) are recognised.</source>
        <translation>每行一次就诊或一名患者。文本的分隔符和编码（UTF-8、GB18030 等）自动识别。</translation>
    </message>
    <message>
        <source>Files that can be read: {endings}</source>
        <translation>可读取的文件：{endings}</translation>
    </message>
    <message>
        <source>Choose a file…</source>
        <translation>选择文件…</translation>
    </message>
    <message>
        <source>Drop a file of records here</source>
        <translation>将记录文件拖到此处</translation>
    </message>
    <message>
        <source>Open another file…</source>
        <translation>打开其他文件…</translation>
    </message>
    <message>
        <source>Delete…</source>
        <translation>删除…</translation>
    </message>
    <message>
        <source>Data set</source>
        <translation>数据集</translation>
    </message>
    <message>
        <source>Join data sets…</source>
        <translation>合并数据集…</translation>
    </message>
    <message>
        <source>Import</source>
        <translation>导入</translation>
    </message>
    <message>
        <source>Data looks right</source>
        <translation>数据无误</translation>
    </message>
    <message>
        <source>These data hold what identifies a person, so they cannot join a study yet: see “Privacy”.</source>
        <translation>这些数据含有可识别个人身份的内容，因此暂时不能加入研究：见“隐私”。</translation>
    </message>
    <message>
        <source>Something must be mended before these data can be used: see “What stands out”.</source>
        <translation>使用这些数据之前必须先修正问题：见“值得注意”。</translation>
    </message>
    <message>
        <source>Something deserves a look before you go on: see “What stands out”.</source>
        <translation>继续之前请先查看：见“值得注意”。</translation>
    </message>
    <message>
        <source>{rows} rows, {columns} columns, version {version}, imported {time} from {source}</source>
        <translation>{rows} 行，{columns} 列，版本 {version}，{time} 从 {source} 导入</translation>
    </message>
    <message>
        <source>A person found these data right.</source>
        <translation>已有人确认数据无误。</translation>
    </message>
    <message>
        <source>Nobody has said yet that these data look right.</source>
        <translation>尚无人确认数据无误。</translation>
    </message>
</context>
<context>
    <name>DatasetWidget</name>
    <message>
        <source>“{column}” holds one array for each row.</source>
        <translation>“{column}”的每一行保存一个数组。</translation>
    </message>
    <message>
        <source>Inside {column}</source>
        <translation>查看 {column}</translation>
    </message>
    <message>
        <source>Row by row</source>
        <translation>逐行查看</translation>
    </message>
    <message>
        <source>Row {row}: {number} of {count} marked rows</source>
        <translation>第 {row} 行：标记行 {number}/{count}</translation>
    </message>
    <message>
        <source>Columns ({count})</source>
        <translation>列（{count}）</translation>
    </message>
    <message>
        <source>Rows ({count})</source>
        <translation>行（{count}）</translation>
    </message>
    <message>
        <source>What stands out ({count})</source>
        <translation>值得注意（{count}）</translation>
    </message>
    <message>
        <source>Privacy ({count})</source>
        <translation>隐私（{count}）</translation>
    </message>
    <message>
        <source>With an outcome</source>
        <translation>结合结局</translation>
    </message>
    <message>
        <source>Parts of the data set</source>
        <translation>数据集的各部分</translation>
    </message>
    <message>
        <source>Columns of the data set</source>
        <translation>数据集的列</translation>
    </message>
    <message>
        <source>Rows of the data set</source>
        <translation>数据集的行</translation>
    </message>
    <message>
        <source>Look inside</source>
        <translation>查看内容</translation>
    </message>
    <message>
        <source>Mend this column…</source>
        <translation>修正此列…</translation>
    </message>
    <message>
        <source>Choose a column; its menu has what can be done to it.</source>
        <translation>请选择一列，菜单中列出可做的修正。</translation>
    </message>
    <message>
        <source>Next marked row</source>
        <translation>下一标记行</translation>
    </message>
</context>
<context>
    <name>Desk</name>
    <message>
        <source>Training is running</source>
        <translation>正在训练</translation>
    </message>
    <message>
        <source>Training is running. Close Wardround?</source>
        <translation>正在训练，要关闭 Wardround 吗？</translation>
    </message>
    <message>
        <source>If you close it, this hospital&apos;s part stops here and goes on by itself when Wardround is opened again. Nothing is lost.</source>
        <translation>关闭后，本院的训练在此暂停，下次打开 Wardround 时会自动继续，不会丢失任何内容。</translation>
    </message>
    <message>
        <source>Keep training in the background</source>
        <translation>在后台继续训练</translation>
    </message>
    <message>
        <source>Stop and close</source>
        <translation>停止并关闭</translation>
    </message>
</context>
<context>
    <name>ExcludedCard</name>
    <message>
        <source>Excluded from now on; {count} rows of these data belong to the patient.</source>
        <translation>自现在起排除；这些数据中有 {count} 行属于该患者。</translation>
    </message>
    <message>
        <source>Nobody has said yet which column is the patient number of: {names}</source>
        <translation>尚未指明以下数据集的患者编号列：{names}</translation>
    </message>
    <message>
        <source>Excluded patients</source>
        <translation>已排除的患者</translation>
    </message>
    <message>
        <source>Hide</source>
        <translation>隐藏</translation>
    </message>
    <message>
        <source>Show the list</source>
        <translation>显示清单</translation>
    </message>
    <message>
        <source>Who objects or withdraws is in no study from the next round on, in files of now and later. What had left stays so.</source>
        <translation>反对或撤回同意的患者，自下一轮起不再进入任何研究，现有和以后的文件均适用；已发出的内容无法收回。</translation>
    </message>
    <message>
        <source>Patient number</source>
        <translation>患者编号</translation>
    </message>
    <message>
        <source>Reason</source>
        <translation>原因</translation>
    </message>
    <message>
        <source>Exclude</source>
        <translation>排除</translation>
    </message>
    <message>
        <source>Lift the exclusion</source>
        <translation>解除排除</translation>
    </message>
    <message>
        <source>By</source>
        <translation>操作人</translation>
    </message>
    <message>
        <source>Since</source>
        <translation>起始时间</translation>
    </message>
    <message>
        <source>Had left before</source>
        <translation>此前已发出</translation>
    </message>
    <message>
        <source>{time}, lifted {lifted} by {who}</source>
        <translation>{time}，{lifted} 由 {who} 解除</translation>
    </message>
    <message>
        <source>Nothing</source>
        <translation>无</translation>
    </message>
</context>
<context>
    <name>ExpressionPanel</name>
    <message>
        <source>Gene expression</source>
        <translation>基因表达</translation>
    </message>
    <message>
        <source>Reading…</source>
        <translation>正在读取…</translation>
    </message>
    <message>
        <source>Gene expression: {column}</source>
        <translation>基因表达：{column}</translation>
    </message>
    <message>
        <source>{samples} samples, {genes} genes ({scale}). These vary most: {names}. The first two principal components explain {first} and {second} of the variance.</source>
        <translation>{samples} 个样本，{genes} 个基因（{scale}）。变化最大的基因：{names}。前两个主成分分别解释方差的 {first} 和 {second}。</translation>
    </message>
    <message>
        <source>The genes that vary most, in standard deviations from each gene&apos;s mean; one column a sample.</source>
        <translation>变化最大的基因，以偏离各基因均值的标准差表示；每列一个样本。</translation>
    </message>
    <message>
        <source>One point a sample: those that lie close are alike.</source>
        <translation>每个点代表一个样本：位置相近的样本相似。</translation>
    </message>
    <message>
        <source>row {row}</source>
        <translation>第 {row} 行</translation>
    </message>
    <message>
        <source>Heat map</source>
        <translation>热图</translation>
    </message>
    <message>
        <source>Component 1 ({share})</source>
        <translation>主成分 1（{share}）</translation>
    </message>
    <message>
        <source>Component 2 ({share})</source>
        <translation>主成分 2（{share}）</translation>
    </message>
    <message>
        <source>Principal components</source>
        <translation>主成分</translation>
    </message>
</context>
<context>
    <name>FilePreview</name>
    <message>
        <source>{size}, {columns} columns. These are its first rows; nothing has been imported yet.</source>
        <translation>{size}，{columns} 列。以下是前几行，尚未导入任何内容。</translation>
    </message>
    <message>
        <source>Read as {encoding}, separated by {delimiter}, decimal sign {decimal}.</source>
        <translation>按 {encoding} 编码读取，分隔符为{delimiter}，小数点为{decimal}。</translation>
    </message>
    <message>
        <source>Name</source>
        <translation>名称</translation>
    </message>
    <message>
        <source>Text encoding</source>
        <translation>文本编码</translation>
    </message>
    <message>
        <source>Separator</source>
        <translation>分隔符</translation>
    </message>
    <message>
        <source>Decimal sign</source>
        <translation>小数点符号</translation>
    </message>
    <message>
        <source>Find out</source>
        <translation>自动识别</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
    <message>
        <source>Importing and encrypting…</source>
        <translation>正在导入并加密…</translation>
    </message>
    <message>
        <source>First rows of the file</source>
        <translation>文件的前几行</translation>
    </message>
    <message>
        <source>Before you import</source>
        <translation>导入之前</translation>
    </message>
    <message>
        <source>comma</source>
        <translation>逗号</translation>
    </message>
    <message>
        <source>semicolon</source>
        <translation>分号</translation>
    </message>
    <message>
        <source>tab</source>
        <translation>制表符</translation>
    </message>
    <message>
        <source>vertical bar</source>
        <translation>竖线</translation>
    </message>
    <message>
        <source>point</source>
        <translation>句点</translation>
    </message>
</context>
<context>
    <name>FindingsList</name>
    <message>
        <source>Nothing stands out.</source>
        <translation>没有发现异常。</translation>
    </message>
    <message>
        <source>And {count} more.</source>
        <translation>另有 {count} 项。</translation>
    </message>
    <message>
        <source>Note</source>
        <translation>说明</translation>
    </message>
    <message>
        <source>Look</source>
        <translation>注意</translation>
    </message>
    <message>
        <source>Mend</source>
        <translation>需修正</translation>
    </message>
    <message>
        <source>Show rows</source>
        <translation>查看行</translation>
    </message>
    <message>
        <source>Show rows: {finding}</source>
        <translation>查看行：{finding}</translation>
    </message>
    <message>
        <source>{mend}: {finding}</source>
        <translation>{mend}：{finding}</translation>
    </message>
</context>
<context>
    <name>ForecastCard</name>
    <message>
        <source>What will leave this computer</source>
        <translation>将离开本机的内容</translation>
    </message>
    <message>
        <source>About {size} in {messages} messages over the whole study. Patients&apos; records sent: none.</source>
        <translation>整个研究期间约 {messages} 条消息，共 {size}。发送的患者记录：无。</translation>
    </message>
    <message>
        <source>Kind</source>
        <translation>类型</translation>
    </message>
    <message>
        <source>Messages</source>
        <translation>消息</translation>
    </message>
    <message>
        <source>Size of each</source>
        <translation>每条大小</translation>
    </message>
    <message>
        <source>Together</source>
        <translation>合计</translation>
    </message>
    <message>
        <source>What it is</source>
        <translation>内容</translation>
    </message>
</context>
<context>
    <name>Formats</name>
    <message>
        <source>{number}%</source>
        <translation>{number}%</translation>
    </message>
    <message>
        <source>d MMM yyyy, HH:mm</source>
        <translation>yyyy年M月d日 HH:mm</translation>
    </message>
    <message>
        <source>{number} s</source>
        <translation>{number} 秒</translation>
    </message>
    <message>
        <source>{number} min</source>
        <translation>{number} 分钟</translation>
    </message>
    <message>
        <source>{number} h</source>
        <translation>{number} 小时</translation>
    </message>
</context>
<context>
    <name>HelpWindow</name>
    <message>
        <source>Help</source>
        <translation>帮助</translation>
    </message>
    <message>
        <source>Help for this page</source>
        <translation>本页帮助</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>关闭</translation>
    </message>
</context>
<context>
    <name>HomePage</name>
    <message>
        <source>Home</source>
        <translation>首页</translation>
    </message>
    <message>
        <source>Where things are, and what comes next.</source>
        <translation>当前进展与下一步。</translation>
    </message>
    <message>
        <source>The way through a study</source>
        <translation>参与研究的步骤</translation>
    </message>
    <message>
        <source>What happened last</source>
        <translation>最近动态</translation>
    </message>
    <message>
        <source>Nothing yet. What you do and what is sent will be listed here.</source>
        <translation>暂无记录。您的操作和发送的内容会列在这里。</translation>
    </message>
    <message>
        <source>Data</source>
        <translation>数据</translation>
    </message>
    <message>
        <source>Open a table of your patients and check what is in it.</source>
        <translation>打开患者数据表并检查其内容。</translation>
    </message>
    <message>
        <source>Study</source>
        <translation>研究</translation>
    </message>
    <message>
        <source>Read the plan, compare the check words by phone, approve and join.</source>
        <translation>阅读方案，电话核对“核对词”，批准并加入。</translation>
    </message>
    <message>
        <source>Training</source>
        <translation>训练</translation>
    </message>
    <message>
        <source>Train with the other hospitals; records stay here.</source>
        <translation>与其他医院共同训练，患者记录不离开本院。</translation>
    </message>
    <message>
        <source>Results</source>
        <translation>结果</translation>
    </message>
    <message>
        <source>See how well the model does, on your own patients too.</source>
        <translation>查看模型表现，包括在贵院患者上的表现。</translation>
    </message>
    <message>
        <source>Done</source>
        <translation>已完成</translation>
    </message>
    <message>
        <source>Next</source>
        <translation>下一步</translation>
    </message>
    <message>
        <source>Later</source>
        <translation>待进行</translation>
    </message>
    <message>
        <source>Continue with {step}</source>
        <translation>继续：{step}</translation>
    </message>
    <message>
        <source>{name}: {rows} rows, {columns} columns</source>
        <translation>{name}：{rows} 行，{columns} 列</translation>
    </message>
    <message>
        <source>{title}, led by {lead}</source>
        <translation>{title}，由 {lead} 牵头</translation>
    </message>
    <message>
        <source>{state} · round {round} of {rounds}</source>
        <translation>{state} · 第 {round}/{rounds} 轮</translation>
    </message>
</context>
<context>
    <name>ImageView</name>
    <message>
        <source>Level</source>
        <translation>窗位</translation>
    </message>
    <message>
        <source>Window width</source>
        <translation>窗宽</translation>
    </message>
    <message>
        <source>Plane</source>
        <translation>层</translation>
    </message>
    <message>
        <source>As at first</source>
        <translation>恢复初始</translation>
    </message>
    <message>
        <source>Image</source>
        <translation>图像</translation>
    </message>
    <message>
        <source>Row {row} has no image.</source>
        <translation>第 {row} 行没有影像。</translation>
    </message>
    <message>
        <source>Row {row}: {rows} × {columns} pixels.</source>
        <translation>第 {row} 行：{rows} × {columns} 像素。</translation>
    </message>
    <message>
        <source>Plane {plane} of {planes}.</source>
        <translation>第 {plane} 层，共 {planes} 层。</translation>
    </message>
    <message>
        <source>Values from {least} to {most}; shown from {low} (black) to {high} (white).</source>
        <translation>数值范围 {least} 至 {most}；显示范围 {low}（黑）至 {high}（白）。</translation>
    </message>
</context>
<context>
    <name>InvitationDialog</name>
    <message>
        <source>Choose an invitation</source>
        <translation>选择邀请文件</translation>
    </message>
    <message>
        <source>Your invitation</source>
        <translation>您的邀请</translation>
    </message>
    <message>
        <source>Drop the invitation here</source>
        <translation>将邀请文件拖放到此处</translation>
    </message>
    <message>
        <source>The file that the lead hospital has sent you.</source>
        <translation>牵头医院发给您的文件。</translation>
    </message>
    <message>
        <source>Choose a file…</source>
        <translation>选择文件…</translation>
    </message>
    <message>
        <source>Or paste its text</source>
        <translation>或粘贴邀请文本</translation>
    </message>
    <message>
        <source>Text of the invitation</source>
        <translation>邀请文本</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
    <message>
        <source>Invited by</source>
        <translation>邀请方</translation>
    </message>
    <message>
        <source>Study</source>
        <translation>研究</translation>
    </message>
    <message>
        <source>You would be</source>
        <translation>贵院代号</translation>
    </message>
    <message>
        <source>Address</source>
        <translation>地址</translation>
    </message>
    <message>
        <source>Valid until</source>
        <translation>有效期至</translation>
    </message>
    <message>
        <source>{lead} invites you</source>
        <translation>{lead} 邀请您参加</translation>
    </message>
    <message>
        <source>Connecting sends {lead} the name of your site, a public key made here, and the program&apos;s version. No record leaves. You approve the study itself on the next page.</source>
        <translation>连接时会向 {lead} 发送贵院站点名称、本机生成的公钥和程序版本，不会发送任何患者记录。研究本身由您在下一页批准。</translation>
    </message>
    <message>
        <source>Connect and see the study</source>
        <translation>连接并查看研究</translation>
    </message>
    <message>
        <source>Connect</source>
        <translation>连接</translation>
    </message>
</context>
<context>
    <name>JoinDataDialog</name>
    <message>
        <source>Join data sets</source>
        <translation>合并数据集</translation>
    </message>
    <message>
        <source>For records of the same patients in several files. One gives the rows, each other adds its columns; a patient may be missing from any of them.</source>
        <translation>用于同一批患者的多个文件。其中一个提供行，其余各自增加列；患者可以缺少其中任何一个。</translation>
    </message>
    <message>
        <source>Column with the patient number</source>
        <translation>患者编号所在的列</translation>
    </message>
    <message>
        <source>{name} – {rows} rows</source>
        <translation>{name} – {rows} 行</translation>
    </message>
    <message>
        <source>Patient number of {name}</source>
        <translation>{name} 的患者编号</translation>
    </message>
    <message>
        <source>Rows come from</source>
        <translation>行来自</translation>
    </message>
    <message>
        <source>Name</source>
        <translation>名称</translation>
    </message>
    <message>
        <source>Join</source>
        <translation>合并</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
    <message>
        <source>Choose…</source>
        <translation>请选择…</translation>
    </message>
</context>
<context>
    <name>LanguageSwitch</name>
    <message>
        <source>Language: {name}</source>
        <translation>语言：{name}</translation>
    </message>
</context>
<context>
    <name>LockPage</name>
    <message>
        <source>Locked</source>
        <translation>已锁定</translation>
    </message>
    <message>
        <source>Your records are encrypted. Open them to go on.</source>
        <translation>您的记录已加密。请先解锁。</translation>
    </message>
    <message>
        <source>Open the vault</source>
        <translation>打开加密库</translation>
    </message>
    <message>
        <source>The key is protected by your passphrase.</source>
        <translation>密钥由您的口令保护。</translation>
    </message>
    <message>
        <source>The key rests in this computer&apos;s keyring and opens with your login.</source>
        <translation>密钥保存在本机的系统密钥环中，随您的登录解锁。</translation>
    </message>
    <message>
        <source>Passphrase</source>
        <translation>口令</translation>
    </message>
    <message>
        <source>Use the recovery sheet…</source>
        <translation>使用恢复单…</translation>
    </message>
    <message>
        <source>Open</source>
        <translation>打开</translation>
    </message>
</context>
<context>
    <name>MatchCard</name>
    <message>
        <source>{name} – {rows} rows</source>
        <translation>{name} – {rows} 行</translation>
    </message>
    <message>
        <source>Your records</source>
        <translation>您的记录</translation>
    </message>
    <message>
        <source>Data set</source>
        <translation>数据集</translation>
    </message>
    <message>
        <source>Data set for this study</source>
        <translation>用于本研究的数据集</translation>
    </message>
    <message>
        <source>Variables of the study and your columns</source>
        <translation>研究变量与您的列</translation>
    </message>
    <message>
        <source>Change the data</source>
        <translation>更换数据</translation>
    </message>
    <message>
        <source>Open my data</source>
        <translation>打开我的数据</translation>
    </message>
    <message>
        <source>Hide what fits</source>
        <translation>隐藏已符合的变量</translation>
    </message>
    <message>
        <source>Show every variable</source>
        <translation>显示全部变量</translation>
    </message>
    <message>
        <source>Say how it is read…</source>
        <translation>指明读取方式…</translation>
    </message>
    <message>
        <source>Take back</source>
        <translation>撤回</translation>
    </message>
    <message>
        <source>Write a request…</source>
        <translation>写一份导出申请…</translation>
    </message>
    <message>
        <source>A text for whoever exports the records: what is still missing, with unit and words.</source>
        <translation>给导出记录的人的说明：还缺哪些变量，以及单位和取值。</translation>
    </message>
    <message>
        <source>No data set has been opened yet. Open one to see whether it fits this study.</source>
        <translation>尚未打开数据集。请打开一个，以查看是否符合本研究。</translation>
    </message>
    <message>
        <source>{problems} of {all} variables do not fit yet.</source>
        <translation>{all} 个变量中有 {problems} 个尚不符合。</translation>
    </message>
    <message>
        <source>All {all} variables of the study were found.</source>
        <translation>研究的 {all} 个变量均已找到。</translation>
    </message>
    <message>
        <source>Fits</source>
        <translation>符合</translation>
    </message>
    <message>
        <source>Variable of the study</source>
        <translation>研究变量</translation>
    </message>
    <message>
        <source>Your column</source>
        <translation>您的列</translation>
    </message>
    <message>
        <source>Note</source>
        <translation>说明</translation>
    </message>
</context>
<context>
    <name>MatchDialog</name>
    <message>
        <source>“{variable}” in your records</source>
        <translation>您的记录中的“{variable}”</translation>
    </message>
    <message>
        <source>Find it by its name</source>
        <translation>按名称查找</translation>
    </message>
    <message>
        <source>Column</source>
        <translation>列</translation>
    </message>
    <message>
        <source>Unit of its values (the study wants {unit})</source>
        <translation>数值的单位（研究要求 {unit}）</translation>
    </message>
    <message>
        <source>Use this</source>
        <translation>采用</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
    <message>
        <source>As it is written</source>
        <translation>按原文</translation>
    </message>
    <message>
        <source>“{word}” means</source>
        <translation>“{word}”表示</translation>
    </message>
</context>
<context>
    <name>MendDialog</name>
    <message>
        <source>Numbers look like</source>
        <translation>数字的写法</translation>
    </message>
    <message>
        <source>Mend</source>
        <translation>修正</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
    <message>
        <source>“{column}”: values that mean “missing”</source>
        <translation>“{column}”：表示“缺失”的值</translation>
    </message>
    <message>
        <source>“{column}”: limits</source>
        <translation>“{column}”：取值范围</translation>
    </message>
    <message>
        <source>“{column}”: another unit</source>
        <translation>“{column}”：换算单位</translation>
    </message>
    <message>
        <source>“{column}”: spellings that mean the same</source>
        <translation>“{column}”：含义相同的写法</translation>
    </message>
    <message>
        <source>“{column}”: read as numbers</source>
        <translation>“{column}”：按数字读取</translation>
    </message>
    <message>
        <source>“{column}”: another name</source>
        <translation>“{column}”：改名</translation>
    </message>
    <message>
        <source>These values stand for “not known”, for example -9, 999 or 未查. Separate several by commas.</source>
        <translation>这些值表示“未知”，例如 -9、999 或“未查”。多个值用逗号分隔。</translation>
    </message>
    <message>
        <source>What lies outside counts as missing.</source>
        <translation>范围之外的值视为缺失。</translation>
    </message>
    <message>
        <source>Each value is multiplied, then the second number is added.</source>
        <translation>每个值先乘以第一个数，再加上第二个数。</translation>
    </message>
    <message>
        <source>Write beside a spelling how it is to be read. What is left as it is stays.</source>
        <translation>请在每种写法旁填写应读作什么；不改则保持原样。</translation>
    </message>
    <message>
        <source>What is no number counts as missing.</source>
        <translation>不是数字的内容视为缺失。</translation>
    </message>
    <message>
        <source>The column is called so here; the file keeps its name.</source>
        <translation>仅在此处改名，文件中的列名不变。</translation>
    </message>
    <message>
        <source>Values</source>
        <translation>值</translation>
    </message>
    <message>
        <source>From</source>
        <translation>从</translation>
    </message>
    <message>
        <source>To</source>
        <translation>到</translation>
    </message>
    <message>
        <source>Times</source>
        <translation>乘以</translation>
    </message>
    <message>
        <source>Plus</source>
        <translation>加上</translation>
    </message>
    <message>
        <source>Name</source>
        <translation>名称</translation>
    </message>
    <message>
        <source>The mean {before} becomes {after}.</source>
        <translation>平均值 {before} 变为 {after}。</translation>
    </message>
</context>
<context>
    <name>MendingCard</name>
    <message>
        <source>Take away</source>
        <translation>去掉</translation>
    </message>
    <message>
        <source>Take away: {step}</source>
        <translation>去掉：{step}</translation>
    </message>
    <message>
        <source>Mended here</source>
        <translation>已做的修正</translation>
    </message>
    <message>
        <source>Undo</source>
        <translation>撤销</translation>
    </message>
    <message>
        <source>Redo</source>
        <translation>重做</translation>
    </message>
    <message>
        <source>Undo (Ctrl+Z)</source>
        <translation>撤销（Ctrl+Z）</translation>
    </message>
    <message>
        <source>Redo (Ctrl+Shift+Z)</source>
        <translation>重做（Ctrl+Shift+Z）</translation>
    </message>
    <message>
        <source>These steps are kept and done again with the next export. The file itself is not changed.</source>
        <translation>这些步骤会保留，并用于下一次导出的文件。文件本身不会改变。</translation>
    </message>
    <message>
        <source>Nothing yet. Mends are offered under “What stands out” and in each column’s menu. The file itself is not changed.</source>
        <translation>尚无修正。“值得注意的地方”和每列的菜单中提供可做的修正。文件本身不会改变。</translation>
    </message>
</context>
<context>
    <name>OptionsForm</name>
    <message>
        <source>Yes</source>
        <translation>是</translation>
    </message>
    <message>
        <source>No</source>
        <translation>否</translation>
    </message>
    <message>
        <source>Find out</source>
        <translation>自动识别</translation>
    </message>
    <message>
        <source>Several are separated by commas</source>
        <translation>多个值用逗号分隔</translation>
    </message>
</context>
<context>
    <name>OutboundModel</name>
    <message>
        <source>Time</source>
        <translation>时间</translation>
    </message>
    <message>
        <source>Kind</source>
        <translation>类型</translation>
    </message>
    <message>
        <source>Study</source>
        <translation>研究</translation>
    </message>
    <message>
        <source>Round</source>
        <translation>轮次</translation>
    </message>
    <message>
        <source>Size</source>
        <translation>大小</translation>
    </message>
    <message>
        <source>Hash</source>
        <translation>哈希</translation>
    </message>
    <message>
        <source>Attempts</source>
        <translation>尝试次数</translation>
    </message>
    <message>
        <source>Receipt</source>
        <translation>回执</translation>
    </message>
    <message>
        <source>Received</source>
        <translation>已收到</translation>
    </message>
    <message>
        <source>Waiting</source>
        <translation>等待中</translation>
    </message>
    <message>
        <source>Not received</source>
        <translation>未收到</translation>
    </message>
</context>
<context>
    <name>OutboundPage</name>
    <message>
        <source>Outbound</source>
        <translation>外发记录</translation>
    </message>
    <message>
        <source>Everything that left this computer for a study, message by message.</source>
        <translation>为研究离开本机的全部内容，逐条列出。</translation>
    </message>
    <message>
        <source>Export list…</source>
        <translation>导出清单…</translation>
    </message>
    <message>
        <source>Left this computer</source>
        <translation>已离开本机</translation>
    </message>
    <message>
        <source>Patients&apos; records sent</source>
        <translation>已发送的患者记录</translation>
    </message>
    <message>
        <source>Sending</source>
        <translation>发送</translation>
    </message>
    <message>
        <source>Records never leave; see the list below.</source>
        <translation>患者记录从不外发，见下方清单。</translation>
    </message>
    <message>
        <source>Messages</source>
        <translation>消息</translation>
    </message>
    <message>
        <source>Filter by kind, study or hash</source>
        <translation>按类型、研究或哈希筛选</translation>
    </message>
    <message>
        <source>Filter the messages</source>
        <translation>筛选消息</translation>
    </message>
    <message>
        <source>Messages that left this computer, newest first</source>
        <translation>已离开本机的消息，最新在前</translation>
    </message>
    <message>
        <source>Choose a message to see its details.</source>
        <translation>选择一条消息以查看详细信息。</translation>
    </message>
    <message>
        <source>Kind</source>
        <translation>类型</translation>
    </message>
    <message>
        <source>Time</source>
        <translation>时间</translation>
    </message>
    <message>
        <source>Sent to</source>
        <translation>发送至</translation>
    </message>
    <message>
        <source>Receipt</source>
        <translation>回执</translation>
    </message>
    <message>
        <source>Content hash</source>
        <translation>内容哈希</translation>
    </message>
    <message>
        <source>Copy</source>
        <translation>复制</translation>
    </message>
    <message>
        <source>Copy the content hash</source>
        <translation>复制内容哈希</translation>
    </message>
    <message>
        <source>What never leaves</source>
        <translation>绝不外发的内容</translation>
    </message>
    <message>
        <source>Export the list of messages</source>
        <translation>导出消息清单</translation>
    </message>
    <message>
        <source>CSV table (*.csv)</source>
        <translation>CSV 表格 (*.csv)</translation>
    </message>
    <message>
        <source>JSON (*.json)</source>
        <translation>JSON (*.json)</translation>
    </message>
    <message>
        <source>Written: {files}</source>
        <translation>已写入：{files}</translation>
    </message>
    <message>
        <source>Messages: {messages}</source>
        <translation>消息数：{messages}</translation>
    </message>
    <message>
        <source>Paused</source>
        <translation>已暂停</translation>
    </message>
    <message>
        <source>On</source>
        <translation>已开启</translation>
    </message>
    <message>
        <source>Nothing leaves until you resume.</source>
        <translation>恢复之前不会发送任何内容。</translation>
    </message>
    <message>
        <source>Messages of approved studies may leave.</source>
        <translation>已批准研究的消息可以发送。</translation>
    </message>
    <message>
        <source>Resume sending</source>
        <translation>恢复发送</translation>
    </message>
    <message>
        <source>Pause sending</source>
        <translation>暂停发送</translation>
    </message>
    <message>
        <source>Nothing has left this computer</source>
        <translation>尚无任何内容离开本机</translation>
    </message>
    <message>
        <source>Each message for a study will be a line here before its first byte leaves.</source>
        <translation>研究的每条消息在发出第一个字节之前都会在此列出。</translation>
    </message>
    <message>
        <source>No message matches the filter.</source>
        <translation>没有符合筛选条件的消息。</translation>
    </message>
    <message>
        <source>{study}, round {round}</source>
        <translation>{study}，第 {round} 轮</translation>
    </message>
    <message>
        <source>{kind} ({about}), {size}</source>
        <translation>{kind}（{about}），{size}</translation>
    </message>
    <message>
        <source>{receipt}, attempts: {attempts}</source>
        <translation>{receipt}，尝试次数：{attempts}</translation>
    </message>
</context>
<context>
    <name>OutcomeLook</name>
    <message>
        <source>{count} patients</source>
        <translation>{count} 名患者</translation>
    </message>
    <message>
        <source>Outcome</source>
        <translation>结局</translation>
    </message>
    <message>
        <source>Rows</source>
        <translation>行</translation>
    </message>
    <message>
        <source>Share</source>
        <translation>比例</translation>
    </message>
    <message>
        <source>Subgroup</source>
        <translation>亚组</translation>
    </message>
    <message>
        <source>With an outcome in mind</source>
        <translation>结合结局查看</translation>
    </message>
    <message>
        <source>Some things only show once it is known what is to be predicted, and who is who. Nothing of this leaves this computer.</source>
        <translation>有些问题只有在知道要预测什么、哪些行属于同一患者之后才会显现。这些内容不会离开本机。</translation>
    </message>
    <message>
        <source>Outcome column</source>
        <translation>结局列</translation>
    </message>
    <message>
        <source>Patient number</source>
        <translation>患者编号</translation>
    </message>
    <message>
        <source>Choose…</source>
        <translation>请选择…</translation>
    </message>
    <message>
        <source>None: each row is a patient</source>
        <translation>无：每行一名患者</translation>
    </message>
    <message>
        <source>Look</source>
        <translation>查看</translation>
    </message>
    <message>
        <source>Subgroups</source>
        <translation>亚组</translation>
    </message>
    <message>
        <source>Rows of each outcome</source>
        <translation>各结局的行数</translation>
    </message>
</context>
<context>
    <name>OverrideDialog</name>
    <message>
        <source>Answer for “{column}”</source>
        <translation>为“{column}”负责</translation>
    </message>
    <message>
        <source>The column stays as it is and no longer stops joining a study. Your name and reason are kept in this hospital&apos;s history.</source>
        <translation>该列保持不变，并且不再妨碍加入研究。您的姓名和理由会保留在本院的历史记录中。</translation>
    </message>
    <message>
        <source>Your name</source>
        <translation>您的姓名</translation>
    </message>
    <message>
        <source>Why this is allowed</source>
        <translation>允许的理由</translation>
    </message>
    <message>
        <source>The reason needs at least {count} characters.</source>
        <translation>理由至少需要 {count} 个字符。</translation>
    </message>
    <message>
        <source>I answer for it</source>
        <translation>由我负责</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
</context>
<context>
    <name>PassphraseDialog</name>
    <message>
        <source>New passphrase</source>
        <translation>新口令</translation>
    </message>
    <message>
        <source>Once more</source>
        <translation>再次输入</translation>
    </message>
    <message>
        <source>The new passphrase opens your records from now on. Your recovery sheet stays valid.</source>
        <translation>今后用新口令打开您的记录。恢复单仍然有效。</translation>
    </message>
    <message>
        <source>The key then leaves this computer&apos;s keyring, and you will be asked for the passphrase at each start.</source>
        <translation>届时密钥将移出本机的密钥环，每次启动都会要求输入口令。</translation>
    </message>
    <message>
        <source>The passphrase needs at least {count} characters, twice the same.</source>
        <translation>口令至少 {count} 个字符，两次输入须一致。</translation>
    </message>
    <message>
        <source>Present passphrase</source>
        <translation>当前口令</translation>
    </message>
    <message>
        <source>Change the passphrase</source>
        <translation>更改口令</translation>
    </message>
    <message>
        <source>Change</source>
        <translation>更改</translation>
    </message>
</context>
<context>
    <name>PhaseStrip</name>
    <message>
        <source>Getting model</source>
        <translation>获取模型</translation>
    </message>
    <message>
        <source>Training here</source>
        <translation>本地训练</translation>
    </message>
    <message>
        <source>Protecting</source>
        <translation>保护处理</translation>
    </message>
    <message>
        <source>Sending</source>
        <translation>发送</translation>
    </message>
    <message>
        <source>Waiting for others</source>
        <translation>等待其他站点</translation>
    </message>
    <message>
        <source>done</source>
        <translation>已完成</translation>
    </message>
    <message>
        <source>now</source>
        <translation>进行中</translation>
    </message>
    <message>
        <source>paused</source>
        <translation>已暂停</translation>
    </message>
    <message>
        <source>still to come</source>
        <translation>待进行</translation>
    </message>
    <message>
        <source>Steps of this round</source>
        <translation>本轮步骤</translation>
    </message>
    <message>
        <source>{step}: {state}</source>
        <translation>{step}：{state}</translation>
    </message>
</context>
<context>
    <name>PlanCard</name>
    <message>
        <source>Invited by</source>
        <translation>邀请方</translation>
    </message>
</context>
<context>
    <name>PlanTextCard</name>
    <message>
        <source>The signed plan as text</source>
        <translation>签名方案（文本）</translation>
    </message>
    <message>
        <source>The same for every site. It holds settings only, never a program.</source>
        <translation>各站点完全相同。仅包含设置，不含程序。</translation>
    </message>
    <message>
        <source>Hide</source>
        <translation>隐藏</translation>
    </message>
    <message>
        <source>Show</source>
        <translation>显示</translation>
    </message>
    <message>
        <source>Hide the plan&apos;s text</source>
        <translation>隐藏方案文本</translation>
    </message>
    <message>
        <source>Show the plan&apos;s text</source>
        <translation>显示方案文本</translation>
    </message>
</context>
<context>
    <name>PresenceCard</name>
    <message>
        <source>Who has what</source>
        <translation>各患者的数据情况</translation>
    </message>
    <message>
        <source>Join again</source>
        <translation>重新合并</translation>
    </message>
    <message>
        <source>There are newer versions of: {names}. This join still shows the ones that it was made of.</source>
        <translation>以下数据集有更新的版本：{names}。此合并仍显示合并时的版本。</translation>
    </message>
    <message>
        <source>yes</source>
        <translation>有</translation>
    </message>
    <message>
        <source>Patients</source>
        <translation>患者数</translation>
    </message>
</context>
<context>
    <name>PrivacyCard</name>
    <message>
        <source>What identifies a person</source>
        <translation>可识别个人身份的内容</translation>
    </message>
    <message>
        <source>How many patients are alike</source>
        <translation>有多少患者彼此相同</translation>
    </message>
    <message>
        <source>Looking for identifiers</source>
        <translation>正在查找身份标识</translation>
    </message>
    <message>
        <source>Undo the last mend</source>
        <translation>撤销上一步处理</translation>
    </message>
    <message>
        <source>{count} mends; your own file is not changed.</source>
        <translation>已处理 {count} 步；您自己的文件不会改变。</translation>
    </message>
    <message>
        <source>Every cell is being looked at. Joining a study stays locked until that is done.</source>
        <translation>正在检查每一个单元格。检查完成之前不能加入研究。</translation>
    </message>
    <message>
        <source>{count} columns stop joining a study. Mend or remove each of them, or let a named person answer for it.</source>
        <translation>有 {count} 列妨碍加入研究。请逐一处理或删除，或由具名人员负责。</translation>
    </message>
    <message>
        <source>{cells} cells were looked at. Nothing stops joining a study; what follows deserves a look.</source>
        <translation>已检查 {cells} 个单元格。没有妨碍加入研究的内容；以下内容值得查看。</translation>
    </message>
    <message>
        <source>{cells} cells were looked at; nothing stops joining a study.</source>
        <translation>已检查 {cells} 个单元格；没有妨碍加入研究的内容。</translation>
    </message>
    <message>
        <source>And {count} more.</source>
        <translation>另有 {count} 项。</translation>
    </message>
    <message>
        <source>Expected</source>
        <translation>预期</translation>
    </message>
    <message>
        <source>Look</source>
        <translation>查看</translation>
    </message>
    <message>
        <source>Stops</source>
        <translation>妨碍</translation>
    </message>
    <message>
        <source>Answered for</source>
        <translation>已有人负责</translation>
    </message>
    <message>
        <source>{person} answers for it: {reason}</source>
        <translation>{person} 为其负责：{reason}</translation>
    </message>
    <message>
        <source>Class {letter} of HIPAA&apos;s Safe Harbor · certainty {score} %</source>
        <translation>HIPAA 安全港第 {letter} 类 · 把握 {score} %</translation>
    </message>
    <message>
        <source>Show rows</source>
        <translation>显示行</translation>
    </message>
    <message>
        <source>Override…</source>
        <translation>确认放行…</translation>
    </message>
    <message>
        <source>Shift dates (month first)</source>
        <translation>移动日期（月在前）</translation>
    </message>
    <message>
        <source>Shift dates (day first)</source>
        <translation>移动日期（日在前）</translation>
    </message>
    <message>
        <source>Remove column</source>
        <translation>删除列</translation>
    </message>
    <message>
        <source>Year only</source>
        <translation>只留年份</translation>
    </message>
    <message>
        <source>Area only</source>
        <translation>只留地区</translation>
    </message>
    <message>
        <source>90 for all over 90</source>
        <translation>90 岁以上记为 90</translation>
    </message>
    <message>
        <source>Take them out of the texts</source>
        <translation>从文本中去除</translation>
    </message>
    <message>
        <source>Patients in a group</source>
        <translation>每组患者数</translation>
    </message>
    <message>
        <source>Groups</source>
        <translation>组数</translation>
    </message>
    <message>
        <source>Patients</source>
        <translation>患者</translation>
    </message>
</context>
<context>
    <name>PrivacyPage</name>
    <message>
        <source>Privacy</source>
        <translation>隐私</translation>
    </message>
    <message>
        <source>What could be learned about one patient from what this hospital sends.</source>
        <translation>从本院发送的内容中能了解到一名患者的什么。</translation>
    </message>
    <message>
        <source>Recompute</source>
        <translation>重新计算</translation>
    </message>
    <message>
        <source>Compute every figure again from the events in the ledger.</source>
        <translation>根据账本中的事件重新计算所有数值。</translation>
    </message>
    <message>
        <source>Computing from the ledger…</source>
        <translation>正在根据账本计算…</translation>
    </message>
    <message>
        <source>Used so far</source>
        <translation>目前已使用</translation>
    </message>
    <message>
        <source>Details for the data-protection officer</source>
        <translation>供数据保护负责人查看的详情</translation>
    </message>
    <message>
        <source>What this protects</source>
        <translation>保护什么</translation>
    </message>
    <message>
        <source>What it does not protect</source>
        <translation>不保护什么</translation>
    </message>
    <message>
        <source>Whom you must trust</source>
        <translation>您必须信任谁</translation>
    </message>
    <message>
        <source>Small dots: right by chance. Full dots: right at most beyond that. Rings: wrong at least.</source>
        <translation>小点：凭运气猜对。实心点：在此之外最多还能猜对。圆环：至少会猜错。</translation>
    </message>
    <message>
        <source>No study yet</source>
        <translation>暂无研究</translation>
    </message>
    <message>
        <source>Once a study&apos;s plan is here, this page says what it guarantees each patient.</source>
        <translation>收到研究方案后，本页会说明它对每位患者的保证。</translation>
    </message>
    <message>
        <source>Go to study</source>
        <translation>前往研究</translation>
    </message>
    <message>
        <source>Nothing by proof</source>
        <translation>没有可证明的保护</translation>
    </message>
    <message>
        <source>Counted for: {unit}.</source>
        <translation>计算单位：{unit}。</translation>
    </message>
    <message>
        <source>This study keeps no account of patients: it adds no noise for them.</source>
        <translation>本研究不为患者记账：它没有为患者加入噪声。</translation>
    </message>
    <message>
        <source>Outcomes alone: ε = {label}.</source>
        <translation>仅结局：ε = {label}。</translation>
    </message>
    <message>
        <source>This study: ε = {used} of {most}; {odds} in 100 today, at most {end} in 100 at its end.</source>
        <translation>本研究：已用 ε = {used}，共 {most}；目前 100 次中 {odds} 次，结束时最多 {end} 次。</translation>
    </message>
    <message>
        <source>without a limit</source>
        <translation>没有上限</translation>
    </message>
    <message>
        <source>All studies here, for the patient who was charged most: ε = {used}, at most {end}; allowed: {limit}.</source>
        <translation>本院所有研究，就计入最多的患者而言：已用 ε = {used}，最多 {end}；允许：{limit}。</translation>
    </message>
    <message>
        <source>Each round adds to it. Leaving a study stops it; what was used cannot be taken back.</source>
        <translation>每一轮都会增加。退出研究即停止增加；已使用的额度无法收回。</translation>
    </message>
    <message>
        <source>Mechanism</source>
        <translation>机制</translation>
    </message>
    <message>
        <source>ε used, by PLD</source>
        <translation>已用 ε（按隐私损失分布）</translation>
    </message>
    <message>
        <source>ε used, by Rényi DP</source>
        <translation>已用 ε（按 Rényi 差分隐私）</translation>
    </message>
    <message>
        <source>ε at the end</source>
        <translation>结束时的 ε</translation>
    </message>
    <message>
        <source>Clip (L2 norm)</source>
        <translation>裁剪（L2 范数）</translation>
    </message>
    <message>
        <source>Share of patients in each step</source>
        <translation>每步抽取的患者比例</translation>
    </message>
    <message>
        <source>Neighbouring data sets</source>
        <translation>相邻数据集</translation>
    </message>
    <message>
        <source>one patient more or less</source>
        <translation>多或少一名患者</translation>
    </message>
    <message>
        <source>Computed by</source>
        <translation>计算工具</translation>
    </message>
    <message>
        <source>Ledger (SHA-256)</source>
        <translation>账本（SHA-256）</translation>
    </message>
    <message>
        <source>{what}: {mechanism}, noise {noise}, sampling {sampling}, steps {steps}; patients: {patients}; used {spent} times, reserved {open} times</source>
        <translation>{what}：{mechanism}，噪声 {noise}，抽样 {sampling}，步数 {steps}；患者：{patients}；已用 {spent} 次，预留 {open} 次</translation>
    </message>
    <message>
        <source>Nothing was charged or reserved yet.</source>
        <translation>尚未计入或预留任何额度。</translation>
    </message>
</context>
<context>
    <name>ProblemBanner</name>
    <message>
        <source>Details</source>
        <translation>详细信息</translation>
    </message>
    <message>
        <source>Copy for IT</source>
        <translation>复制给信息科</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>关闭</translation>
    </message>
    <message>
        <source>Details of the problem</source>
        <translation>问题的详细信息</translation>
    </message>
    <message>
        <source>{code} · {what}</source>
        <translation>{code} · {what}</translation>
    </message>
    <message>
        <source>Who can mend this: {who}</source>
        <translation>可由谁解决：{who}</translation>
    </message>
    <message>
        <source>you</source>
        <translation>您本人</translation>
    </message>
    <message>
        <source>your hospital&apos;s IT</source>
        <translation>本院信息科</translation>
    </message>
    <message>
        <source>the lead hospital</source>
        <translation>牵头医院</translation>
    </message>
    <message>
        <source>the makers of the program</source>
        <translation>软件开发者</translation>
    </message>
</context>
<context>
    <name>QFileDialog</name>
    <message>
        <source>&amp;Look in:</source>
        <translation>查找范围(&amp;L)：</translation>
    </message>
    <message>
        <source>Files of &amp;type:</source>
        <translation>文件类型(&amp;T)：</translation>
    </message>
</context>
<context>
    <name>Rail</name>
    <message>
        <source>Home</source>
        <translation>首页</translation>
    </message>
    <message>
        <source>Data</source>
        <translation>数据</translation>
    </message>
    <message>
        <source>Study</source>
        <translation>研究</translation>
    </message>
    <message>
        <source>Training</source>
        <translation>训练</translation>
    </message>
    <message>
        <source>Results</source>
        <translation>结果</translation>
    </message>
    <message>
        <source>Outbound</source>
        <translation>外发记录</translation>
    </message>
    <message>
        <source>Privacy</source>
        <translation>隐私</translation>
    </message>
    <message>
        <source>Settings</source>
        <translation>设置</translation>
    </message>
    <message>
        <source>done</source>
        <translation>已完成</translation>
    </message>
    <message>
        <source>not open yet</source>
        <translation>尚未开放</translation>
    </message>
    <message>
        <source>something new</source>
        <translation>有新内容</translation>
    </message>
    <message>
        <source>{page} (Ctrl+{number})</source>
        <translation>{page}（Ctrl+{number}）</translation>
    </message>
</context>
<context>
    <name>RecoverDialog</name>
    <message>
        <source>Open with the recovery sheet</source>
        <translation>用恢复单打开</translation>
    </message>
    <message>
        <source>Type the words of the recovery sheet in their order, and choose a new passphrase.</source>
        <translation>请按顺序输入恢复单上的词，并设定新口令。</translation>
    </message>
    <message>
        <source>Words of the sheet</source>
        <translation>恢复单上的词</translation>
    </message>
    <message>
        <source>New passphrase</source>
        <translation>新口令</translation>
    </message>
    <message>
        <source>Once more</source>
        <translation>再次输入</translation>
    </message>
    <message>
        <source>The passphrase needs at least {count} characters, twice the same.</source>
        <translation>口令至少 {count} 个字符，两次输入须一致。</translation>
    </message>
    <message>
        <source>Open</source>
        <translation>打开</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
</context>
<context>
    <name>RecoverySheet</name>
    <message>
        <source>These words are not shown again. Keep them, then tick the box.</source>
        <translation>这些词不会再次显示。请先妥善保存，再勾选下方选项。</translation>
    </message>
    <message>
        <source>Wardround recovery sheet</source>
        <translation>Wardround 恢复单</translation>
    </message>
    <message>
        <source>wardround-recovery-sheet.txt</source>
        <translation>wardround-恢复单.txt</translation>
    </message>
    <message>
        <source>Save the recovery sheet</source>
        <translation>保存恢复单</translation>
    </message>
    <message>
        <source>Not saved: {reason}</source>
        <translation>未保存：{reason}</translation>
    </message>
    <message>
        <source>Saved. Move it off this computer, for example onto a stick in the safe.</source>
        <translation>已保存。请将其移出本机，例如存入保险柜中的 U 盘。</translation>
    </message>
    <message>
        <source>These words open your records if the passphrase or the keyring is lost. They are shown only now. Print them and lock them away; do not keep them on this computer.</source>
        <translation>如果口令遗失或密钥环损坏，可用这些词打开您的记录。它们仅显示这一次。请打印并妥善锁存，不要保存在本机。</translation>
    </message>
    <message>
        <source>Print…</source>
        <translation>打印…</translation>
    </message>
    <message>
        <source>Save as a file…</source>
        <translation>另存为文件…</translation>
    </message>
    <message>
        <source>I have kept the sheet in a safe place</source>
        <translation>我已将恢复单存放在安全的地方</translation>
    </message>
    <message>
        <source>Continue</source>
        <translation>继续</translation>
    </message>
</context>
<context>
    <name>ResultsPage</name>
    <message>
        <source>Results</source>
        <translation>结果</translation>
    </message>
    <message>
        <source>What the model is worth, for all hospitals together and for your own patients.</source>
        <translation>模型的价值：对所有医院，以及对贵院患者。</translation>
    </message>
    <message>
        <source>Export report…</source>
        <translation>导出报告…</translation>
    </message>
    <message>
        <source>Open folder</source>
        <translation>打开文件夹</translation>
    </message>
    <message>
        <source>All hospitals</source>
        <translation>所有医院</translation>
    </message>
    <message>
        <source>My site</source>
        <translation>本站点</translation>
    </message>
    <message>
        <source>Show figures of all hospitals</source>
        <translation>显示所有医院的指标</translation>
    </message>
    <message>
        <source>Show figures of my site</source>
        <translation>显示本站点的指标</translation>
    </message>
    <message>
        <source>Summary</source>
        <translation>概要</translation>
    </message>
    <message>
        <source>Per class</source>
        <translation>分类别</translation>
    </message>
    <message>
        <source>Confusion</source>
        <translation>混淆矩阵</translation>
    </message>
    <message>
        <source>ROC</source>
        <translation>ROC</translation>
    </message>
    <message>
        <source>Calibration</source>
        <translation>校准</translation>
    </message>
    <message>
        <source>Parts of the report</source>
        <translation>报告的各部分</translation>
    </message>
    <message>
        <source>Choose a folder for the report</source>
        <translation>选择报告保存的文件夹</translation>
    </message>
    <message>
        <source>Written: {files}</source>
        <translation>已写入：{files}</translation>
    </message>
    <message>
        <source>, </source>
        <translation>、</translation>
    </message>
    <message>
        <source>No results yet</source>
        <translation>暂无结果</translation>
    </message>
    <message>
        <source>Results appear after the first round of a study that you have joined.</source>
        <translation>您加入的研究完成第一轮后，结果会显示在此。</translation>
    </message>
    <message>
        <source>Go to training</source>
        <translation>前往训练</translation>
    </message>
    <message>
        <source>The figures of your own site come with the final result.</source>
        <translation>本站点的指标随最终结果一起给出。</translation>
    </message>
</context>
<context>
    <name>RocTab</name>
    <message>
        <source>How many patients of a class are found, for each share of false alarms that one accepts. The higher the curve, the better; on the dashed grey line the model would be guessing.</source>
        <translation>在可接受的各误报比例下，能找出该类患者的比例。曲线越高越好；落在灰色虚线上相当于随机猜测。</translation>
    </message>
    <message>
        <source>Chance</source>
        <translation>随机</translation>
    </message>
    <message>
        <source>{label}: AUC {auc}</source>
        <translation>{label}：AUC {auc}</translation>
    </message>
    <message>
        <source>False alarms, % of patients without the class</source>
        <translation>误报，占非该类患者的 %</translation>
    </message>
    <message>
        <source>Found, %</source>
        <translation>找出，%</translation>
    </message>
    <message>
        <source>ROC curves</source>
        <translation>ROC 曲线</translation>
    </message>
    <message>
        <source>ROC curves as a table</source>
        <translation>ROC 曲线（表格）</translation>
    </message>
    <message>
        <source>AUC, and how many are found at 5, 10 and 20% false alarms:</source>
        <translation>AUC，以及误报率为 5%、10%、20% 时找出的比例：</translation>
    </message>
    <message>
        <source>at {share}</source>
        <translation>误报 {share} 时</translation>
    </message>
    <message>
        <source>Class</source>
        <translation>类别</translation>
    </message>
    <message>
        <source>AUC</source>
        <translation>AUC</translation>
    </message>
    <message>
        <source>* Fewer than {few} patients, too few to judge.</source>
        <translation>* 患者不足 {few} 名，数量太少，无法判断。</translation>
    </message>
    <message>
        <source>{label} *</source>
        <translation>{label} *</translation>
    </message>
</context>
<context>
    <name>RosterCard</name>
    <message>
        <source>Who takes part</source>
        <translation>参与者</translation>
    </message>
    <message>
        <source>Every site that is in the signed plan, with its check words.</source>
        <translation>签名方案中的每个站点及其核对词。</translation>
    </message>
    <message>
        <source>Sites that take part</source>
        <translation>参与的站点</translation>
    </message>
    <message>
        <source>{site} (you)</source>
        <translation>{site}（本站点）</translation>
    </message>
    <message>
        <source>Site</source>
        <translation>站点</translation>
    </message>
    <message>
        <source>Check words</source>
        <translation>核对词</translation>
    </message>
</context>
<context>
    <name>SettingsPage</name>
    <message>
        <source>Settings</source>
        <translation>设置</translation>
    </message>
    <message>
        <source>Changes are saved at once.</source>
        <translation>更改会立即保存。</translation>
    </message>
    <message>
        <source>General</source>
        <translation>常规</translation>
    </message>
    <message>
        <source>Connection</source>
        <translation>连接</translation>
    </message>
    <message>
        <source>Security</source>
        <translation>安全</translation>
    </message>
    <message>
        <source>Training</source>
        <translation>训练</translation>
    </message>
    <message>
        <source>Choose…</source>
        <translation>选择…</translation>
    </message>
    <message>
        <source>Choose a file: {setting}</source>
        <translation>选择文件：{setting}</translation>
    </message>
    <message>
        <source>Set by your IT. {help}</source>
        <translation>由信息科设定。{help}</translation>
    </message>
    <message>
        <source>Text size</source>
        <translation>文字大小</translation>
    </message>
    <message>
        <source>Smaller</source>
        <translation>缩小</translation>
    </message>
    <message>
        <source>Usual</source>
        <translation>标准</translation>
    </message>
    <message>
        <source>Larger</source>
        <translation>放大</translation>
    </message>
    <message>
        <source>Your records are encrypted. Their key rests in this computer&apos;s keyring and opens with your login.</source>
        <translation>您的记录已加密。密钥保存在本机的系统密钥环中，随您的登录解锁。</translation>
    </message>
    <message>
        <source>Your records are encrypted. Their key is protected by your passphrase; this computer&apos;s keyring is not used.</source>
        <translation>您的记录已加密。密钥由您的口令保护，未使用本机的系统密钥环。</translation>
    </message>
    <message>
        <source>There is no vault yet. It is made when you first open data or an invitation.</source>
        <translation>尚未建立加密库。首次打开数据或邀请时会建立。</translation>
    </message>
    <message>
        <source>It is locked now.</source>
        <translation>当前已锁定。</translation>
    </message>
    <message>
        <source>Change the passphrase…</source>
        <translation>更改口令…</translation>
    </message>
    <message>
        <source>Set a passphrase…</source>
        <translation>设置口令…</translation>
    </message>
    <message>
        <source>New recovery sheet…</source>
        <translation>新的恢复单…</translation>
    </message>
    <message>
        <source>Lock now</source>
        <translation>立即锁定</translation>
    </message>
    <message>
        <source>Access log…</source>
        <translation>访问日志…</translation>
    </message>
    <message>
        <source>Demo</source>
        <translation>演示</translation>
    </message>
    <message>
        <source>You are in the demo. Its hospitals are invented and run on this computer; your own data are not part of it.</source>
        <translation>您正处于演示中。演示中的医院是虚构的，在本机运行；您自己的数据不参与其中。</translation>
    </message>
    <message>
        <source>Leave the demo</source>
        <translation>离开演示</translation>
    </message>
    <message>
        <source>Remove the demo</source>
        <translation>删除演示</translation>
    </message>
</context>
<context>
    <name>SheetDialog</name>
    <message>
        <source>Keep the recovery sheet</source>
        <translation>请保管好恢复单</translation>
    </message>
    <message>
        <source>A new recovery sheet</source>
        <translation>新的恢复单</translation>
    </message>
    <message>
        <source>A new sheet of words takes the place of the earlier one, which then opens nothing any more. Destroy that one.</source>
        <translation>新恢复单将取代原来的恢复单，原来的那份随即失效。请将其销毁。</translation>
    </message>
    <message>
        <source>Passphrase</source>
        <translation>口令</translation>
    </message>
    <message>
        <source>Make the sheet</source>
        <translation>生成恢复单</translation>
    </message>
</context>
<context>
    <name>SignalView</name>
    <message>
        <source>Lead</source>
        <translation>导联</translation>
    </message>
    <message>
        <source>Place</source>
        <translation>位置</translation>
    </message>
    <message>
        <source>Closer</source>
        <translation>放大</translation>
    </message>
    <message>
        <source>Wider</source>
        <translation>缩小</translation>
    </message>
    <message>
        <source>Hours</source>
        <translation>小时</translation>
    </message>
    <message>
        <source>Seconds</source>
        <translation>秒</translation>
    </message>
    <message>
        <source>Sample</source>
        <translation>采样点</translation>
    </message>
    <message>
        <source>Signal</source>
        <translation>信号</translation>
    </message>
    <message>
        <source>Row {row} has no signal.</source>
        <translation>第 {row} 行没有信号。</translation>
    </message>
    <message>
        <source>Row {row}, {lead}: {start} to {end} of {length}.</source>
        <translation>第 {row} 行，{lead}：{start} 至 {end}，全长 {length}。</translation>
    </message>
    <message>
        <source>Nothing was measured here.</source>
        <translation>此处没有测量值。</translation>
    </message>
    <message>
        <source>Lowest {low}, highest {high} {unit}.</source>
        <translation>最低 {low}，最高 {high} {unit}。</translation>
    </message>
    <message>
        <source>{hours} h</source>
        <translation>{hours} 小时</translation>
    </message>
    <message>
        <source>{seconds} s</source>
        <translation>{seconds} 秒</translation>
    </message>
</context>
<context>
    <name>States</name>
    <message>
        <source>Not joined</source>
        <translation>未加入</translation>
    </message>
    <message>
        <source>Waiting for approval</source>
        <translation>等待批准</translation>
    </message>
    <message>
        <source>Ready</source>
        <translation>就绪</translation>
    </message>
    <message>
        <source>Training</source>
        <translation>训练</translation>
    </message>
    <message>
        <source>Sending</source>
        <translation>发送</translation>
    </message>
    <message>
        <source>Waiting for others</source>
        <translation>等待其他站点</translation>
    </message>
    <message>
        <source>Done</source>
        <translation>已完成</translation>
    </message>
    <message>
        <source>Paused by you</source>
        <translation>已由您暂停</translation>
    </message>
    <message>
        <source>Paused by network</source>
        <translation>因网络暂停</translation>
    </message>
    <message>
        <source>Stopped by a check</source>
        <translation>因检查停止</translation>
    </message>
    <message>
        <source>Left</source>
        <translation>已退出</translation>
    </message>
</context>
<context>
    <name>StatusBar</name>
    <message>
        <source>Sent so far {size}</source>
        <translation>已发送 {size}</translation>
    </message>
    <message>
        <source>Resume sending</source>
        <translation>恢复发送</translation>
    </message>
    <message>
        <source>Pause sending</source>
        <translation>暂停发送</translation>
    </message>
    <message>
        <source>Nothing leaves this computer until you resume.</source>
        <translation>恢复之前，不会有任何内容离开本机。</translation>
    </message>
    <message>
        <source>Stops sending at the next message.</source>
        <translation>在下一条消息处停止发送。</translation>
    </message>
    <message>
        <source>Locked: nothing is sent</source>
        <translation>已锁定：不发送任何内容</translation>
    </message>
    <message>
        <source>Not in a study yet: nothing is sent</source>
        <translation>尚未参加研究：不发送任何内容</translation>
    </message>
    <message>
        <source>{lead} · {state}</source>
        <translation>{lead} · {state}</translation>
    </message>
    <message>
        <source>Not connected to {lead} yet</source>
        <translation>尚未连接 {lead}</translation>
    </message>
    <message>
        <source>Last heard from {lead} {age} ago</source>
        <translation>上次收到 {lead} 应答：{age}前</translation>
    </message>
    <message>
        <source>Connected to {lead}</source>
        <translation>已连接 {lead}</translation>
    </message>
    <message>
        <source>Round {round} of {rounds}</source>
        <translation>第 {round}/{rounds} 轮</translation>
    </message>
    <message>
        <source>{round} · about {time} left</source>
        <translation>{round} · 约剩 {time}</translation>
    </message>
    <message>
        <source>{round} · {state}</source>
        <translation>{round} · {state}</translation>
    </message>
</context>
<context>
    <name>StudyPage</name>
    <message>
        <source>Study</source>
        <translation>研究</translation>
    </message>
    <message>
        <source>Read the plan, compare the check words, then decide.</source>
        <translation>阅读方案，比对核对词，然后决定。</translation>
    </message>
    <message>
        <source>Try again</source>
        <translation>重试</translation>
    </message>
    <message>
        <source>Text (*.txt)</source>
        <translation>文本（*.txt）</translation>
    </message>
    <message>
        <source>Save the request</source>
        <translation>保存申请</translation>
    </message>
    <message>
        <source>For the study “{title}” we need these variables:</source>
        <translation>研究“{title}”需要以下变量：</translation>
    </message>
    <message>
        <source>Nothing is missing for the study “{title}”.</source>
        <translation>研究“{title}”不缺任何变量。</translation>
    </message>
    <message>
        <source>{file} could not be written: {reason}</source>
        <translation>无法写入 {file}：{reason}</translation>
    </message>
    <message>
        <source>No study yet</source>
        <translation>暂无研究</translation>
    </message>
    <message>
        <source>A study begins with an invitation from a lead hospital: a file or a text.</source>
        <translation>研究从牵头医院的邀请开始：一个文件或一段文本。</translation>
    </message>
    <message>
        <source>I have an invitation</source>
        <translation>我有邀请</translation>
    </message>
    <message>
        <source>The plan could not be read now. What you see here may be old.</source>
        <translation>目前无法读取方案，此处内容可能不是最新。</translation>
    </message>
    <message>
        <source>Reading the plan…</source>
        <translation>正在读取方案…</translation>
    </message>
    <message>
        <source>Telling the lead hospital that you approve and join…</source>
        <translation>正在告知牵头医院您已批准并加入…</translation>
    </message>
    <message>
        <source>You have approved this plan and joined.</source>
        <translation>您已批准此方案并加入研究。</translation>
    </message>
    <message>
        <source>The lead hospital could not be asked; this page tries again by itself. {what} {mend}</source>
        <translation>无法询问牵头医院，本页会自动重试。{what}{mend}</translation>
    </message>
    <message>
        <source>Waiting for the lead hospital to let this site in. They will ask you for your check words.</source>
        <translation>正在等待牵头医院接纳本站点。对方会向您询问核对词。</translation>
    </message>
    <message>
        <source>Waiting for the lead hospital to publish the plan. This page changes by itself.</source>
        <translation>正在等待牵头医院发布方案。本页会自动更新。</translation>
    </message>
    <message>
        <source>Before you can join, open a data set that fits this study: see “Your records” below.</source>
        <translation>加入之前，请先打开符合本研究的数据集：见下方“您的记录”。</translation>
    </message>
    <message>
        <source>Your data set does not fit this study yet: see “Your records” below.</source>
        <translation>您的数据集尚不符合本研究：见下方“您的记录”。</translation>
    </message>
    <message>
        <source>Nothing of your records is sent before you approve.</source>
        <translation>您批准之前，不会发送您记录中的任何内容。</translation>
    </message>
    <message>
        <source>Go to training</source>
        <translation>前往训练</translation>
    </message>
    <message>
        <source>Words match — approve and join</source>
        <translation>核对词一致，批准并加入</translation>
    </message>
</context>
<context>
    <name>StudyPicker</name>
    <message>
        <source>Study</source>
        <translation>研究</translation>
    </message>
    <message>
        <source>Study to show</source>
        <translation>显示的研究</translation>
    </message>
</context>
<context>
    <name>SummaryTab</name>
    <message>
        <source>The final result</source>
        <translation>最终结果</translation>
    </message>
    <message>
        <source>After round {round}</source>
        <translation>第 {round} 轮之后</translation>
    </message>
    <message>
        <source>The figures of your own site come with the final result.</source>
        <translation>本站点的指标随最终结果一起给出。</translation>
    </message>
    <message>
        <source>Your site alone, the federation, and the model adapted to your site</source>
        <translation>仅用本站点、联邦模型与适配本站点的模型</translation>
    </message>
    <message>
        <source>Hash of the federation&apos;s model</source>
        <translation>联邦模型哈希</translation>
    </message>
    <message>
        <source>Copy</source>
        <translation>复制</translation>
    </message>
    <message>
        <source>Copy the hash of the model</source>
        <translation>复制模型哈希</translation>
    </message>
    <message>
        <source>{who}: the model names the right class for {right} of {rows} ({accuracy}).</source>
        <translation>{who}：{rows} 名中，模型判断正确 {right} 名（{accuracy}）。</translation>
    </message>
    <message>
        <source>For comparison: always answering “{label}” would be right for {right} of {rows} ({accuracy}).</source>
        <translation>作为比较：一律回答“{label}”，{rows} 名中可判断正确 {right} 名（{accuracy}）。</translation>
    </message>
    <message>
        <source>These patients were set aside at the start and opened once, now that training has ended.</source>
        <translation>这些患者在开始时即被留出，训练结束后仅使用一次。</translation>
    </message>
    <message>
        <source>These are validation patients; final figures may be a little lower. Test patients stay closed until the end.</source>
        <translation>这些是验证患者，最终指标可能略低。测试患者在结束前不会使用。</translation>
    </message>
    <message>
        <source>Of 100 of your test patients, {number} more get the right answer than with your site alone.</source>
        <translation>与仅用本站点相比，每 100 名贵院测试患者中多 {number} 名判断正确。</translation>
    </message>
    <message>
        <source>Of 100 of your test patients, {number} fewer get the right answer than with your site alone.</source>
        <translation>与仅用本站点相比，每 100 名贵院测试患者中少 {number} 名判断正确。</translation>
    </message>
    <message>
        <source>On your test patients the federation&apos;s model is as good as your site alone.</source>
        <translation>在贵院测试患者上，联邦模型与仅用本站点的模型表现相当。</translation>
    </message>
    <message>
        <source>Your site alone</source>
        <translation>仅用本站点</translation>
    </message>
    <message>
        <source>Federation</source>
        <translation>联邦</translation>
    </message>
    <message>
        <source>Adapted to your site</source>
        <translation>适配本站点</translation>
    </message>
    <message>
        <source>Model</source>
        <translation>模型</translation>
    </message>
    <message>
        <source>Right answers</source>
        <translation>判断正确</translation>
    </message>
    <message>
        <source>F1, mean of classes</source>
        <translation>F1（各类均值）</translation>
    </message>
    <message>
        <source>AUC</source>
        <translation>AUC</translation>
    </message>
    <message>
        <source>Remark</source>
        <translation>备注</translation>
    </message>
    <message>
        <source>{reason} The adapted model stays on this computer.</source>
        <translation>{reason}适配后的模型保留在本机。</translation>
    </message>
</context>
<context>
    <name>TrainingPage</name>
    <message>
        <source>Training</source>
        <translation>训练</translation>
    </message>
    <message>
        <source>Every site trains on its own records; only model updates travel.</source>
        <translation>各站点用自己的记录训练，只传输模型更新。</translation>
    </message>
    <message>
        <source>No study to train yet</source>
        <translation>暂无可训练的研究</translation>
    </message>
    <message>
        <source>Training begins after you have approved the plan of a study and joined it.</source>
        <translation>批准研究方案并加入之后即可开始训练。</translation>
    </message>
    <message>
        <source>Go to the study</source>
        <translation>前往研究</translation>
    </message>
    <message>
        <source>Stop</source>
        <translation>停止</translation>
    </message>
    <message>
        <source>Ends the work on this study on this computer. Start goes on from the same round.</source>
        <translation>结束本机对此研究的工作。再次开始时从同一轮继续。</translation>
    </message>
    <message>
        <source>Progress of this step</source>
        <translation>本步骤进度</translation>
    </message>
    <message>
        <source>Time left</source>
        <translation>剩余时间</translation>
    </message>
    <message>
        <source>Sites taking part</source>
        <translation>参与站点</translation>
    </message>
    <message>
        <source>Still awaited</source>
        <translation>尚在等待</translation>
    </message>
    <message>
        <source>Last heard</source>
        <translation>上次应答</translation>
    </message>
    <message>
        <source>Learning so far</source>
        <translation>目前的学习情况</translation>
    </message>
    <message>
        <source>Learning so far, round by round</source>
        <translation>逐轮学习情况</translation>
    </message>
    <message>
        <source>Hide table</source>
        <translation>隐藏表格</translation>
    </message>
    <message>
        <source>Show as table</source>
        <translation>以表格显示</translation>
    </message>
    <message>
        <source>{round} of {rounds} rounds finished</source>
        <translation>已完成 {round}/{rounds} 轮</translation>
    </message>
    <message>
        <source>See the results</source>
        <translation>查看结果</translation>
    </message>
    <message>
        <source>Resume training</source>
        <translation>恢复训练</translation>
    </message>
    <message>
        <source>Pause training</source>
        <translation>暂停训练</translation>
    </message>
    <message>
        <source>Start training</source>
        <translation>开始训练</translation>
    </message>
    <message>
        <source>{code} · {what} {mend}</source>
        <translation>{code} · {what}{mend}</translation>
    </message>
    <message>
        <source>You have left this study. What was sent before stays in the rounds that were published.</source>
        <translation>您已退出本研究。此前发送的内容保留在已发布的轮次中。</translation>
    </message>
    <message>
        <source>Paused by you. Until you resume nothing is trained, and only messages without data are sent.</source>
        <translation>已由您暂停。恢复之前不会训练，只发送不含数据的消息。</translation>
    </message>
    <message>
        <source>You have joined. Start when you are ready: training runs in the background and resumes after a restart.</source>
        <translation>您已加入。准备好后即可开始：训练在后台运行，重启后自动继续。</translation>
    </message>
    <message>
        <source>Ready. Waiting for the lead hospital to start the next round; nothing to do here.</source>
        <translation>就绪。正在等待牵头医院开始下一轮，无需操作。</translation>
    </message>
    <message>
        <source>about {time}</source>
        <translation>约 {time}</translation>
    </message>
    <message>
        <source>, </source>
        <translation>、</translation>
    </message>
    <message>
        <source>nobody</source>
        <translation>无</translation>
    </message>
    <message>
        <source>{time} ago</source>
        <translation>{time}前</translation>
    </message>
    <message>
        <source>{heard} of {all} heard</source>
        <translation>{heard}/{all} 已应答</translation>
    </message>
    <message>
        <source>Validation</source>
        <translation>验证</translation>
    </message>
    <message>
        <source>Round</source>
        <translation>轮次</translation>
    </message>
    <message>
        <source>Error (loss)</source>
        <translation>误差（损失）</translation>
    </message>
    <message>
        <source>Right answers on validation patients</source>
        <translation>验证患者判断正确率</translation>
    </message>
    <message>
        <source>Right answers, %</source>
        <translation>判断正确，%</translation>
    </message>
    <message>
        <source>Error by round</source>
        <translation>各轮误差</translation>
    </message>
    <message>
        <source>Right answers by round</source>
        <translation>各轮判断正确率</translation>
    </message>
    <message>
        <source>After round {round} the error on training patients is {loss}.</source>
        <translation>第 {round} 轮之后，训练患者上的误差为 {loss}。</translation>
    </message>
    <message>
        <source>After round {round} the model names the right class for {accuracy} of all sites&apos; validation patients.</source>
        <translation>第 {round} 轮之后，模型对全部站点验证患者的判断正确率为 {accuracy}。</translation>
    </message>
    <message>
        <source>After round {round} the model names the right class for {accuracy} of all sites&apos; validation patients (error {loss}); after the first round it was {first}.</source>
        <translation>第 {round} 轮之后，模型对全部站点验证患者的判断正确率为 {accuracy}（误差 {loss}）；第一轮之后为 {first}。</translation>
    </message>
    <message>
        <source>Error, training</source>
        <translation>误差（训练）</translation>
    </message>
    <message>
        <source>Error, validation</source>
        <translation>误差（验证）</translation>
    </message>
    <message>
        <source>Right answers, validation</source>
        <translation>判断正确（验证）</translation>
    </message>
</context>
<context>
    <name>Tray</name>
    <message>
        <source>The study has ended: the results are there.</source>
        <translation>研究已结束，结果已可查看。</translation>
    </message>
    <message>
        <source>Training has stopped here and needs you.</source>
        <translation>本机的训练已停止，需要您处理。</translation>
    </message>
    <message>
        <source>The plan of the study is there and waits for your approval.</source>
        <translation>研究方案已送达，等待您批准。</translation>
    </message>
</context>
<context>
    <name>VaultDialog</name>
    <message>
        <source>At least {count} characters. Four or five unrelated words are good.</source>
        <translation>至少 {count} 个字符。建议使用四五个互不相关的词。</translation>
    </message>
    <message>
        <source>Type the same passphrase a second time.</source>
        <translation>请再次输入相同的口令。</translation>
    </message>
    <message>
        <source>Both are the same.</source>
        <translation>两次输入一致。</translation>
    </message>
    <message>
        <source>Keep the recovery sheet</source>
        <translation>请保管好恢复单</translation>
    </message>
    <message>
        <source>A locked room for your records</source>
        <translation>为您的记录建立加密库</translation>
    </message>
    <message>
        <source>What you open in Wardround is kept encrypted on this computer. Without the key nobody can read it, not even with the disk in hand.</source>
        <translation>您在 Wardround 中打开的内容会加密保存在本机。没有密钥，即使拿到硬盘也无法读取。</translation>
    </message>
    <message>
        <source>Looking for this computer&apos;s keyring…</source>
        <translation>正在查找本机的系统密钥环…</translation>
    </message>
    <message>
        <source>The key rests in this computer&apos;s keyring and opens with your login. You need no passphrase.</source>
        <translation>密钥保存在本机的系统密钥环中，随您的登录解锁，无需口令。</translation>
    </message>
    <message>
        <source>This computer has no keyring that works. The key is protected by a passphrase that you choose; you will be asked for it at each start.</source>
        <translation>本机没有可用的系统密钥环。密钥由您设定的口令保护，每次启动时需要输入。</translation>
    </message>
    <message>
        <source>Passphrase</source>
        <translation>口令</translation>
    </message>
    <message>
        <source>Once more</source>
        <translation>再次输入</translation>
    </message>
    <message>
        <source>Create</source>
        <translation>建立</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
</context>
<context>
    <name>WelcomePage</name>
    <message>
        <source>Welcome</source>
        <translation>欢迎</translation>
    </message>
    <message>
        <source>Hospitals train one model together; every patient record stays where it is.</source>
        <translation>多家医院共同训练一个模型，每条患者记录都留在原处。</translation>
    </message>
    <message>
        <source>Try the demo study</source>
        <translation>体验演示研究</translation>
    </message>
    <message>
        <source>Four hospitals on this computer, real records that anyone may use, the real way of sending. Takes about three minutes.</source>
        <translation>在本机模拟四家医院，使用公开的真实记录和真实的传输方式，约需三分钟。</translation>
    </message>
    <message>
        <source>A good first step</source>
        <translation>推荐从这里开始</translation>
    </message>
    <message>
        <source>I have an invitation</source>
        <translation>我有邀请</translation>
    </message>
    <message>
        <source>The lead hospital has sent you a file or a text. See who invites you and what for, before anything is sent.</source>
        <translation>牵头医院已发给您一个文件或一段文本。先了解谁邀请、为何邀请，此前不会发送任何内容。</translation>
    </message>
    <message>
        <source>Open my data first</source>
        <translation>先打开我的数据</translation>
    </message>
    <message>
        <source>Look at a table of your patients: what is in it, what is missing. It is kept encrypted, on this computer only.</source>
        <translation>查看患者数据表：有哪些内容，缺失了什么。数据仅加密保存在本机。</translation>
    </message>
    <message>
        <source>Nothing is sent until you approve it.</source>
        <translation>未经您批准，不会发送任何内容。</translation>
    </message>
    <message>
        <source>Setting up the demo: a coordinator and three pretend hospitals start on this computer…</source>
        <translation>正在准备演示：在本机启动协调器和三家模拟医院…</translation>
    </message>
</context>
<context>
    <name>Window</name>
    <message>
        <source>Larger text</source>
        <translation>放大文字</translation>
    </message>
    <message>
        <source>Smaller text</source>
        <translation>缩小文字</translation>
    </message>
    <message>
        <source>Wardround – demo: invented hospitals</source>
        <translation>Wardround – 演示：虚构的医院</translation>
    </message>
    <message>
        <source>Needs data that you have checked</source>
        <translation>需要先检查数据</translation>
    </message>
    <message>
        <source>Needs a study that you have joined</source>
        <translation>需要先加入研究</translation>
    </message>
    <message>
        <source>Needs a finished round</source>
        <translation>需要至少完成一轮</translation>
    </message>
    <message>
        <source>Research use only – not for diagnosis</source>
        <translation>仅供研究使用，不得用于诊断</translation>
    </message>
    <message>
        <source>?</source>
        <translation>？</translation>
    </message>
    <message>
        <source>Help for this page</source>
        <translation>本页帮助</translation>
    </message>
    <message>
        <source>Help for this page (F1)</source>
        <translation>本页帮助（F1）</translation>
    </message>
    <message>
        <source>DEMO</source>
        <translation>演示</translation>
    </message>
    <message>
        <source>Invented hospitals on this computer; public records, nothing leaves.</source>
        <translation>本机上虚构的医院；使用公开记录，不外发任何内容。</translation>
    </message>
</context>
<context>
    <name>WordsCard</name>
    <message>
        <source>Check words</source>
        <translation>核对词</translation>
    </message>
    <message>
        <source>Phone the lead hospital and compare these words. They are not secret.</source>
        <translation>请致电牵头医院比对这些词。核对词无需保密。</translation>
    </message>
    <message>
        <source>The lead hospital&apos;s words</source>
        <translation>牵头医院的核对词</translation>
    </message>
    <message>
        <source>Your words</source>
        <translation>您的核对词</translation>
    </message>
    <message>
        <source>Hash of the plan</source>
        <translation>方案哈希</translation>
    </message>
    <message>
        <source>Copy</source>
        <translation>复制</translation>
    </message>
    <message>
        <source>Copy the hash of the plan</source>
        <translation>复制方案哈希</translation>
    </message>
</context>
<context>
    <name>_KeyDialog</name>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
</context>
</TS>
