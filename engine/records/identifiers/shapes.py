# SPDX-License-Identifier: Apache-2.0
"""Identifiers that are known by their shape: numbers with a check digit, addresses of machines, numbers behind a word that names them.

Every pattern is bounded and begins where no letter or digit of its own kind stands before it, so the time is linear in the text
whatever it holds. ``Group.trigger`` is a pattern of RE2 (Arrow) that every text with such an identifier matches: only texts that
match it are looked at here.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from engine.records.identifiers import checks


@dataclass(frozen=True)
class Span:
    """An identifier in a flat text."""

    start: int
    end: int
    kind: str
    sure: bool = True  # False: in a column of numbers only when most cells are like it


@dataclass(frozen=True)
class Shape:
    """``part``: the group of the pattern that is the identifier (0: all of it)."""

    kind: str
    pattern: re.Pattern[str]
    holds: Callable[[str], bool] | None = None
    sure: bool = True
    part: int | str = 0
    trigger: str = ""


@dataclass(frozen=True)
class Group:
    """Shapes with one trigger."""

    trigger: str
    shapes: tuple[Shape, ...]

    def spans(self, text: str) -> Iterator[Span]:
        """Every identifier of these shapes, shape by shape."""
        for shape in self.shapes:
            for found in shape.pattern.finditer(text):
                if shape.holds is None or shape.holds(found[shape.part]):
                    yield Span(*found.span(shape.part), shape.kind, shape.sure)


def _digits(low: int, high: int) -> Callable[[str], bool]:
    return lambda text: low <= sum("0" <= letter <= "9" for letter in text) <= high


_PLAIN = re.compile(
    r"(?:18|19|20)\d\d|(?:18|19|20)\d\d([-/.])\d{1,2}\1\d{1,2}|\d{1,2}([-/.])\d{1,2}\2(?:\d{4}|\d\d)|\d+[./]\d+[a-z%]*|.*[a-z]{3}.*|\d+(?:mg|ml|mm|cm|kg|g|l|h|hr|min|s|d|y|yo|x|th|st|nd|rd)"
)


def _coded(text: str) -> bool:
    """A number, perhaps with letters: at least four places, two of them digits; no year, date, measurement or word."""
    code = checks.compact(text)
    return len(code) >= 4 and sum(letter.isdigit() for letter in code) >= 2 and not _PLAIN.fullmatch(text)


_CODE = r"(?:[A-Za-z]{1,6}[-./]?|[A-Za-z]{1,2} )?\d[\dA-Za-z./-]{2,24}"
_COUNTED = r"\s?(?:(?:number|numbers|num|no|nr|id|code)\b\.?|号码|编号|号|编码|#)"


def _behind(
    kind: str,
    words: str,
    loose: str,
    holds: Callable[[str], bool],
    value: str = _CODE,
    start: str = r"(?:[A-Za-z]{1,6}[-./]?|[A-Za-z]{1,2} )?[0-9]",
) -> Shape:
    """A number behind a word that says what it is: "MRN: 123", "病历号为 A0012".

    Args:
        kind: of identifier.
        words: that need nothing but the number behind them.
        loose: words that need "number", "ID", "#" or a colon as well ("patient", "card").
        holds: what the value must be.
        value: the pattern of a value.
        start: how a value begins, for the trigger.
    """
    said = rf"(?:(?:{words})(?:{_COUNTED})?" + (rf"|(?:{loose})(?:{_COUNTED}|\s?[:：#])" if loose else "") + ")"
    between = r"[\s:：#.=()（）'\"-]{0,4}(?:(?:is|was|为|是)[\s:：]{0,3})?"
    pattern = re.compile(rf"(?<![A-Za-z]){said}{between}(?P<value>{value})(?![0-9A-Za-z])", re.IGNORECASE)
    return Shape(kind, pattern, holds, part="value", trigger=f"(?i:{said}{between}{start})")


_MACHINES = Group(
    r"@|://|(?i:www\.)|[0-9]\.[0-9]{1,3}\.[0-9]|(?:[0-9A-Fa-f]{0,4}:){2}|(?:[0-9A-Fa-f]{2}-){5}|[0-9A-Fa-f]{4}\.[0-9A-Fa-f]{4}\.|[0-9A-Fa-f]{8}-[0-9A-Fa-f]{4}-",
    (
        Shape("email", re.compile(r"(?<![A-Za-z0-9_.%+-])[A-Za-z0-9._%+-]{1,64}\s?@\s?[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63}){1,5}")),
        Shape("url", re.compile(r"(?<![A-Za-z])(?:https?|ftp)://[^\s<>\"'，。；、）)（]{3,500}", re.IGNORECASE)),
        Shape("url", re.compile(r"(?<![A-Za-z0-9_@./])www\.[A-Za-z0-9-]{1,63}\.[^\s<>\"'，。；、）)（]{2,200}", re.IGNORECASE)),
        Shape("ip", re.compile(r"(?<![\d.])(?:(?:25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)\.){3}(?:25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)(?![\d.]*\d)")),
        Shape("ip", re.compile(r"(?<![0-9A-Za-z:])(?:[0-9A-Fa-f]{1,4}:){7}[0-9A-Fa-f]{1,4}(?![0-9A-Za-z:])")),
        Shape("ip", re.compile(r"(?<![0-9A-Za-z:])(?:[0-9A-Fa-f]{1,4}:){1,6}(?::[0-9A-Fa-f]{1,4}){1,6}(?![0-9A-Za-z:])")),
        Shape("device", re.compile(r"(?<![0-9A-Za-z:-])(?:[0-9A-Fa-f]{2}:){5}[0-9A-Fa-f]{2}(?![0-9A-Za-z:-])")),
        Shape("device", re.compile(r"(?<![0-9A-Za-z:-])(?:[0-9A-Fa-f]{2}-){5}[0-9A-Fa-f]{2}(?![0-9A-Za-z:-])")),
        Shape("device", re.compile(r"(?<![0-9A-Za-z.])[0-9A-Fa-f]{4}\.[0-9A-Fa-f]{4}\.[0-9A-Fa-f]{4}(?![0-9A-Za-z.])"), lambda text: not text.replace(".", "").isdigit()),
        Shape("other", re.compile(r"(?<![0-9A-Za-z-])[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}(?![0-9A-Za-z-])")),
    ),
)  # fmt: skip

_NUMBERS = Group(
    r"(?:^|[^0-9A-Za-z])[+(（]{0,2}[0-9](?:[^0-9A-Za-z]{0,3}[0-9]){9}|[0-9]{3}-[0-9]{2}-[0-9]{4}|\(01\)[0-9]{14}",
    (
        Shape(
            "national-id",
            re.compile(r"(?<![0-9A-Za-z])[1-9]\d{5}[ -]?(?:18|19|20)\d\d[ -]?(?:0[1-9]|1[0-2])[ -]?(?:0[1-9]|[12]\d|3[01])[ -]?\d{3}[ -]?[\dXx](?![0-9A-Za-z])"),
            checks.resident_id,
        ),
        Shape("national-id", re.compile(r"(?<![\d-])(?!000|666|9\d\d)\d{3}-(?!00)\d\d-(?!0000)\d{4}(?![\d-])")),
        Shape("phone", re.compile(r"(?<![\dA-Za-z.*])(?:\+?86[ -]?|\(\+?86\) ?)?1[3-9]\d(?:[ -]?\d{4}){2}(?![0-9A-Za-z])(?!\.\d)")),
        Shape("phone", re.compile(r"(?<![\dA-Za-z.-])(?:\(0\d{2,3}\)|（0\d{2,3}）|0\d{2,3}[ -])[ -]?[2-9]\d{2,3}[ -]?\d{4}(?:(?:-|转| ?ext\.? ?)\d{1,6})?(?![0-9A-Za-z])")),
        Shape("phone", re.compile(r"(?<![\dA-Za-z.-])[48]00[ -]\d{3}[ -]\d{4}(?![0-9A-Za-z-])")),
        Shape("phone", re.compile(r"(?<![\dA-Za-z.-])(?:(?:\+|00)?1[-. ]?)?(?:\([2-9]\d\d\) ?-?|[2-9]\d\d[-.])[2-9]\d\d[-. ]\d{4}(?: ?(?:x|ext\.?) ?\d{1,6})?(?![0-9A-Za-z])")),
        Shape("phone", re.compile(r"(?<![A-Za-z0-9+])\+\d{1,3}(?:[-. ()]{0,3}\d){7,12}(?: ?(?:x|ext\.?) ?\d{1,6})?(?![0-9A-Za-z])")),
        Shape("phone", re.compile(r"(?<![\dA-Za-z.+-])\(?0[1-9]\d{1,3}\)?[- ]?\d{3,4}[- ]?\d{3,4}(?![0-9A-Za-z])(?!\.\d)"), lambda text: _digits(10, 11)(text) and not text.isdigit()),
        Shape("phone", re.compile(r"(?<![\dA-Za-z.-])0[1-9]\d{9}(?![0-9A-Za-z])(?!\.\d)"), sure=False),
        Shape("phone", re.compile(r"(?<![\dA-Za-z.-])[2-9]\d\d[2-9]\d{6}(?![0-9A-Za-z])(?!\.\d)"), lambda text: not checks.nhs(text), sure=False),
        Shape("phone", re.compile(r"(?<![\dA-Za-z.-])[2-9]\d\d [2-9]\d\d \d{4}(?![0-9A-Za-z])"), lambda text: not checks.nhs(text)),
        Shape("record", re.compile(r"(?<![\dA-Za-z.-])\d{3}[ -]\d{3}[ -]\d{4}(?![0-9A-Za-z-])"), checks.nhs),
        Shape("record", re.compile(r"(?<![\dA-Za-z.-])\d{10}(?![0-9A-Za-z])(?!\.\d)"), checks.nhs, sure=False),
        Shape("account", re.compile(r"(?<![\dA-Za-z.-])[3-6]\d{3}(?:[ -]?\d{4}){2}[ -]?\d{1,4}(?:[ -]?\d{3})?(?![0-9A-Za-z])(?!\.\d)"), checks.luhn),
        Shape("account", re.compile(r"(?<![\dA-Za-z.-])(?:5[068]|6\d)\d{10}(?![0-9A-Za-z])(?!\.\d)"), checks.luhn, sure=False),
        Shape("account", re.compile(r"(?<![\dA-Za-z.-])3[47]\d\d[ -]?\d{6}[ -]?\d{5}(?![0-9A-Za-z])(?!\.\d)"), checks.luhn),
        Shape("account", re.compile(r"(?<![0-9A-Za-z])[A-Z]{2}\d\d(?: ?[0-9A-Z]{4}){2,7}(?: ?[0-9A-Z]{1,4})?(?![0-9A-Za-z])"), checks.iban),
        Shape("device", re.compile(r"\(01\)\d{14}(?:\(\d{2}\)[0-9A-Za-z-]{1,20}){0,4}")),
    ),
)  # fmt: skip

_PROVINCES = "京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼使"
_MIXED = Group(
    rf"[0-9A-Z]{{17}}|[{_PROVINCES}][A-Z]|[A-Z]{{2}} ?[0-9]{{2}} ?[0-9]{{2}} ?[0-9]{{2}}|[1-9][A-Z][A-Z0-9][0-9]-?[A-Z][A-Z0-9]|(?:[0-9A-Z]{{4}} ){{4}}",
    (
        Shape("vehicle", re.compile(rf"(?<![{_PROVINCES}])[{_PROVINCES}][A-HJ-NP-Z][ ·•.-]?(?:[DF][A-HJ-NP-Z0-9]\d{{4}}|\d{{5}}[DF]|[A-HJ-NP-Z0-9]{{4}}[A-HJ-NP-Z0-9挂学警港澳领])(?![0-9A-Za-z])"), _digits(1, 6)),
        Shape("vehicle", re.compile(r"(?<![0-9A-Za-z()=#@\[\]/\\+])(?=[A-Z0-9]{0,16}\d)[A-HJ-NPR-Z0-9]{17}(?![0-9A-Za-z()=#@\[\]/\\+])"), lambda text: checks.vin(text) and not text.isdigit()),
        Shape("national-id", re.compile(r"(?<![0-9A-Za-z])(?!BG|GB|KN|NK|NT|TN|ZZ)[A-CEGHJ-PR-TW-Z][A-CEGHJ-NPR-TW-Z] ?\d\d ?\d\d ?\d\d ?[A-D](?![0-9A-Za-z])")),
        Shape("plan", re.compile(r"(?<![0-9A-Za-z])[1-9][AC-HJKMNP-RT-Y][AC-HJKMNP-RT-Y0-9]\d-?[AC-HJKMNP-RT-Y][AC-HJKMNP-RT-Y0-9]\d-?[AC-HJKMNP-RT-Y]{2}\d\d(?![0-9A-Za-z])")),
        Shape("account", re.compile(r"(?<![0-9A-Za-z])[A-Z]{2}\d\d(?: ?[0-9A-Z]{4}){2,7}(?: ?[0-9A-Z]{1,4})?(?![0-9A-Za-z])"), checks.iban),
    ),
)  # fmt: skip

_PHONE = r"[+(（]?\d[\d ().（）+-]{5,20}\d(?: ?(?:x|ext\.?|转) ?\d{1,6})?"
_NAMED = (
    _behind("record", r"mrn|(?:medical|health|clinical|patient)[ -]?records?|chart|accession|nhs|urn|"
            r"(?:病历|病案|住院|门诊|急诊|就诊|登记|患者|病人|检查|检验|标本|样本|影像|病理|超声|放射|档案|健康档案|床位|诊疗|诊疗卡|就诊卡)(?:号|号码|编号|卡号|id)",
            r"records?|patient|case|encounter|specimen|hospital|admission|visit|episode|病历|住院|病案", _coded),
    _behind("national-id", r"ssn|social security|national (?:id|identity|insurance)|identity card|nino|(?:居民)?身份证(?:件)?(?:号|号码)?|证件号码?|公民身份号码", "", _digits(6, 18),
            r"[A-Z]{0,2}[\d][\dX -]{6,20}[\dXA-D]"),
    _behind("plan", r"medicare|medicaid|hicn|mbi|(?:医保|社保|医疗保险|社会保险|社会保障|参保|新农合|保险|保单|医疗证|合作医疗)(?:卡|证|个人)?(?:号|号码|编号|卡号|电脑号)",
            r"insurance|policy|member|subscriber|beneficiary|health plan|group|医保|社保", _coded),
    _behind("account", r"account|acct|a/c|iban|(?:credit|debit|bank|payment) ?card|(?:银行|储蓄|信用)?卡(?:号|号码)|(?:银行|支付宝|对公|缴费)?(?:账|帐)(?:号|户)", r"card|卡", _digits(5, 30),
            r"[A-Z]{0,4}\d[\dA-Z *-]{4,30}[\dA-Z]", r"[A-Z]{0,4}[0-9]"),
    _behind("licence", r"(?:driv[a-z]{1,5}'?s? )?licen[cs]e|passport|npi|dea|gmc|nmc|"
            r"(?:驾驶证|驾照|护照|执业证|执业证书|医师证|资格证|资格证书|军官证|士兵证|通行证|港澳通行证|台胞证|回乡证|居住证|出生证|出生医学证明|结婚证|许可证|证书|毕业证|学位证|残疾证|执照)(?:号|号码|编号)?",
            r"dl|certificate|certification|registration|permit|visa", _coded),
    _behind("vehicle", r"(?:licen[cs]e |number |registration )?plates?|vin|vehicle (?:identification|registration)|car reg(?:istration)?|"
            r"(?:车牌|车架|车辆识别|发动机|车辆识别代码|行驶证)(?:号|号码|代号)?", r"vehicle", _digits(1, 17), r"[A-Z0-9]{1,8}[ ·•-]?[A-Z0-9]{1,17}(?:[ -][A-Z0-9]{1,4})?", r"[A-Z0-9]{1,4}[ ·•-]?[A-Z]{0,4}[0-9]"),
    _behind("device", r"serial|s/n|imei|udi|(?:设备|仪器|起搏器|植入物|支架|序列|出厂|产品|器械|监护仪|呼吸机|机器)(?:序列)?(?:号|编号|号码|识别码)",
            r"sn|device|pacemaker|implant|defibrillator|pump|monitor|asset|lot|machine|批", _coded),
    _behind("biometric", r"biometrics?(?: hash| template)?|finger ?prints?(?: hash| template)?|voice ?prints?|retinal? (?:scan|id)|iris (?:scan|code|id)|palm ?prints?|face ?(?:print|id|template)|"
            r"(?:指纹|虹膜|声纹|掌纹|人脸|面部|生物特征)(?:识别|模板|特征|信息)?(?:号|码|编号|编码|模板|id)?", "", _digits(2, 200), r"[0-9A-Za-z+/][0-9A-Za-z+/_=-]{5,200}", r"[0-9A-Za-z+/]{3}"),
    _behind("fax", r"fax|传真", "", _digits(6, 16), _PHONE, r"[+(（]?[0-9]"),
    _behind("phone", r"(?:tele)?phone|tel|mobile|cell|call|contact|reach[a-z]{0,3} (?:at|on)|pager|(?:联系)?(?:电话|手机|方式)|座机|热线", "", _digits(6, 16), _PHONE, r"[+(（]?[0-9]"),
    _behind("other", r"barcode|条码号?|(?:trial|study|subject|participant|employee|staff|badge) (?:id|number|no)|(?:学|工|员工|社员|会员|入组|随机|受试者)(?:号|编号)", "", _digits(2, 30),
            r"[@A-Za-z0-9][A-Za-z0-9_.@-]{3,40}", r"[@A-Za-z0-9]{2}"),
    _behind("other", r"(?:微信|qq|支付宝|微博|抖音)(?:号|号码|id|账号)?", r"wechat|whatsapp|skype|twitter|instagram", lambda text: len(text) > 4,
            r"[@A-Za-z0-9][A-Za-z0-9_.@-]{4,40}", r"[@A-Za-z0-9]{2}"),
)  # fmt: skip

_PHOTOS = Group(
    r"(?i:\.(?:jpe?g|png|heic|bmp|gif|tiff?|webp))",
    (Shape("photo", re.compile(r"(?<![\w/\\.-])[\w/\\. :-]{1,200}\.(?:jpe?g|png|heic|bmp|gif|tiff?|webp)(?![0-9A-Za-z])", re.IGNORECASE)),),
)

GROUPS: tuple[Group, ...] = (_MACHINES, _NUMBERS, _MIXED, Group("|".join(shape.trigger for shape in _NAMED), _NAMED), _PHOTOS)
