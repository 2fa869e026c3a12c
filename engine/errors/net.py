# SPDX-License-Identifier: Apache-2.0
"""NET, TLS, ENROL, CLOCK: connections, certificates, invitations."""

from __future__ import annotations

from engine.errors.entry import Entry, Status, Who, entry

ENTRIES: dict[str, Entry] = {
    # --- NET 01–09: from the site to the coordinator's door
    "E-NET-01": entry(
        Status.UNAVAILABLE,
        7,
        Who.HOSPITAL_IT,
        (
            "The name {host} could not be found on this network.",
            "Check the address in the invitation; if it is right, ask your IT to make this name resolvable from this computer.",
        ),
        ("在本网络中找不到名称 {host}。", "请核对邀请中的地址；如果无误，请联系本院信息科，使本机能够解析该名称。"),
    ),
    "E-NET-02": entry(
        Status.UNAVAILABLE,
        7,
        Who.LEAD,
        (
            "The computer at {address} answers, but no coordinator is listening there.",
            "Ask the lead hospital whether its coordinator is running on this port. Wardround keeps trying; nothing is lost.",
        ),
        (
            "{address} 的计算机有响应，但没有协调器在监听。",
            "请询问牵头医院该端口上的协调器是否在运行。Wardround 会继续重试，数据不会丢失。",
        ),
    ),
    "E-NET-03": entry(
        Status.UNAVAILABLE,
        7,
        Who.HOSPITAL_IT,
        (
            "Nothing answers at {address}.",
            "Ask your IT to allow outgoing connections to {address}, or to tell you which proxy to set. Wardround keeps trying.",
        ),
        ("{address} 没有任何响应。", "请联系本院信息科允许连接到 {address}，或告知应设置的代理。Wardround 会继续重试。"),
    ),
    "E-NET-04": entry(
        Status.UNAVAILABLE,
        7,
        Who.HOSPITAL_IT,
        (
            "The connection to {address} was interrupted.",
            "Wardround connects again by itself and goes on where it stopped. If this happens often, ask your IT.",
        ),
        ("与 {address} 的连接中断。", "Wardround 会自动重新连接并从中断处继续。如果经常发生，请联系本院信息科。"),
    ),
    "E-NET-05": entry(
        Status.UNAVAILABLE,
        7,
        Who.HOSPITAL_IT,
        (
            "The proxy {proxy} cannot be reached.",
            "Check the proxy in the network settings with your IT. Wardround does not go around the proxy.",
        ),
        ("无法连接到代理 {proxy}。", "请与本院信息科核对网络设置中的代理。Wardround 不会绕过代理。"),
    ),
    "E-NET-06": entry(
        Status.UNAVAILABLE,
        7,
        Who.HOSPITAL_IT,
        (
            "The proxy {proxy} refused to connect to {address} (answer {status}).",
            "Ask your IT to allow CONNECT to {address} on this proxy.",
        ),
        ("代理 {proxy} 拒绝连接到 {address}（应答 {status}）。", "请联系本院信息科，在该代理上允许对 {address} 的 CONNECT 请求。"),
    ),
    "E-NET-07": entry(
        Status.UNAVAILABLE,
        7,
        Who.YOU,
        (
            "The proxy {proxy} asks for a name and password, or does not accept the ones that are set.",
            "Enter the proxy's user name and password in the network settings; your IT knows them.",
        ),
        ("代理 {proxy} 要求用户名和密码，或不接受当前设置的用户名和密码。", "请在网络设置中填写代理的用户名和密码；可向本院信息科查询。"),
    ),
    "E-NET-08": entry(
        Status.INVALID_ARGUMENT,
        8,
        Who.YOU,
        (
            "The proxy setting cannot be used: {reason}.",
            "Write it as http://proxy.example.org:3128; proxies of another kind are not supported.",
        ),
        ("无法使用代理设置：{reason}。", "请写成 http://proxy.example.org:3128 的形式；不支持其他类型的代理。"),
    ),
    "E-NET-09": entry(
        Status.INVALID_ARGUMENT,
        8,
        Who.YOU,
        ("{address} is not an address.", "Write it as host:port, for example fl.hospital.org:7443 or [2001:db8::7]:7443."),
        ("{address} 不是有效地址。", "请写成 主机:端口 的形式，例如 fl.hospital.org:7443 或 [2001:db8::7]:7443。"),
    ),
    "E-NET-10": entry(
        Status.UNAVAILABLE,
        7,
        Who.HOSPITAL_IT,
        (
            "{address} speaks TLS but not HTTP/2, which the coordinator always does.",
            "Something between you and the lead hospital changes the connection. Ask your IT to exempt {address} from inspection.",
        ),
        (
            "{address} 支持 TLS，但不支持协调器必用的 HTTP/2。",
            "本院与牵头医院之间有设备改动了连接。请联系本院信息科，将 {address} 排除在流量检查之外。",
        ),
    ),
    # --- NET 11–19: what is said on the line
    "E-NET-11": entry(
        Status.INVALID_ARGUMENT,
        1,
        Who.DEVELOPERS,
        (
            "A message of the kind {message} is not as the protocol demands: {reason}.",
            "Nothing was changed. Install the same version of Wardround on both sides; if that does not help, tell the developers.",
        ),
        ("类型为 {message} 的消息不符合协议：{reason}。", "没有任何更改。请在双方安装相同版本的 Wardround；如仍有问题，请告知开发人员。"),
    ),
    "E-NET-12": entry(
        Status.RESOURCE_EXHAUSTED,
        1,
        Who.DEVELOPERS,
        (
            "A message of the kind {message} is too large: {size} bytes, at most {limit} are allowed.",
            "Nothing was taken. Tell the developers.",
        ),
        ("类型为 {message} 的消息过大：{size} 字节，最多允许 {limit} 字节。", "没有接收任何内容。请告知开发人员。"),
    ),
    "E-NET-13": entry(
        Status.FAILED_PRECONDITION,
        8,
        Who.YOU,
        (
            "The coordinator speaks protocol {theirs}, this program speaks {ours}.",
            "Install the version of Wardround that the lead hospital uses ({version}).",
        ),
        ("协调器使用协议 {theirs}，本程序使用 {ours}。", "请安装牵头医院所用的 Wardround 版本（{version}）。"),
    ),
    "E-NET-14": entry(
        Status.UNAVAILABLE,
        7,
        Who.LEAD,
        (
            "The coordinator at {address} gave an answer that this program does not know ({status}).",
            "Wardround tries again. If it stays so, tell the lead hospital; the two versions may not fit.",
        ),
        (
            "{address} 的协调器给出了本程序无法识别的应答（{status}）。",
            "Wardround 会重试。如果一直如此，请告知牵头医院；双方版本可能不匹配。",
        ),
    ),
    "E-NET-15": entry(
        Status.UNAVAILABLE,
        7,
        Who.LEAD,
        (
            "The coordinator at {address} did not answer within {seconds} seconds.",
            "Wardround tries again. If it stays so, tell the lead hospital.",
        ),
        ("{address} 的协调器在 {seconds} 秒内没有应答。", "Wardround 会重试。如果一直如此，请告知牵头医院。"),
    ),
    "E-NET-16": entry(
        Status.INVALID_ARGUMENT,
        1,
        Who.DEVELOPERS,
        (
            "An upload was announced with {announced} bytes, but {received} arrived.",
            "What arrived was not used. Wardround sends again; if it stays so, tell the developers.",
        ),
        (
            "上传声明为 {announced} 字节，实际收到 {received} 字节。",
            "收到的内容未被使用。Wardround 会重新发送；如果一直如此，请告知开发人员。",
        ),
    ),
    "E-NET-17": entry(
        Status.ABORTED,
        7,
        Who.YOU,
        (
            "The same upload was started a second time, so the older one was stopped.",
            "Nothing is lost. Make sure that only one Wardround runs for this hospital.",
        ),
        ("同一上传被再次启动，因此较早的一个已停止。", "数据不会丢失。请确保本院只运行一个 Wardround。"),
    ),
    "E-NET-18": entry(
        Status.UNAVAILABLE,
        7,
        Who.LEAD,
        ("The coordinator is shutting down.", "Wardround connects again by itself as soon as it is back."),
        ("协调器正在关闭。", "恢复后 Wardround 会自动重新连接。"),
    ),
    "E-NET-19": entry(
        Status.UNAVAILABLE,
        7,
        Who.LEAD,
        (
            "The coordinator cannot store what arrives: {reason}.",
            "The lead hospital has to free some disk space. Wardround tries again; nothing is lost.",
        ),
        ("协调器无法保存收到的内容：{reason}。", "牵头医院需要清理磁盘空间。Wardround 会重试，数据不会丢失。"),
    ),
    # --- NET 20–29: the coordinator's own door
    "E-NET-20": entry(
        Status.FAILED_PRECONDITION,
        1,
        Who.LEAD,
        (
            "The port of {address} is in use by another program.",
            "Stop the other program (perhaps another coordinator), or choose another port with --listen.",
        ),
        ("{address} 的端口已被其他程序占用。", "请停止占用端口的程序（可能是另一个协调器），或用 --listen 选择其他端口。"),
    ),
    "E-NET-21": entry(
        Status.FAILED_PRECONDITION,
        8,
        Who.LEAD,
        ("It is not possible to listen on {address}: {reason}.", "Choose an address of this computer and a port above 1023 with --listen."),
        ("无法在 {address} 上监听：{reason}。", "请用 --listen 选择本机地址和大于 1023 的端口。"),
    ),
    # --- TLS: certificates
    "E-TLS-01": entry(
        Status.UNAUTHENTICATED,
        5,
        Who.HOSPITAL_IT,
        (
            "The other end at {address} is not the coordinator of your invitation: its certificate comes from another issuer.",
            "If your hospital inspects encrypted traffic, ask your IT to exempt {address}. Otherwise phone the lead hospital. Nothing was sent.",
        ),
        (
            "{address} 不是邀请中的协调器：其证书由其他机构签发。",
            "如果本院检查加密流量，请联系信息科将 {address} 排除在外；否则请致电牵头医院。没有发送任何内容。",
        ),
    ),
    "E-TLS-02": entry(
        Status.UNAUTHENTICATED,
        5,
        Who.LEAD,
        (
            "The coordinator at {address} does not carry the name {name} in its certificate.",
            "Ask the lead hospital for a new invitation, or to add this name to its certificate. Nothing was sent.",
        ),
        ("{address} 的协调器证书中没有名称 {name}。", "请向牵头医院索取新的邀请，或请其在证书中加入该名称。没有发送任何内容。"),
    ),
    "E-TLS-03": entry(
        Status.UNAUTHENTICATED,
        5,
        Who.LEAD,
        (
            "The certificate of the coordinator at {address} is expired or not valid yet.",
            "Check the date and time of this computer first; if they are right, ask the lead hospital to renew its certificate.",
        ),
        ("{address} 的协调器证书已过期或尚未生效。", "请先检查本机日期和时间；如果无误，请牵头医院更新证书。"),
    ),
    "E-TLS-04": entry(
        Status.UNAUTHENTICATED,
        6,
        Who.LEAD,
        (
            "The coordinator at {address} does not accept this hospital's certificate.",
            "It may be expired, or made for another federation. Ask the lead hospital for a new invitation.",
        ),
        ("{address} 的协调器不接受本院证书。", "证书可能已过期，或属于另一个联邦。请向牵头医院索取新的邀请。"),
    ),
    "E-TLS-05": entry(
        Status.UNAUTHENTICATED,
        5,
        Who.HOSPITAL_IT,
        (
            "{address} does not answer in TLS 1.3.",
            "Check the port; if it is right, something in between weakens the connection: ask your IT to exempt {address}.",
        ),
        ("{address} 不以 TLS 1.3 应答。", "请核对端口；如果无误，中间有设备削弱了连接：请联系本院信息科将 {address} 排除在外。"),
    ),
    "E-TLS-06": entry(
        Status.PERMISSION_DENIED,
        6,
        Who.LEAD,
        (
            "The coordinator does not know this hospital's certificate.",
            "Ask the lead hospital for a new invitation and enrol again; your data and results stay here.",
        ),
        ("协调器不认识本院证书。", "请向牵头医院索取新的邀请并重新登记；您的数据和结果仍保留在本机。"),
    ),
    "E-TLS-07": entry(
        Status.PERMISSION_DENIED,
        6,
        Who.LEAD,
        (
            "The lead hospital has withdrawn this hospital's certificate.",
            "Nothing more is sent. Phone the lead hospital to learn why.",
        ),
        ("牵头医院已吊销本院证书。", "不再发送任何内容。请致电牵头医院了解原因。"),
    ),
    "E-TLS-08": entry(
        Status.PERMISSION_DENIED,
        6,
        Who.DEVELOPERS,
        (
            "This certificate does not allow the call {call}.",
            "Finish the enrolment first; a certificate from an invitation is good for enrolling only.",
        ),
        ("该证书不允许调用 {call}。", "请先完成登记；邀请中的证书只能用于登记。"),
    ),
    "E-TLS-09": entry(
        Status.INVALID_ARGUMENT,
        8,
        Who.LEAD,
        ("The certificate or key in {source} cannot be used: {reason}.", "Check the file; certificates and keys are read as PEM text."),
        ("无法使用 {source} 中的证书或密钥：{reason}。", "请检查该文件；证书和密钥应为 PEM 文本。"),
    ),
    "E-TLS-10": entry(
        Status.INVALID_ARGUMENT,
        1,
        Who.DEVELOPERS,
        (
            "The request for a certificate cannot be used: {reason}.",
            "Nothing was issued. Enrol again with the current version of Wardround.",
        ),
        ("无法使用证书申请：{reason}。", "没有签发证书。请使用当前版本的 Wardround 重新登记。"),
    ),
    "E-TLS-11": entry(
        Status.UNAUTHENTICATED,
        5,
        Who.LEAD,
        (
            "The signature of {what} does not hold.",
            "It was altered on the way, or signed by somebody else. Do not use it; phone the lead hospital.",
        ),
        ("{what} 的签名无效。", "它在传送途中被改动，或由他人签署。请勿使用，并致电牵头医院。"),
    ),
    # --- ENROL: invitations
    "E-ENROL-01": entry(
        Status.INVALID_ARGUMENT,
        8,
        Who.YOU,
        (
            "{path} is not an invitation.",
            "Choose the file that the lead hospital sent you; its name ends in .wardround-invite.",
        ),
        ("{path} 不是邀请文件。", "请选择牵头医院发送的文件，其扩展名为 .wardround-invite。"),
    ),
    "E-ENROL-02": entry(
        Status.INVALID_ARGUMENT,
        8,
        Who.LEAD,
        (
            "The invitation {path} is damaged: {reason}.",
            "Ask the lead hospital to send it again, as an attachment rather than as text.",
        ),
        ("邀请文件 {path} 已损坏：{reason}。", "请牵头医院重新发送，并使用附件而非正文。"),
    ),
    "E-ENROL-03": entry(
        Status.FAILED_PRECONDITION,
        6,
        Who.LEAD,
        ("This invitation expired on {date}.", "Ask the lead hospital for a new one; check also the date of this computer."),
        ("该邀请已于 {date} 过期。", "请向牵头医院索取新的邀请，并检查本机日期。"),
    ),
    "E-ENROL-04": entry(
        Status.FAILED_PRECONDITION,
        6,
        Who.LEAD,
        (
            "This invitation was used already, by another computer.",
            "If that was not your hospital, phone the lead hospital at once; otherwise ask for a new invitation.",
        ),
        ("该邀请已被另一台计算机使用。", "如果不是本院所为，请立即致电牵头医院；否则请索取新的邀请。"),
    ),
    "E-ENROL-05": entry(
        Status.PERMISSION_DENIED,
        6,
        Who.LEAD,
        ("The lead hospital has withdrawn this invitation.", "Phone the lead hospital and ask for a new one."),
        ("牵头医院已撤回该邀请。", "请致电牵头医院并索取新的邀请。"),
    ),
    "E-ENROL-06": entry(
        Status.INVALID_ARGUMENT,
        8,
        Who.YOU,
        (
            "This invitation was made by a newer Wardround (format {version}).",
            "Install the current version of Wardround, then open it again.",
        ),
        ("该邀请由更新版本的 Wardround 生成（格式 {version}）。", "请安装当前版本的 Wardround 后重新打开。"),
    ),
    "E-ENROL-07": entry(
        Status.INVALID_ARGUMENT,
        1,
        Who.DEVELOPERS,
        (
            "The enrolment does not prove that the site holds its signing key.",
            "Nothing was issued. Enrol again; if it stays so, tell the developers.",
        ),
        ("登记未能证明站点持有其签名密钥。", "没有签发证书。请重新登记；如果一直如此，请告知开发人员。"),
    ),
    "E-ENROL-08": entry(
        Status.PERMISSION_DENIED,
        6,
        Who.LEAD,
        ("The coordinator does not know this invitation.", "Ask the lead hospital for a new one."),
        ("协调器不认识该邀请。", "请向牵头医院索取新的邀请。"),
    ),
    # --- CLOCK
    "E-CLOCK-01": entry(
        Status.FAILED_PRECONDITION,
        8,
        Who.HOSPITAL_IT,
        (
            "The clock of this computer differs from the coordinator's by {minutes} minutes.",
            "Set the date and time, best automatically from the network; certificates depend on them.",
        ),
        ("本机时钟与协调器相差 {minutes} 分钟。", "请校准日期和时间（最好通过网络自动校准）；证书依赖于它们。"),
    ),
    "E-NET-22": entry(
        Status.RESOURCE_EXHAUSTED,
        7,
        Who.YOU,
        (
            "This hospital's certificate is used for more than {most} calls at the same time.",
            "Wardround tries again. If it goes on, somebody else may have this hospital's keys: tell the lead hospital.",
        ),
        ("本院证书正同时用于超过 {most} 个调用。", "Wardround 会重试。如持续出现，可能有他人持有本院密钥：请告知牵头医院。"),
    ),
}
