# SPDX-License-Identifier: Apache-2.0
"""What a column's name says of its cells, in English, Chinese and Pinyin: "Pt. Phone #", "联系电话", "shenfenzheng"."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from engine.records.identifiers import moments

_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])|(?<=[A-Za-z])(?=[0-9])")


@dataclass(frozen=True)
class Header:
    """``sure``: the name alone tells it; else the cells must look like it too. ``key``: it may tell patients apart."""

    kind: str
    sure: bool = True
    key: bool = False


def words(name: str) -> str:
    """The name as words: "PtDOB_2" → "pt dob 2"."""
    spaced = _CAMEL.sub(" ", unicodedata.normalize("NFKC", name))
    return " ".join(re.sub(r"[^0-9A-Za-z\u00c0-\u024f\u4e00-\u9fff#]+", " ", spaced).casefold().split())


_ENGLISH: tuple[tuple[str, bool, bool, str], ...] = (
    ("fax", True, False, r"\bfax(?:es)?\b|\bfaxno\b"),
    ("email", True, False, r"\be ?mails?\b|\bemail ?address\b|\bmail address\b"),
    ("phone", True, False, r"\b(?:tele)?phones?\b|\btel(?:no)?\b|\bmobiles?\b|\bcell ?(?:phone|no|number)\b|\bcontact ?(?:no|number|num|#)\b|\bphoneno\b|\bpager\b"),
    ("url", True, False, r"\burls?\b|\bweb ?(?:site|page|address)\b|\bhome ?page\b"),
    ("ip", True, False, r"\bip ?(?:v[46])?(?: ?v ?[46])? ?addr\w*\b|\bipaddr\w*\b|\bip\b$|\bclient ip\b"),
    ("device", True, False, r"\bmac ?addr\w*\b|\bimei\b|\budi\b|\bserial ?(?:no|num|number|#|nr)?\b(?! killer| interval| time)|\bdevice ?(?:id|no|number|serial|identifier|sn)\b|\bimplant ?(?:id|no|number|serial)\b|\bpacemaker ?(?:id|no|number|serial)\b|\b(?:machine|scanner|asset|equipment) ?(?:id|no|number|serial)\b|\bsn\b$"),
    ("national-id", True, False, r"\bssns?\b|\bsocial ?security\b|\bnational ?(?:id|identity|insurance)\w*\b|\bnino\b|\bid ?card\b|\bidentity ?(?:card|no|number)\b|\bshen ?fen ?zheng\w*\b|\bsfz\w*\b|\bcitizen ?id\b"),
    ("plan", True, False, r"\b(?:insurance|policy|member|subscriber|beneficiary|medicare|medicaid|plan) ?(?:id|no|num|number|#|identifier|card)\b|\bhicn?\b|\bmbi\b|\byi ?bao ?(?:hao|ka)\w*\b|\bshe ?bao\w*\b|\bhealth ?plan ?(?:beneficiary|id|no|number)\b"),
    ("account", True, False, r"\b(?:account|acct) ?(?:id|no|num|number|nr|#)\b|\biban\b|\b(?:credit|debit|bank|payment) ?card\w*\b|\bcard ?(?:no|num|number|#)\b|\bbank ?(?:account|acct)\b|\baccount\b$|\byin ?hang ?ka\w*\b"),
    ("licence", True, False, r"\blicen[cs]e ?(?:id|no|num|number|#)\b|\bdriv\w+ ?licen[cs]e\b|\blicen[cs]e\b$|\bpassports?\b|\bcertificate ?(?:id|no|num|number|#)\b|\bnpi\b|\bdea ?(?:no|number|#)?\b$|\bhu ?zhao\w*\b|\bjia ?shi ?zheng\w*\b"),
    ("vehicle", True, False, r"\b(?:licen[cs]e|number|car|vehicle|registration) ?plates?\b|\bplate ?(?:no|num|number|#)\b|\bvin\b|\bvehicle ?(?:id|identification|reg\w*|no|number|vin)\b|\bche ?pai\w*\b|\bcar ?reg\w*\b"),
    ("biometric", True, False, r"\bfinger ?prints?\b|\bbiometrics?\b|\bvoice ?prints?\b|\bretina(?:l)? ?(?:scan|id|code|print)\b|\biris ?(?:scan|code|template|id)\b|\bpalm ?prints?\b|\bface ?(?:id|print|template|encoding|embedding)\b"),
    ("photo", True, False, r"\b(?:patient|face|facial|id|passport|full face|profile) ?(?:photo\w*|pictures?|images?)\b|\bphotos?\b$|\bphotograph\w*\b|\bmugshot\b|\bselfie\b"),
    ("record", True, True, r"\bmrns?\b|\b(?:medical|patient|hospital|health|clinical|chart|case) ?(?:record|chart|file)? ?(?:id|no|num|number|nr|#|identifier)\b|\brecord ?(?:id|no|num|number|nr|#|identifier)\b|\bchart ?(?:no|number|id)?\b$|\b(?:encounter|admission|visit|accession|episode|specimen|sample|hadm|icustay|stay) ?(?:id|no|num|number|#)\b|\bnhs ?(?:no|num|number)?\b$|\burn\b|\bzhu ?yuan ?hao\b|\bbing ?(?:li|an) ?hao\b|\bmen ?zhen ?hao\b|\b(?:pid|ptid|patid|patientid|recordid)\b"),
    ("other", False, True, r"^(?:id|ids|uid|uuid|guid|key|identifier|code|no|nr|number|index|idx|serial)$|\b(?:subject|study|participant|trial|person|case|sample|unique|randomi[sz]ation|screening|enrol\w+|employee|staff|client) ?(?:id|no|num|number|nr|#|identifier|code|key)\b|\b(?:subj|subjectid|studyid|personid|usubjid|subjid)\b|\bbar ?code\b"),
    ("other", True, False, r"\buser ?name\b|\blogin ?(?:name|id)?\b$|\bwe ?chat\w*\b|^qq\b|\b(?:twitter|facebook|instagram|skype|whatsapp|social media)\b"),
    ("name", True, False, r"\b(?:first|last|middle|given|family|full|maiden|birth|sur|fore|patient|pt|mother|father|guardian|spouse|next of kin|nok|emergency contact|contact|doctor|physician|surgeon|nurse|provider|clinician|consultant|referring|attending|relative|parent|subject|person|participant|employer|caregiver|carer|radiologist|operator|investigator)s? ?(?:s )?(?:last |first |full |middle )?names?\b|\b(?:first|last|full|sur|fore|maiden)names?\b|\bf ?name\b|\bl ?name\b|\binitials\b|\bxing ?ming\b|\bnext of kin\b|\bpatientname\b"),
    ("name", False, False, r"^(?:patient|pt)?s? ?names?$|^(?:given|family|name [12]|patients?|doctor|physician|surgeon|nurse|provider|clinician|consultant|attending|mother|father|guardian|spouse|relatives?|contact|emergency contact|referr(?:er|ed by|ing physician)|operator|reported by|signed by|author|employer)$"),
    ("address", True, False, r"\b(?:home|street|mailing|postal|residential|patient|current|permanent|work|billing) ?address\b|\baddress ?(?:line)? ?[0-9]?\b$|\baddr ?[0-9]?\b$|^street(?: name)?$|\bstreet ?address\b|\bdi ?zhi\b|\bzhu ?zhi\b|\bapartment\b|\bhouse ?(?:no|number)\b"),
    ("postcode", True, False, r"\bzips?(?: ?codes?)?\b(?! file)|\bzip ?[0-9]\b|\bpost(?:al)? ?codes?\b|\byou ?bian\b|\bpostcode\b"),
    ("place", False, False, r"^(?:city|town|county|village|municipality|district|suburb|home ?town|birth ?place|residence|place of (?:birth|residence)|city of \w+|(?:patient|home|birth|residence) (?:city|town|county)|census tract|latitude|longitude|lat|lon|lng|gps|geocode|coordinates)$"),
    ("date", False, False, r"\bdobs?\b|\bdates?\b|\bbirth ?(?:day|date)\b|\bdt\b|\bdate ?of\b|\bdod\b|\b(?:admission|discharge|death|visit|event|sample|collection|diagnosis|surgery|procedure|start|end|onset) ?(?:time|day|dt|datetime)\b|\bdatetime\b|\btimestamp\b|\bsheng ?ri\b|\bri ?qi\b|\bdate ?time\b"),
    ("age", False, False, r"\bages?\b|\bnian ?ling\b"),
)  # fmt: skip
_CHINESE: tuple[tuple[str, bool, bool, str], ...] = (
    ("fax", True, False, "传真"),
    ("email", True, False, "邮箱|电子邮件|邮件地址"),
    ("phone", True, False, "电话|手机|联系方式|座机|移动号码"),
    ("url", True, False, "网址|网站|主页|链接"),
    ("ip", True, False, "^ip地址|ip 地址|网络地址"),
    ("device", True, False, "(?:设备|仪器|起搏器|植入物|器械|支架|机器|产品|监护仪|呼吸机).{0,4}(?:号|编号|序列|识别码|id)|序列号|出厂编号|mac ?地址"),
    ("national-id", True, False, "身份证|证件号|公民身份|身份号码|身份证明号"),
    ("plan", True, False, "(?:医保|社保|医疗保险|社会保障|社会保险|参保|新农合|保险|保单|医疗证|合作医疗).{0,4}(?:号|卡|编号)|医保卡|社保卡"),
    ("account", True, False, "银行卡|银行(?:账|帐)|(?:账|帐)号|(?:账|帐)户|信用卡|储蓄卡|支付宝|^卡号"),
    ("licence", True, False, "驾驶证|驾照|护照|执业证|资格证|军官证|士兵证|通行证|台胞证|回乡证|居住证|许可证|出生证|出生医学证明|执照|证书(?:号|编号)|残疾证"),
    ("vehicle", True, False, "车牌|车架号|车辆|发动机号|行驶证"),
    ("biometric", True, False, "指纹|虹膜|声纹|掌纹|人脸(?:特征|模板|识别)|面部特征|生物特征|生物识别"),
    ("photo", True, False, "照片|头像|相片|正面照|面部照|人像"),
    ("record", True, True, "(?:病历|病案|住院|门诊|急诊|就诊|登记|患者|病人|检查|检验|标本|样本|影像|病理|超声|放射|档案|诊疗|就诊卡|诊疗卡|床位|体检|流水)(?:号|号码|编号|卡号|id|编码|唯一号)|住院id|患者标识|病人标识|病案首页号"),
    ("other", False, True, "^(?:编号|序号|号码|id|编码|唯一号|标识|流水号|条码|条形码|受试者(?:号|编号)?|入组号|随机号|研究编号|筛选号)$"),
    ("other", True, False, "微信|^qq|^(?:学|工|员工|会员)(?:号|编号)|用户名|微博"),
    ("name", True, False, "姓名|^(?:姓|名|名字|全名|曾用名|乳名|英文名)$|(?:患者|病人|父亲|母亲|家属|配偶|联系人|监护人|医生|医师|护士|主刀|术者)(?:姓名|名字|名)|产妇名|婴儿名"),
    ("name", False, False, "^(?:患者|病人|医生|医师|护士|主刀|术者|助手|主治医师|主管医生|主管医师|经治医师|责任护士|麻醉师|麻醉医师|联系人|紧急联系人|监护人|父亲|母亲|配偶|家属|记录人|报告人|报告医师|审核人|审核医师|申请医生|申请医师|操作者|录入人|负责人|主诊医师)$"),
    ("address", True, False, "地址|住址|居住地|现住|户籍|户口|籍贯地址|家庭所在|门牌|街道|小区|工作单位"),
    ("postcode", True, False, "邮编|邮政编码"),
    ("place", False, False, "^(?:城市|市|区县|县|区|地区|市县|县区|所在(?:城市|区县|市|县)|出生地|籍贯|乡镇|村|社区|经度|纬度|坐标|来源地)$"),
    ("date", False, False, "日期|生日|出生(?:年月|时间|日)|(?:入院|出院|手术|就诊|死亡|检查|采样|确诊|发病|随访|登记|入组|报告|送检|分娩|术).{0,2}(?:时间|日)$"),
    ("age", False, False, "年龄|^岁数?$"),
)  # fmt: skip
_ENGLISH_RULES = tuple((Header(kind, sure, key), re.compile(pattern)) for kind, sure, key, pattern in _ENGLISH)
_CHINESE_RULES = tuple((Header(kind, sure, key), re.compile(pattern)) for kind, sure, key, pattern in _CHINESE)
# What such a name is not: a count of calls, the name of a drug, the address of a byte.
_OTHER = re.compile(
    r"\b(?:count|counts|n|num of|number of|no of|has|have|any|is|yes|flag|type|status|score|index|ratio|rate|level|days|hours|months|weeks|freq\w*|use[ds]?|ownership|owns?|minutes|duration|time to|anxiety|brand|model|"
    r"drug|gene|test|lab|hospital|clinic|site|study|trial|country|region|state|department|ward|unit|file|column|variable|protein|organism|species|compound|chemical|product|generic|trade|medication|procedure|disease|event|class|category|label|group|task|dataset|feature|reads?|gap|stage|range|per)\b"
)
_OTHER_ZH = re.compile(
    "药品|药物|基因|检验项目|检查项目|医院名|科室|疾病|诊断名|手术名|项目名|数量|次数|个数|有无|是否|类型|类别|分型|状态|得分|评分"
)


CODES = frozenset({"record", "plan", "account", "licence", "vehicle", "device", "national-id", "other", "biometric"})
LOOSE: dict[str, str] = {
    "phone": r"^\s*[+(（]?[0-9][0-9 ()（）./+*x\-]{5,24}(?:(?:ext|转|x)[ .]?[0-9]+)?\s*$",
    "email": r"@",
    "url": r"^\S+\.\S+$",
    "ip": r"^[0-9A-Fa-f.:/]{7,45}$",
    "name": r"^[^0-9]{2,60}$",
    "address": r"^.*[A-Za-z\p{Han}].*[0-9A-Za-z\p{Han}].*$",
    "place": r"^.*[A-Za-z\p{Han}]{2}.*$",
    "postcode": rf"^\s*(?:[0-9]{{4,6}}(?:-[0-9]{{4}})?|{moments.UK_POSTCODE}|[A-Z][0-9][A-Z] ?[0-9][A-Z][0-9]|[0-9]{{4}} ?[A-Z]{{2}})\s*$",
    "photo": r"^\S{5,}$",
    "date": r"^\s*(?:(?:18|19|20)[0-9]{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01])|(?:18|19|20)[0-9]{2}[-/.年](?:1[0-2]|0?[1-9])月?|(?i:[0-9]{1,2}[- ]?(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*[- ]?[0-9]{2,4}))(?:[ T].*)?\s*$",
    "age": r"^\s*(?:9[0-9]|1[0-2][0-9])(?:\.[0-9]+)?\s*(?i:y|yrs?|years?|yo|y/o|岁|周岁)?\s*$",
}
LOOSE["fax"] = LOOSE["phone"]
CODE = r"^\s*[A-Za-z\p{Han}]{0,10}[ _./#\-]?[0-9A-Za-z]*[0-9][0-9A-Za-z ._/#*·+=\-]*\s*$"
"""What the cells of such a column look like, in RE2's words."""


def read(name: str) -> Header | None:
    """What the name says; None when it names nothing of a person."""
    said = words(name)
    for rule, pattern in _CHINESE_RULES:
        if pattern.search(said):
            return None if _OTHER_ZH.search(said) else rule
    for rule, pattern in _ENGLISH_RULES:
        if pattern.search(said):
            return Header(rule.kind, False, rule.key) if _OTHER.search(said) and rule.kind not in ("age", "date") else rule
    return None
