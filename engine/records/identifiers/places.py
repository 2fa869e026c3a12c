# SPDX-License-Identifier: Apache-2.0
"""Addresses in texts and columns: a house in a street (English), or two levels of a Chinese address."""

from __future__ import annotations

import re

from engine.records.identifiers.shapes import Group, Shape

_STREET = (
    "Street|St|Avenue|Ave|Road|Rd|Boulevard|Blvd|Drive|Dr|Lane|Ln|Court|Ct|Place|Pl|Square|Sq|Terrace|Ter|Way|Parkway|Pkwy|Circle|Cir|Highway|Hwy|Close|Crescent|Cres|Gardens?|Grove|Mews|Row|Walk|"
    "Alley|Bridge|Brook|Brooks|Burg|Burgs|Bypass|Camp|Canyon|Cape|Causeway|Centers?|Cliffs?|Club|Common|Corners?|Course|Courts|Cove|Coves|Creek|Crest|Crossing|Crossroad|Curve|Dale|Dam|Divide|Drives|Estates?|"
    "Expressway|Extensions?|Falls?|Ferry|Fields?|Flats?|Fords?|Forest|Forges?|Forks?|Fort|Freeway|Gateway|Glens?|Green|Greens|Groves|Harbors?|Haven|Heights|Hills?|Hollow|Inlet|Islands?|Isle|Junctions?|Keys?|"
    "Knolls?|Lakes?|Land|Landing|Lights?|Loaf|Locks?|Lodge|Loop|Mall|Manors?|Meadows?|Mills?|Mission|Motorway|Mount|Mountains?|Neck|Orchard|Oval|Overpass|Park|Parks|Parkways|Pass|Passage|Path|Pike|Pines?|Plains?|"
    "Plaza|Points?|Ports?|Prairie|Radial|Ramp|Ranch|Rapids?|Rest|Ridges?|River|Roads|Route|Rue|Run|Shoals?|Shores?|Skyway|Springs?|Spur|Spurs|Squares|Station|Stravenue|Stream|Streets|Summit|Throughway|Trace|"
    "Track|Trafficway|Trail|Tunnel|Turnpike|Underpass|Unions?|Valleys?|Via|Viaduct|Views?|Villages?|Ville|Vista|Walks|Wall|Ways|Wells?"
)
_WORD = r"[A-Z][A-Za-z'’.-]{1,20}"
_UNIT = r"(?:,? ?(?i:apt|apartment|suite|ste|unit|flat|room|studio|floor|fl|#)\.? ?[0-9A-Za-z-]{1,6})"
_TOWN = r"(?:[,\n]{1,2} ?(?:[A-Z][A-Za-z'’.-]{1,20} ?){1,3}(?:[,\n]{1,2} ?(?:[A-Z]{2}|[A-Z][a-z]{2,15}))?(?: ?[A-Z0-9]{2,5}(?:[ -][0-9][A-Z0-9]{2,3})?)?)"
_ENGLISH = re.compile(
    rf"(?<![0-9A-Za-z.,/-])\d{{1,5}}[A-Za-z]?,? (?:[NSEW]\.? |North |South |East |West )?(?:{_WORD} ){{1,3}}(?:{_STREET})\b(?:\.(?=,| [a-z0-9]))?{_UNIT}?{_TOWN}?(?:{_UNIT})?(?![a-z])"
)
_BOX = re.compile(
    rf"(?i:\bp\.? ?o\.? ?box|\b(?:PSC|Unit|USNS|USS|USCGC|USNV)) ?[0-9A-Za-z#][0-9A-Za-z, ]{{1,20}}(?:(?i:box) ?\d{{1,5}})?{_TOWN}?"
)
_FLAT = re.compile(
    rf"(?<![A-Za-z])(?:Flat|Studio|Apt\.?|Apartment|Suite) [0-9]{{1,4}}[A-Za-z]{{0,2}},?[ \n](?:\d{{1,4}},? )?(?:{_WORD} ){{1,3}}(?:{_WORD}){_TOWN}?"
)
_LIVES = re.compile(
    r"(?:\b(?i:address|lives at|living at|residing at|resides at|home)\b[ :]{1,3})((?:\d{1,5}[A-Za-z]?|Flat \d+[A-Za-z]?|Studio \d+[A-Za-z]?),?[ \n][A-Z](?:[A-Za-z'’ ,\n0-9-]|(?<=St|Mt|Dr|Rd)\.){3,80}[A-Za-z0-9])"
)

