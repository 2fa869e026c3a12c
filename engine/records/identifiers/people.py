# SPDX-License-Identifier: Apache-2.0
"""Names of people, English and Chinese: in texts by what stands around them, in columns by how many cells are nothing but a name.

``data/given.txt`` and ``data/surnames.txt``: given names (and some of today's that it has not) and the 40,000 most frequent surnames
of the United States Census of 1990, in the public domain. The Chinese surnames are those of the Hundred Family Surnames and today's most frequent ones.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator
from importlib import resources

from engine.records.identifiers.shapes import Span

SURNAMES_ZH = (
    "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕施张孔曹严华金魏陶姜戚谢邹喻柏水窦章云苏潘葛奚范彭郎鲁韦昌马苗凤花方俞任袁柳酆鲍史唐费廉岑薛雷贺倪汤滕殷罗毕郝邬安常"
    "乐于时傅皮卞齐康伍余元卜顾孟平黄和穆萧肖尹姚邵湛汪祁毛禹狄米贝明臧计伏成戴谈宋茅庞熊纪舒屈项祝董梁杜阮蓝闵席季麻强贾路娄危江童颜郭梅盛林刁钟徐邱骆高夏蔡田樊胡凌霍虞万支柯"
    "昝管卢莫经房裘缪干解应宗丁宣贲邓郁单杭洪包诸左石崔吉钮龚程嵇邢滑裴陆荣翁荀羊於惠甄曲家封芮羿储靳汲邴糜松井段富巫乌焦巴弓牧隗山谷车侯宓蓬全郗班仰秋仲伊宫宁仇栾暴甘钭厉戎祖武符"
    "刘景詹束龙叶幸司韶郜黎蓟薄印宿白怀蒲邰从鄂索咸籍赖卓蔺屠蒙池乔阴胥能苍双闻莘党翟谭贡劳逄姬申扶堵冉宰郦雍却璩桑桂濮牛寿通边扈燕冀郏浦尚农温别庄晏柴瞿阎充慕连茹习宦艾鱼容向古易"
    "慎戈廖庾终暨居衡步都耿满弘匡国文寇广禄阙东殴殳沃利蔚越夔隆师巩厍聂晁勾敖融冷訾辛阚那简饶空曾毋沙乜养鞠须丰巢关蒯相查后荆红游竺权逯盖益桓公仉督岳帅缑亢况郈有琴归海晋楚闫法汝鄢涂钦"
    "闫覃佟苟付兰代邸冼丘柴冀亓占岩原战苑仝税阳信展矫玄初门区巨鹿么但缐揭"
)
COMPOUND_ZH = [
    "欧阳",
    "司马",
    "上官",
    "诸葛",
    "夏侯",
    "东方",
    "皇甫",
    "尉迟",
    "公孙",
    "慕容",
    "令狐",
    "宇文",
    "长孙",
    "司徒",
    "司空",
    "轩辕",
    "端木",
    "百里",
    "东郭",
    "南宫",
    "西门",
    "独孤",
    "南门",
    "呼延",
    "万俟",
    "闻人",
    "澹台",
    "公冶",
    "宗政",
    "濮阳",
    "淳于",
    "单于",
    "太叔",
    "申屠",
    "仲孙",
    "鲜于",
    "闾丘",
    "拓跋",
    "赫连",
    "钟离",
    "第五",
    "梁丘",
    "左丘",
    "公羊",
    "谷梁",
]
_GIVEN_ZH = (
    "伟芳娜秀英敏静丽强磊军洋勇艳杰娟涛明超兰霞平刚桂文辉玲红建国华志梅鑫波斌宇浩凯健俊帆雪荣琴云莉玉萍飞燕海春燕龙洁婷琳宁鹏佳慧欣博晨阳旭冬倩宏雷峰林成东晶颖丹瑞凤淑珍兵利楠翔亮倩倩子"
    "轩涵梓一诺怡雨思睿泽雅嘉昊然皓天佑心悦可馨梦琪紫萱诗语彤妍晓小雯莹璐露瑶菲薇岚琦媛婧媚娇娥妮姗姝婉嫣蓉蓓蕾蕊芬芸芝芹苗莲菊萌蓝茜茵荷莎莺萱薇黛黎香妹霏霜雁雄霖震霆青静韵颂飘馥骏"
    "骥鸣鸿鹤麟黛德恩惠志忠念怀恒恺悦情慈慕懿成戈才扬振捷政敦敬斐新方旺昆昌昕昱晋晏晖晗景智暄曦朋朔望朝木本杉材松柏柔栋树桐桦梁梧森楷榕樱橙欢正武毅民永江汉池沁沛沐泉泓泰洪津洲浚浦润涛淇深清渊源溪滢漫"
    "潇澄澜瀚灵炎炜炫炳烨焕煜熙燕爱爽牧珂珊珏珠班琛琪琼瑜瑾璇璋璞甜生田申畅男盈盛真睿知石砚硕礼祖祥祺禄福禾秉秋科程稳穗立章竹笑笛策简米素紫纯纪绍维绮缘美翠翰耀聪胜舒艺艾良芊若苑英茂范荣莘菁菡萧蓬蔚"
    "行裕西言诚诗谦谨豪贝贤贵赫起超跃路轶辰达迅远迪逸道邦郁采金鉴钊钧钰铁铃铭银锋锐锦长问阔阳隆雁青非韬顺须领风驰骁高魁鲁丁万三世业丛中丰为乐乔书乾云亚亦京亭人仁仕仪任伊伦伯佩依俊保信修倩偲健元光兆克兴其冠冰"
    "凌凡凤凯刚列初剑力功加励劲勋勤化北千华卉南卫占卿厚原友双发叔古召可叶司吉同名向君吟启周和咏品哲唯善喜喻嘉园圆圣在坚坤城培基堂塘壮士夏多大天太奇奕奥如妙始姣娣娴婵嫦存孝孟季学守安宗官定宛宜宝实宣宪家容宽宾寅寒寿"
    "少尔尚尧展屹山岩岭岳峻川州巧帅希帮常干年广庆庭康廷开弘张弦弟强彦彩彪彬彰影徐得微征心杨闯兰玺琰祎翊菱钦淼燊炀宸晟玥琬甯妤芮芷芙茹荔菀葵蕴蓁凝冉凡颜靓黎仙二四五六七八九十娅婕嵘嵩巍庚庸应弼彧律忆怿恬恭悠愉战扬承拓拥挺捧"
    "旋旎时昂昀是晔曼更有权杏来枝枫桃梨棋棠楚榛槐欧歌毓水汀汐沅沙河泊波泳洛流涌涓润淳添渝渲湘湛溢滨演漪濡点焱照熠牛犇玄玫玮珑珺琅琨瑄瑗瑛瑶瓅甫画百皎相碧祯秦稷童端竣筠筱粤红经统绪绣继绵群羽耕聆聿胤腾自致航良色芃花苏苒茗荃荆莉菘董蒙蓝"
    "虎虹融衍西观觉言训许论诏谊谋贞贯资赐赢跃车轲辛辽逊通遥遵邈郡鄂里重野钟铎镇镜镭闻陆陶隽雪零霁韦音项顾颐飒馨驹骞骅鱼鲲鹃鹰鼎齐"
)  # fmt: skip
_LEFT_ZH = (
    "患者姓名|病人姓名|姓名|患者|病人|病员|患儿|产妇|孕妇|家属|家长|父亲|母亲|父|母|丈夫|妻子|配偶|儿子|女儿|之子|之女|兄长|哥哥|弟弟|姐姐|妹妹|联系人|监护人|名叫|签名|签字|经治医师|主治医师|主管医师|"
    "责任护士|住院医师|主任医师|副主任医师|医师|医生|主任|护士|主刀|术者|助手|麻醉师|记录者|记录人|审核者|报告者|报告人|陪同者|同事|朋友|邻居|受检者|申请人|先证者|送检者"
)
_RIGHT_ZH = "先生|女士|小姐|太太|夫人|医生|医师|大夫|主任|教授|护士长|护士|院长|同志|老师|阿姨|大爷|大妈|奶奶|爷爷"
_AFTER_ZH = rf"(?:{_RIGHT_ZH}|[于因在住诉从已曾又来系被将拟现将]|(?:自|主)诉|今日|昨日|本人|[，,。；;、（(）)\s.·:：/]|的|电话|手机|[男女]|身份证|入院|出院|签|$)"
_PLAIN_ZH = ["安全", "平安", "高平", "和平", "方法", "方面", "时间", "时光", "明显", "明白", "常见", "常规", "常有", "成功", "成立", "成人", "成都", "江苏", "江西", "安徽", "广东", "广西", "云南", "海南", "湖南", "河南", "金华", "金山", "温州", "温和", "高中", "高一", "高二", "高三", "高大", "高度", "石家", "应用", "应在", "和为", "于是", "于一", "计划", "关心", "关节", "单一", "单纯", "连续", "连云", "相同", "相信", "水平", "水中", "全年", "全家", "全天", "全身", "国家", "国人", "文化", "马上", "通道", "通行", "通常", "黄金", "白色", "白天", "红色", "蓝色", "青年", "强化", "经常", "经过", "经期", "经济", "路上", "别人", "家中", "家人", "都有", "有时", "有为", "师生", "东方", "从事", "从中", "古典", "程度", "易发", "荣誉", "许可", "任何", "任一", "向上", "曾有", "曾经", "幸福", "司机", "干预", "富有", "尚可", "解放", "贝尔", "能力", "能量", "原发", "原始", "初步", "初始", "代谢", "代表", "信心", "信息", "段落", "满意", "广泛", "利多", "游离", "双方", "双侧", "双肺", "后方", "后天", "益生", "冷水", "红肿", "满月", "时有", "时发", "康复", "康复中", "明年", "明天", "常年", "常人", "强直", "空心", "终生", "终于", "东北", "西北", "华北", "华南", "北京", "天津", "宁夏", "鲁西", "山东", "山西", "石油", "石山", "平原", "平时", "平素", "平常", "平方", "平卧", "平行", "左方", "左上", "左右", "左心", "左前", "左后", "公里", "公斤", "巴黎", "高新", "高山", "高原", "高峰", "高发", "高能", "高尚", "何时", "何人", "何种", "甘油", "金色", "水生", "水相", "江北", "花生", "牛奶", "牛黄", "羊水", "松花", "桂花", "桂枝", "海水", "海州", "海南", "白术", "白芷", "黄连", "黄芪", "黄芩", "甘草", "柴胡", "当归", "党参", "茯苓", "麻黄", "雷公", "雷公藤", "石斛", "车前", "车前子", "车祸", "麦冬", "符合", "充分", "束支", "闻及", "边界", "田间", "万元", "干燥", "干净", "柏子", "柏子仁", "苏子", "桑叶", "桑枝", "阳光", "阳气", "阳明", "阴道", "阴天", "海关", "初中", "大学", "信号", "向前", "向左", "向右", "关注", "方向", "方案", "项目", "终末", "温度", "温水", "边远", "空气", "空气中", "游泳"]  # fmt: skip

_SUR = rf"(?:{'|'.join(COMPOUND_ZH)}|[{SURNAMES_ZH}])"
_GIV = f"[{''.join(sorted(set(_GIVEN_ZH)))}]"
_HAN = "[\u4e00-\u9fff]"
_LABELLED_ZH = re.compile(
    rf"(?:姓名|名叫|签名|签字|联系人|监护人|医师|医生|护士|记录者|记录人|审核者|报告者|报告人|术者|主刀|家属)\s?(?:[:：为是]\s?|\s)({_SUR}(?:{_HAN}{{1,3}}?(?={_AFTER_ZH})|{_GIV}{{1,2}}))"
)
_LEFT = re.compile(
    rf"(?:{_LEFT_ZH}|[由与和经向请叫让给跟同嘱])[:：\s（(“\"]{{0,3}}({_SUR}(?:{_GIV}{{2}}(?!{_GIV}{{3}})|{_GIV}))(?![国市省区县院科室型性症病炎期])"
)
_RIGHT = re.compile(rf"(?<!{_HAN})({_SUR}{_HAN}{{0,2}}?)(?={_RIGHT_ZH})|(?<=[，。；、患由与和向请经])({_SUR}{_HAN}{{0,2}}?)(?={_RIGHT_ZH})")
_FREE = re.compile(rf"(?<![\u4e00-\u9fffA-Za-z0-9])({_SUR}{_GIV}{{1,2}})(?={_AFTER_ZH})")
_WHOLE_ZH = re.compile(rf"{_SUR}{_HAN}{{1,2}}|{_SUR}·?{_HAN}{{2}}|{_HAN}{{2,6}}·{_HAN}{{2,8}}")
_LIKELY_ZH = re.compile(rf"{_SUR}{_GIV}{{1,2}}")

_CAP = r"(?:Mc[A-Z][a-z]{1,20}|Mac[A-Z][a-z]{1,20}|[OD]['’][A-Z][a-z]{1,20}|[A-Z][a-zà-öø-ÿ]{1,24}(?:['’-][A-Z][a-zà-öø-ÿ]{1,24})?)"
_SECOND = r"[A-Z][A-Za-zà-öø-ÿ'’-]{1,24}"
_PAIR = re.compile(rf"([A-Z][A-Za-zà-öø-ÿ'’-]{{1,24}})(?=,? (?:[A-Z]\.? )?({_SECOND}))")
_SUFFIX = re.compile(r",? (?:Jr|Sr|MD|PhD|DDS|DVM|RN|III?|IV)\b\.?")
_TITLED = re.compile(
    rf"(?<![A-Za-z])(?:Mr|Mrs|Ms|Miss|Mx|Dr|Prof|Professor|Sir|Madam|Nurse|Sister|Doctor)\b\.? (?:[A-Z]\. ?){{0,2}}({_CAP}(?: (?:[A-Z]\.? )?{_CAP})?)(?![a-z])"
)
_CALLED = frozenset(
    [
        "patient",
        "pt",
        "name",
        "names",
        "mother",
        "father",
        "parent",
        "husband",
        "wife",
        "spouse",
        "partner",
        "son",
        "daughter",
        "brother",
        "sister",
        "guardian",
        "contact",
        "relative",
        "friend",
        "neighbor",
        "neighbour",
        "carer",
        "caregiver",
        "physician",
        "surgeon",
        "doctor",
        "nurse",
        "consultant",
        "provider",
        "attending",
        "resident",
        "signed",
        "dictated",
        "reviewed",
        "reported",
        "seen",
        "referred",
        "examined",
        "accompanied",
        "called",
        "calls",
        "named",
        "with",
        "by",
        "from",
        "to",
        "for",
        "and",
        "is",
        "was",
        "met",
        "told",
        "informed",
        "saw",
    ]
)
TRIGGER_CALLED = rf"(?i:\b(?:{'|'.join(sorted(_CALLED))}))\.?[:,]? [A-Z][a-z'’-]+,? (?:[A-Z]\.? )?[A-Z][a-z'’]"
_UPPER = re.compile(
    r"(?<![A-Za-z])(?:(?i:name|patient|pt|mr|mrs|ms|dr)\.?[ ]?[:,]?[ ])([A-Z]{2,20},? [A-Z]{2,20}(?: [A-Z]{2,20})?)(?![A-Za-z])"
)
_LABELLED = re.compile(
    r"\b(?:name|patient|pt)\s?[:=]\s?([A-Za-z][a-z'’-]{1,20},? [A-Za-z][a-z'’-]{1,20}(?: [a-z'’-]{2,20})?)", re.IGNORECASE
)
# Words with a capital that are names too, but stand for something else in a hospital's texts.
_WORDS = frozenset(
    ["street", "road", "avenue", "hospital", "clinic", "medical", "center", "centre", "university", "disease", "syndrome", "test", "score", "scale", "index", "ward", "unit", "health", "care", "school", "college", "church", "city", "county", "state", "north", "south", "east", "west", "new", "old", "day", "night", "morning", "week", "month", "year", "january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november", "december", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday", "the", "and", "for", "not", "with", "without", "from", "this", "that", "these", "those", "his", "her", "she", "him", "they", "you", "your", "our", "who", "when", "where", "what", "which", "while", "there", "then", "than", "but", "all", "any", "both", "each", "few", "more", "most", "other", "some", "such", "only", "own", "same", "blood", "pressure", "heart", "rate", "white", "cell", "red", "chest", "pain", "left", "right", "upper", "lower", "lobe", "acute", "chronic", "normal", "stable", "mild", "severe", "moderate", "positive", "negative", "type", "stage", "grade", "group", "class", "phase", "cancer", "tumor", "tumour", "foley", "glasgow", "down", "lewy", "body", "holter", "doppler", "will", "has", "had", "have", "was", "were", "are", "is", "be", "been", "being", "can", "could", "should", "would", "may", "might", "must", "shall", "do", "does", "did", "see", "seen", "say", "said", "go", "come", "came", "take", "took", "give", "given", "make", "made", "let", "long", "short", "high", "low", "good", "bad", "history", "exam", "physical", "plan", "assessment", "note", "report", "summary", "discharge", "admission", "follow", "visit", "review", "return", "result", "results", "lab", "labs", "drug", "dose", "daily", "tablet", "oral", "iv", "rx", "dx", "hx", "tx", "an", "in", "so", "my", "me", "man", "see", "many", "ta", "chi", "era", "hang", "sun", "young", "love", "season", "see", "bee", "star", "rich", "lane", "park", "green", "brown", "black", "gray", "grey", "white", "rose", "may", "art", "bill", "mark", "grace", "hope", "faith", "joy", "dawn", "st", "mt", "ft", "mg", "kg", "ml", "cm", "mm", "hg", "los", "san", "santa", "el", "la", "le", "de", "du", "van", "von", "un", "us", "uk", "usa", "american", "british", "english", "chinese", "national", "general", "royal", "saint", "royal", "free", "king", "kings", "queen", "queens", "victoria", "trust", "department", "emergency", "surgery", "nursing", "family", "home", "service", "services", "society", "association", "company", "bank", "group", "insurance", "study", "trial", "patient", "patients", "male", "female", "child", "baby", "infant", "mother", "father", "son", "daughter", "brother", "sister", "wife", "husband", "doctor", "nurse", "mr", "mrs", "ms", "dr", "prof", "physician", "surgeon"]
)  # fmt: skip
# Words of the list above that many families are called.
_SURNAMES_TOO = frozenset(
    [
        "brown",
        "white",
        "black",
        "gray",
        "grey",
        "green",
        "young",
        "long",
        "king",
        "west",
        "north",
        "ward",
        "park",
        "rose",
        "bell",
        "mark",
        "may",
        "day",
        "new",
        "english",
        "street",
        "church",
        "lane",
        "rich",
        "love",
        "bush",
        "price",
        "christian",
        "grace",
        "hope",
        "joy",
        "dawn",
        "free",
        "bishop",
        "fields",
        "power",
        "case",
    ]
)
_NO_GIVEN = frozenset(
    [
        "an",
        "in",
        "so",
        "my",
        "me",
        "man",
        "see",
        "many",
        "ta",
        "chi",
        "era",
        "hang",
        "will",
        "may",
        "has",
        "the",
        "her",
        "she",
        "and",
        "no",
        "do",
        "can",
        "all",
        "see",
        "use",
        "used",
        "for",
        "per",
        "via",
        "art",
        "long",
        "see",
        "sun",
        "young",
        "so",
        "was",
        "are",
    ]
)


@functools.cache
def _list(name: str) -> frozenset[str]:
    return frozenset(resources.files("engine.records.identifiers").joinpath("data", name).read_text(encoding="ascii").split())


def _plain(word: str) -> str:
    return word.replace("'", "").replace("’", "").casefold()


def is_given(word: str) -> bool:
    """Whether people are called so."""
    return _plain(word) in _list("given.txt") or any(part.casefold() in _list("given.txt") for part in word.split("-") if "-" in word)


def is_surname(word: str) -> bool:
    """Whether families are called so; of a double name each part counts."""
    return _plain(word) in _list("surnames.txt") or any(part.casefold() in _list("surnames.txt") for part in word.split("-") if "-" in word)


def _a_word(word: str) -> bool:
    return word.casefold() in _WORDS


_WORD = r"[A-Z][a-z'’-]+"
TRIGGER_TITLED = r"(?:Mr|Mrs|Ms|Miss|Mx|Dr|Prof|Professor|Sir|Madam|Nurse|Sister|Doctor)\.? (?:[A-Z]\. ?){0,2}[A-Z][a-z'’]|(?i:name|patient|pt)\s?[:=]\s?[A-Za-z]|(?i:name|patient|pt|mr|mrs|ms|dr)\.?[ ]?[:,]?[ ][A-Z]{2,20},? [A-Z]{2}"
TRIGGER_ZH = (
    rf"(?:{_LEFT_ZH}|[由与和经向请叫让给跟同嘱])[:：\s（(“\"为是]{{0,3}}{_SUR}{_GIV}|(?:姓名|名叫|签名|签字|联系人|监护人|医师|医生|护士|记录者|记录人|审核者|报告者|报告人|术者|主刀|家属)\s?[:：为是\s]\s?{_SUR}"
    rf"|(?:^|[^\p{{Han}}A-Za-z0-9]){_SUR}{_GIV}{{1,2}}{_AFTER_ZH}|{_SUR}\p{{Han}}{{0,2}}(?:{_RIGHT_ZH})"
)


def trigger_given() -> str:
    """A given name and a word with a capital: the list itself as an automaton, which finds nearly nothing but names."""
    return rf"\b(?:{_given()})(?:-[A-Z][a-z]+)?,? (?:[A-Z]\.? )?[A-Z][a-z'’]"


def trigger_turned() -> str:
    """A word and a given name: "Hughes, Robert"."""
    return rf"[a-z],? (?:{_given()})\b"


@functools.cache
def _given() -> str:
    return "|".join(name.title() for name in sorted(_list("given.txt") - _NO_GIVEN))


def titled(text: str) -> Iterator[Span]:
    """English names behind a title or a label."""
    for found in _TITLED.finditer(text):
        if not _a_word(found[1].split()[0]):
            yield Span(*found.span(1), "name")
    for pattern in (_LABELLED, _UPPER):
        for found in pattern.finditer(text):
            words = found[1].replace(",", "").split()
            if sum(is_given(word) or is_surname(word) for word in words[:2]) == 2 and not all(map(_a_word, words[:2])):
                yield Span(*found.span(1), "name")


def english(text: str) -> Iterator[Span]:
    """English names of two words and more."""
    start = end = -1
    sure = False
    for pair in _PAIR.finditer(text):
        first, last = pair[1], pair[2]
        before = text[pair.start() - 1 : pair.start()] if pair.start() else ""
        if before.isalnum() or before in ("'", "’", "-") or text[pair.end(2) : pair.end(2) + 1].isalnum():
            continue
        if not _pair(first, last) and not (is_given(first) != is_surname(last) and _is_called(text, pair.start()) and _half(first, last)):
            continue
        if pair.start() < end:
            end = pair.end(2)  # a third word
            continue
        if end > 0:
            yield Span(start, end, "name", sure)
        start, end, sure = pair.start(), pair.end(2), _is_called(text, pair.start())
    if end > 0:
        suffix = _SUFFIX.match(text, end)
        yield Span(start, suffix.end() if suffix else end, "name", sure)


def _is_called(text: str, at: int) -> bool:
    """Whether the word before this place is one behind which names stand."""
    words = text[max(0, at - 20) : at].replace(":", " ").replace(",", " ").split()
    return bool(words) and words[-1].strip(".").casefold() in _CALLED


def _half(first: str, last: str) -> bool:
    """A pair of which one part is known, and neither is a word of the hospital."""
    return not _a_word(first) and not _a_word(last) and _plain(first) not in _NO_GIVEN


def _pair(first: str, last: str) -> bool:
    if _plain(first) in _NO_GIVEN or (_a_word(last) and (_a_word(first) or last.casefold() not in _SURNAMES_TOO)):
        return False
    return (is_given(first) and is_surname(last)) or (is_surname(first) and is_given(last) and not _a_word(first))


def chinese(text: str) -> Iterator[Span]:
    """Names in a Chinese text."""
    for pattern in (_LABELLED_ZH, _LEFT, _FREE):
        for found in pattern.finditer(text):
            if not _a_term(found[1]):
                yield Span(*found.span(1), "name", sure=pattern is not _FREE)
    for found in _RIGHT.finditer(text):
        part = 1 if found[1] else 2
        if found[part] and not _a_term(found[part]):
            yield Span(*found.span(part), "name")


_TERMS = frozenset(_PLAIN_ZH)


def _a_term(name: str) -> bool:
    return name in _TERMS or name[:2] in _TERMS


def whole(text: str) -> float:
    """How much a cell is nothing but a name: 1 surely, 0.5 perhaps (a Chinese one with a rare character, one English word), 0 not."""
    text = text.strip()
    if not 1 < len(text) <= 40 or any(letter.isdigit() for letter in text):
        return 0.0
    if not text.isascii() and re.search(_HAN, text):
        if _a_term(text) or not _WHOLE_ZH.fullmatch(text):
            return 0.0
        return 1.0 if _LIKELY_ZH.fullmatch(text) or "·" in text else 0.5
    words = [word.strip(".") for word in text.replace(",", " ").split()]
    words = [
        word
        for word in words
        if len(word) > 1
        and word.casefold() not in ("mr", "mrs", "ms", "miss", "dr", "prof", "jr", "sr", "md", "phd", "dds", "dvm", "ii", "iii", "iv", "rn")
    ]
    if not words or len(words) > 4 or not all(word.replace("-", "").replace("'", "").replace("’", "").isalpha() for word in words):
        return 0.0
    if len(words) == 1:
        return 0.5 if (is_given(words[0]) or is_surname(words[0])) and not _a_word(words[0]) else 0.0
    first, last = words[0], words[-1]
    if (is_given(first) and is_surname(last)) or (is_surname(first) and is_given(last)):
        return 0.0 if _a_word(first) and _a_word(last) else 1.0
    return 0.5 if (is_given(first) or is_surname(last)) and not _a_word(last) and not _a_word(first) else 0.0
