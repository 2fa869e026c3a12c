# SPDX-License-Identifier: Apache-2.0
"""The kinds of identifiers looked for: the 18 classes A–R of the HIPAA Safe Harbor rule, 45 CFR §164.514(b)(2)(i), some in finer parts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from engine.errors import Language
from engine.text import translate


@dataclass(frozen=True)
class Kind:
    """``letter`` is the class of the rule; ``hard`` kinds stop joining until they are removed or a person answers for them."""

    key: str
    letter: str
    hard: bool
    tag: str  # what stands in a de-identified text in its place


KINDS: dict[str, Kind] = {
    kind.key: kind
    for kind in (
        Kind("name", "A", True, "[NAME]"),
        Kind("address", "B", True, "[ADDRESS]"),
        Kind("place", "B", False, "[PLACE]"),  # city, county, district: larger than an address, smaller than a state
        Kind("postcode", "B", False, "[POSTCODE]"),
        Kind("date", "C", False, "[DATE]"),
        Kind("age", "C", False, "[AGE]"),  # over 89 only
        Kind("phone", "D", True, "[PHONE]"),
        Kind("fax", "E", True, "[FAX]"),
        Kind("email", "F", True, "[EMAIL]"),
        Kind("national-id", "G", True, "[NATIONAL-ID]"),
        Kind("record", "H", True, "[RECORD]"),
        Kind("plan", "I", True, "[PLAN]"),
        Kind("account", "J", True, "[ACCOUNT]"),
        Kind("licence", "K", True, "[LICENCE]"),
        Kind("vehicle", "L", True, "[VEHICLE]"),
        Kind("device", "M", True, "[DEVICE]"),
        Kind("url", "N", True, "[URL]"),
        Kind("ip", "O", True, "[IP]"),
        Kind("biometric", "P", True, "[BIOMETRIC]"),
        Kind("photo", "Q", True, "[PHOTO]"),
        Kind("other", "R", False, "[ID]"),
    )
}

Where = Literal["name", "values", "text"]


def label(key: str, language: Language) -> str:
    """What a kind is called."""
    match key:
        case "name":
            return translate("Name of a person", language)
        case "address":
            return translate("Address", language)
        case "place":
            return translate("City, county or district", language)
        case "postcode":
            return translate("Postcode", language)
        case "date":
            return translate("Date finer than the year", language)
        case "age":
            return translate("Age over 89", language)
        case "phone":
            return translate("Telephone number", language)
        case "fax":
            return translate("Fax number", language)
        case "email":
            return translate("E-mail address", language)
        case "national-id":
            return translate("National identity or social security number", language)
        case "record":
            return translate("Medical record number", language)
        case "plan":
            return translate("Health insurance number", language)
        case "account":
            return translate("Account or card number", language)
        case "licence":
            return translate("Licence, certificate or passport number", language)
        case "vehicle":
            return translate("Vehicle number or plate", language)
        case "device":
            return translate("Device or serial number", language)
        case "url":
            return translate("Web address", language)
        case "ip":
            return translate("IP address", language)
        case "biometric":
            return translate("Biometric identifier", language)
        case "photo":
            return translate("Photograph", language)
        case "other":
            return translate("Other number that is different for everyone", language)
    raise ValueError(key)