_H = "[\u4e00-\u9fff]"
_PROVINCE = "(?:北京|天津|上海|重庆|河北|山西|辽宁|吉林|黑龙江|江苏|浙江|安徽|福建|江西|山东|河南|湖北|湖南|广东|海南|四川|贵州|云南|陕西|甘肃|青海|台湾|内蒙古|广西|西藏|宁夏|新疆|香港|澳门)"
_NUMBER = r"[0-9０-９一二三四五六七八九十百甲乙丙A-Za-z-]{1,6}"
_HOUSE = rf"(?:\s?{_NUMBER}(?:号楼|号院|号|弄|栋|幢|单元|座|室|楼|层|户|组|队|巷|支弄|门))"
_STREET_ZH = rf"(?:{_H}{{1,10}}?(?:路|街道|大街|街|大道|巷|弄|胡同|里|村|镇|乡|屯|庄|小区|花园|花苑|公寓|大厦|家园|新村|社区|苑|城|园|坊|湾|府|组|营|堡))"
_CHINESE = (
    re.compile(rf"(?:{_PROVINCE}(?:省|市|自治区|壮族自治区|回族自治区|维吾尔自治区|特别行政区)?){_H}{{1,7}}?(?:市|区|县|州|盟|旗|镇|乡)(?:{_H}{{1,8}}?(?:区|县|市|旗|镇|乡|街道))?(?:{_STREET_ZH}{{0,3}}{_HOUSE}{{1,5}}|{_STREET_ZH}{{1,3}}{_HOUSE}{{0,5}}|{_H}{{2,10}}{_HOUSE}{{1,5}}|{_H}{{0,6}})(?:[ ,，]?\d{{6}}(?!\d))?"),
    re.compile(rf"(?<!{_H})(?:{_H}{{2,7}}?(?:市|区|县|州|旗))(?:{_H}{{2,8}}?(?:区|县|镇|乡|街道))?{_STREET_ZH}{{1,3}}{_HOUSE}{{0,5}}"),
    re.compile(rf"{_H}{{2,8}}?(?:路|大街|街|大道|巷|弄|胡同|村|小区|花园|花苑|公寓|大厦|家园|新村|社区|苑|新城|佳园)\s?{_NUMBER}(?:号楼|号院|号|弄|栋|幢|单元|座|组|室)(?!线|段|烟|文){_HOUSE}{{0,4}}"),
    re.compile(rf"{_H}{{2,8}}?(?:县|乡|镇){_H}{{1,8}}?(?:村|屯|庄|组|镇|乡)(?:{_H}{{1,6}}?组)?{_HOUSE}{{0,3}}"),
    re.compile(rf"(?:家庭住址|居住地址|户籍地址|现住址|联系地址|通讯地址|住址|地址|现住|家住|居住于|居住在|住在|住于|户籍地|户口所在地|工作单位)[:：为是在于\s]{{0,3}}({_H}{{2,20}}[0-9０-９A-Za-z一-龥-]{{0,30}})"),
)  # fmt: skip

ENGLISH = Group(
    rf"[0-9][A-Za-z]?,? (?:[A-Z][A-Za-z'’.]* ){{1,4}}(?:{_STREET})|(?i:p\.? ?o\.? ?box|address|lives at|living at|residing at|resides at)|(?:PSC|Unit|USNS|USS|USCGC|USNV|Flat|Studio|Apt\.?|Apartment|Suite) [0-9A-Z]",
    (Shape("address", _ENGLISH), Shape("address", _BOX), Shape("address", _FLAT), Shape("address", _LIVES, part=1)),
)
CHINESE = Group(
    rf"{_PROVINCE}|(?:路|街|大道|巷|弄|胡同|村|小区|花园|花苑|公寓|大厦|家园|新村|社区|苑|新城|佳园)\s?[0-9A-Za-z一二三四五六七八九十-]{{1,6}}(?:号|弄|栋|幢|单元|座|组|室)|住址|地址|现住|家住|居住|住在|住于|户籍|户口|(?:市|区|县|镇|乡)\p{{Han}}{{1,8}}(?:路|街|巷|村|镇|乡|组|道)",
    (*(Shape("address", pattern) for pattern in _CHINESE[:-1]), Shape("address", _CHINESE[-1], part=1)),
)
