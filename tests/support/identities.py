# SPDX-License-Identifier: Apache-2.0
"""Made-up people for the tests of the identifier rules: values of every class in both languages, and sentences that hold them.

It knows nothing of the rules: English values come from Faker, Chinese ones from Faker and from the formats' own definitions.
"""

from __future__ import annotations

import random
import string
from collections.abc import Callable, Iterator

from faker import Faker

Maker = Callable[[], str]


class Identities:
    """A seeded source. ``makers[(kind, language)]`` is (column name, maker, sentences)."""

    def __init__(self, seed: int) -> None:
        self.draw = random.Random(seed)
        self.us, self.uk, self.zh = Faker("en_US"), Faker("en_GB"), Faker("zh_CN")
        for faker in (self.us, self.uk, self.zh):
            faker.seed_instance(seed)

    # -- pieces

    def digits(self, count: int) -> str:
        return "".join(self.draw.choice(string.digits) for _ in range(count))

    def letters(self, count: int) -> str:
        return "".join(self.draw.choice("ABCDEFGHJKLMNPRSTUVWXYZ") for _ in range(count))

    def one(self, *makers: Maker) -> str:
        return self.draw.choice(makers)()

    # -- English

    def name_en(self) -> str:
        return self.one(
            lambda: f"{self.us.first_name()} {self.us.last_name()}",
            lambda: f"{self.uk.first_name()} {self.uk.last_name()}",
            lambda: f"{self.us.first_name()} {self.letters(1)}. {self.us.last_name()}",
        )

    def address_en(self) -> str:
        return self.one(lambda: self.us.address().replace("\n", ", "), lambda: self.us.street_address())

    def phone_en(self) -> str:
        area, exchange = f"{self.draw.randint(2, 9)}{self.digits(2)}", f"{self.draw.randint(2, 9)}{self.digits(2)}"
        line = self.digits(4)
        return self.draw.choice(
            (
                f"({area}) {exchange}-{line}", f"{area}-{exchange}-{line}", f"{area}.{exchange}.{line}", f"+1 {area} {exchange} {line}",
                f"+1-{area}-{exchange}-{line}x{self.digits(3)}", f"+44 20 {self.digits(4)} {line}", f"020 {self.digits(4)} {line}", f"07{self.digits(3)} {self.digits(6)}",
            )
        )  # fmt: skip

    def ssn(self) -> str:
        return self.us.ssn()

    def mrn(self) -> str:
        return self.draw.choice(
            (f"{self.digits(8)}", f"MR{self.digits(6)}", f"H-{self.digits(7)}", f"{self.digits(3)}-{self.digits(2)}-{self.digits(3)}")
        )

    def plan_en(self) -> str:
        return self.draw.choice((f"XY{self.digits(9)}", f"{self.letters(3)}{self.digits(9)}", f"{self.digits(10)}"))

    def account_en(self) -> str:
        return self.draw.choice((self.us.credit_card_number(), self.uk.iban(), self.digits(10)))

    def licence_en(self) -> str:
        return self.draw.choice((f"{self.letters(1)}{self.digits(7)}", f"{self.digits(9)}", f"{self.letters(2)}-{self.digits(6)}"))

    def vehicle_en(self) -> str:
        return self.draw.choice(
            (
                self.vin(),
                f"{self.letters(2)}{self.draw.randint(10, 72)} {self.letters(3)}",
                f"{self.digits(1)}{self.letters(3)}{self.digits(3)}",
            )
        )

    def vin(self) -> str:
        values = dict(zip("ABCDEFGHJKLMNPRSTUVWXYZ", (1, 2, 3, 4, 5, 6, 7, 8, 1, 2, 3, 4, 5, 7, 9, 2, 3, 4, 5, 6, 7, 8, 9), strict=True))
        body = [self.draw.choice("ABCDEFGHJKLMNPRSTUVWXYZ0123456789") for _ in range(17)]
        weights = (8, 7, 6, 5, 4, 3, 2, 10, 0, 9, 8, 7, 6, 5, 4, 3, 2)
        rest = sum(w * (int(c) if c.isdigit() else values[c]) for w, c in zip(weights, body, strict=True)) % 11
        body[8] = "X" if rest == 10 else str(rest)
        return "".join(body)

    def device(self) -> str:
        return self.draw.choice((f"SN{self.digits(8)}", f"{self.letters(3)}-{self.digits(6)}", self.us.mac_address(), f"{self.digits(12)}"))

    def biometric(self) -> str:
        return "".join(self.draw.choice("0123456789abcdef") for _ in range(32))

    def date_en(self) -> str:
        form = self.draw.choice(("%Y-%m-%d", "%m/%d/%Y", "%d.%m.%Y", "%B %d, %Y", "%d %b %Y", "%Y/%m/%d"))
        return self.us.date_between("-60y").strftime(form)

    def age(self) -> str:
        return str(self.draw.randint(90, 109))

    def postcode_en(self) -> str:
        return self.one(
            lambda: f"{self.us.state_abbr(include_territories=False, include_freely_associated_states=False)} {self.us.postcode()}",
            self.uk.postcode,
        )

    def other(self) -> str:
        return self.us.uuid4()

    # -- Chinese

    def name_zh(self) -> str:
        compound = self.draw.choice(("欧阳", "司马", "上官", "诸葛", "皇甫", "慕容"))
        return self.zh.name() if self.draw.random() < 0.95 else compound + self.zh.first_name()

    def resident(self) -> str:
        body = (
            self.draw.choice(("110105", "310115", "440305", "510107", "420106", "330102"))
            + self.zh.date_between("-95y", "-1d").strftime("%Y%m%d")
            + self.digits(3)
        )
        check = sum(int(digit) * 2 ** (17 - place) for place, digit in enumerate(body)) % 11
        return body + "10X98765432"[check]

    def phone_zh(self) -> str:
        mobile = f"1{self.draw.choice('3456789')}{self.digits(9)}"
        return self.draw.choice(
            (
                mobile,
                mobile,
                f"{mobile[:3]}-{mobile[3:7]}-{mobile[7:]}",
                f"+86 {mobile}",
                f"0{self.draw.choice(('10', '21', '755', '571'))}-{self.draw.randint(2, 8)}{self.digits(7)}",
            )
        )

    def address_zh(self) -> str:
        return self.one(
            lambda: self.zh.address().split(" ")[0],
            lambda: f"{self.zh.province()}{self.zh.city()}{self.zh.district()}区{self.zh.street_name()}{self.draw.randint(1, 999)}号",
            lambda: f"{self.draw.choice(('朝阳', '海淀', '浦东新', '天河', '武侯'))}区{self.zh.street_name()}{self.draw.randint(1, 300)}弄{self.draw.randint(1, 40)}号{self.draw.randint(101, 2804)}室",
            lambda: f"{self.draw.choice(('幸福', '阳光', '万科', '锦绣'))}{self.draw.choice(('小区', '花园', '家园'))}{self.draw.randint(1, 30)}栋{self.draw.randint(1, 4)}单元{self.draw.randint(101, 1804)}室",
        )  # fmt: skip

    def record_zh(self) -> str:
        return self.draw.choice(
            (f"ZY{self.digits(8)}", self.digits(7), f"{self.draw.randint(2010, 2024)}{self.digits(6)}", f"M{self.digits(9)}")
        )

    def plan_zh(self) -> str:
        return self.draw.choice((f"{self.letters(1)}{self.digits(8)}", self.digits(10), f"{self.digits(12)}"))

    def account_zh(self) -> str:
        body = "62" + self.digits(16)
        doubled = [int(d) * 2 if place % 2 == 0 else int(d) for place, d in enumerate(reversed(body))]
        return body + str(-sum(d - 9 if d > 9 else d for d in doubled) % 10)

    def licence_zh(self) -> str:
        return self.draw.choice((f"E{self.digits(8)}", f"G{self.digits(8)}", f"{self.digits(15)}"))

    def plate(self) -> str:
        tail = [*self.letters(2), *self.digits(3)]
        self.draw.shuffle(tail)
        province = self.draw.choice("京沪粤苏浙鲁川鄂湘闽皖")
        return province + self.letters(1) + self.draw.choice(("", "·")) + "".join(tail)

    def date_zh(self) -> str:
        day = self.zh.date_between("-60y")
        return self.draw.choice(
            (
                f"{day.year}年{day.month}月{day.day}日",
                day.isoformat(),
                f"{day.year}.{day.month:02d}.{day.day:02d}",
                f"{day.year}/{day.month}/{day.day}",
            )
        )

    def postcode_zh(self) -> str:
        return f"{self.draw.randint(10, 83)}{self.digits(4)}"

    # -- columns and sentences

    def cases(self) -> Iterator[tuple[str, str, str, Maker, tuple[str, ...]]]:
        """Kind, language, the column's name, what makes a value, sentences with a place for it."""
        yield "name", "en", "patient_name", self.name_en, (
            "Patient {} was admitted with chest pain.", "I saw {} in clinic today.", "Mr. {} denies fever.", "Discussed with daughter, {}, by phone.", "{} is a 45 year old woman with asthma.",
            "Dictated by: Dr. {}", "Her husband {} drove her home.",
        )  # fmt: skip
        yield (
            "name",
            "zh",
            "姓名",
            self.name_zh,
            (
                "患者{}，男，45岁，因胸痛入院。",
                "{}，女，农民。",
                "姓名：{}  性别：女",
                "家属{}签字同意手术。",
                "主治医师：{}",
                "由{}女士陪同就诊。",
                "{}于昨日夜间突发头痛。",
            ),
        )
        yield (
            "address",
            "en",
            "home_address",
            self.address_en,
            ("Lives at {} with her son.", "Home address: {}.", "She moved to {} last year."),
        )
        yield "address", "zh", "家庭住址", self.address_zh, ("家住{}。", "住址：{}，职员。", "患者现住{}，务农。", "急救车自{}接回患者。")
        yield "postcode", "en", "postcode", self.postcode_en, ("She lives near {} now.", "Area: {}.")
        yield "postcode", "zh", "邮政编码", self.postcode_zh, ("邮编：{}。", "邮政编码{}，寄至病案室。")
        yield "date", "en", "admission_date", self.date_en, ("Admitted on {} with fever.", "Surgery was done {}.", "DOB: {}")
        yield "date", "zh", "入院日期", self.date_zh, ("患者于{}入院。", "出生日期：{}。", "{}行阑尾切除术。")
        yield (
            "age",
            "en",
            "age",
            self.age,
            ("This is a {}-year-old man.", "A {} year old woman fell.", "Patient aged {} with cough.", "{} y/o male, smoker."),
        )
        yield "age", "zh", "年龄", self.age, ("患者男，{}岁，退休。", "{}岁女性，跌倒后髋痛。", "年龄：{}岁")
        yield "phone", "en", "phone", self.phone_en, ("Call {} with results.", "Reached at {} today.", "Tel: {}", "Emergency contact {}.")
        yield "phone", "zh", "联系电话", self.phone_zh, ("联系电话{}。", "手机：{}", "家属电话 {}，请及时联系。", "可拨打{}咨询。")
        yield "fax", "en", "fax", self.phone_en, ("Fax: {}", "Please fax {} the report.", "Fax number {}.")
        yield (
            "fax",
            "zh",
            "传真",
            lambda: f"0{self.draw.choice(('10', '21', '755'))}-{self.draw.randint(2, 8)}{self.digits(7)}",
            ("传真：{}", "传真号码{}。"),
        )
        yield "email", "en", "email", self.us.email, ("Write to {} for the report.", "E-mail {}.", "Contact:{}")
        yield "email", "zh", "邮箱", self.zh.email, ("邮箱{}。", "请发至{}，谢谢", "电子邮件：{}")
        yield "national-id", "en", "ssn", self.ssn, ("SSN {} on file.", "His social security number is {}.", "Verified {} at the desk.")
        yield "national-id", "zh", "身份证号", self.resident, ("身份证号{}。", "身份证：{}，已核对。", "患者（{}）今日出院。")
        yield (
            "record",
            "en",
            "mrn",
            self.mrn,
            ("MRN: {}", "Medical record number {} was reviewed.", "Chart # {} pulled.", "Patient ID {} scanned."),
        )
        yield "record", "zh", "住院号", self.record_zh, ("住院号：{}", "病历号{}，请调阅。", "门诊号为{}。", "病案号 {}")
        yield "plan", "en", "insurance_id", self.plan_en, ("Insurance ID {}.", "Member number: {}", "Policy no. {} expired.")
        yield "plan", "zh", "医保卡号", self.plan_zh, ("医保卡号{}。", "医保号：{}", "社保卡号为{}，已登记。", "参保号{}")
        yield "account", "en", "account_number", self.account_en, ("Account number {}.", "Billed to account {}.", "Card no: {}")
        yield "account", "zh", "银行卡号", self.account_zh, ("银行卡号{}。", "账号：{}", "已退费至卡{}。")
        yield "licence", "en", "license_number", self.licence_en, ("Driver's license {}.", "Passport number: {}", "License no. {} on file.")
        yield "licence", "zh", "护照号", self.licence_zh, ("护照号{}。", "执业证号：{}", "驾驶证号为{}。")
        yield (
            "vehicle",
            "en",
            "license_plate",
            self.vehicle_en,
            ("Car, plate {}, struck a tree.", "License plate: {}.", "Vehicle registration {} was towed."),
        )
        yield "vehicle", "zh", "车牌号", self.plate, ("车牌号{}。", "被{}小轿车撞伤。", "肇事车辆为{}，已逃逸。")
        yield (
            "device",
            "en",
            "device_serial",
            self.device,
            ("Pacemaker serial number {}.", "Device ID: {}", "Infusion pump S/N {} replaced."),
        )
        yield "device", "zh", "设备序列号", self.device, ("起搏器序列号{}。", "设备编号：{}", "植入物编号为{}。")
        yield "url", "en", "url", self.us.url, ("See {} for the images.", "Photos at {}")
        yield "url", "zh", "网址", self.zh.url, ("影像见{}。", "网址：{}")
        yield (
            "ip",
            "en",
            "ip_address",
            lambda: self.one(self.us.ipv4, self.us.ipv4, self.us.ipv6),
            ("Logged in from {}.", "Portal access by {} at night."),
        )
        yield "ip", "zh", "IP地址", self.zh.ipv4, ("登录IP为{}。", "由{}上传。")
        yield "biometric", "en", "fingerprint", self.biometric, ("Fingerprint template {} stored.", "Voiceprint: {}")
        yield "biometric", "zh", "指纹编号", self.biometric, ("指纹编号{}。", "虹膜特征码：{}")
        yield "photo", "en", "photo", lambda: f"{self.us.user_name()}_face.jpg", ("Wound picture in {}.", "See attached {} please.")
        yield "photo", "zh", "照片", lambda: f"IMG_{self.digits(6)}.png", ("照片见{}。", "面部照片：{}")
        yield "other", "en", "subject_uuid", self.other, ("Linked to {} in the registry.", "Token {}.")
        yield "other", "zh", "微信号", lambda: f"wx_{self.us.user_name()}", ("微信号：{}", "微信{}。")
