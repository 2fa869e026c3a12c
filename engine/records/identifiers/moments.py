# SPDX-License-Identifier: Apache-2.0
"""Dates finer than the year, ages over 89, and postcodes in texts."""

from __future__ import annotations

import re

from engine.records.identifiers.shapes import Group, Shape

_MONTHS = (
    "jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?"
)
_YEAR = r"(?:18|19|20)\d\d"
DATE = (
    rf"(?:^|[^0-9A-Za-z./-])(?:{_YEAR}[-/.](?:0?[1-9]|1[0-2])[-/.](?:[12][0-9]|3[01]|0?[1-9])"
    rf"|(?:0?[1-9]|[12][0-9]|3[01])[-/.](?:0?[1-9]|[12][0-9]|3[01])[-/.](?:{_YEAR}|[0-9]{{2}}))(?:[T ][0-9]{{1,2}}:|[^0-9A-Za-z./-]|[.]?(?:\s|$))"
)
"""A date in figures, in RE2's words too."""
_FIGURES = re.compile(
    rf"(?<![0-9A-Za-z./-])(?:{_YEAR}([-/.])(?:0?[1-9]|1[0-2])\1(?:[12]\d|3[01]|0?[1-9])|(?:0?[1-9]|[12]\d|3[01])([-/.])(?:0?[1-9]|[12]\d|3[01])\2(?:{_YEAR}|\d\d))"
    r"(?=T\d|[^0-9A-Za-z./-]|[./-](?!\d)|$)"
)
_CHINESE = re.compile(
    rf"(?:(?:{_YEAR}|\d\d)\s?年\s?)?(?:1[0-2]|0?[1-9])\s?月\s?(?:[12]\d|3[01]|0?[1-9])\s?[日号]|{_YEAR}\s?年\s?(?:1[0-2]|0?[1-9])\s?月|[〇零一二三四五六七八九]{{4}}年[一二三四五六七八九十]{{1,2}}月(?:[一二三四五六七八九十]{{1,3}}[日号])?"
)
_WORDS = re.compile(
    rf"(?<![0-9A-Za-z])(?:(?:{_MONTHS})\.?\s(?:[12]\d|3[01]|0?[1-9])(?:st|nd|rd|th)?(?:,?\s{_YEAR})?|(?:[12]\d|3[01]|0?[1-9])(?:st|nd|rd|th)?[\s-](?:of\s)?(?:{_MONTHS})\.?(?:,?[\s-](?:{_YEAR}|\d\d))?|(?:{_MONTHS})\.?,?\s{_YEAR})(?![0-9A-Za-z])",
    re.IGNORECASE,
)
_AGES = re.compile(
    r"(?<![\d.])(?:(?P<a>9\d|1[0-2]\d)[ -]?(?:years?|yrs?|y)[ /-]?(?:old|o)\b|(?P<b>9\d|1[0-2]\d)\s?(?:周?岁|yo\b|y/o\b))"
    r"|\bage[ds]?(?:\s(?:of|is|was))?[\s:]{1,3}(?P<c>9\d|1[0-2]\d)(?![\d.%])|年龄[\s:：为是]{0,3}(?P<d>9\d|1[0-2]\d)(?![\d.%])",
    re.IGNORECASE,
)
UK_POSTCODE = r"(?:[A-Z]{1,2}[0-9][0-9A-Z]? ?[0-9][ABD-HJLNP-UW-Z]{2})"
_POSTCODES = (
    Shape("postcode", re.compile(rf"(?<![0-9A-Za-z-]){UK_POSTCODE}(?![0-9A-Za-z-])"), sure=False),
    Shape("postcode", re.compile(r"(?<![0-9A-Za-z-])(?:A[LKSZRAEP]|C[AOT]|D[EC]|F[LM]|G[AU]|HI|I[ADLN]|K[SY]|LA|M[ADEHINOPST]|N[CDEHJMVY]|O[HKR]|P[ARW]|RI|S[CD]|T[NX]|UT|V[AIT]|W[AIVY]),? (\d{5})(?:-\d{4})?(?![0-9A-Za-z-])"), part=1),
    Shape("postcode", re.compile(r"(?:zip|postal|post)[ -]?(?:code)?[\s:#]{1,3}(?P<value>[A-Z0-9][A-Z0-9 -]{2,9}[0-9A-Z])(?![0-9A-Za-z])", re.IGNORECASE), lambda text: any(map(str.isdigit, text)), part="value"),
    Shape("postcode", re.compile(r"邮(?:政)?编(?:码)?[\s:：为是]{0,4}(\d{6})(?!\d)"), part=1),
)  # fmt: skip

DATES = Group(
    rf"{DATE}|[0-9]\s?月\s?[0-9]|[0-9]{{4}}\s?年\s?[0-9]{{1,2}}\s?月|[〇零一二三四五六七八九]年[一二三四五六七八九十]{{1,2}}月"
    rf"|(?i:\b(?:{_MONTHS})\.?,?\s[0-9]|[0-9](?:st|nd|rd|th)?[\s-](?:of\s)?(?:{_MONTHS})\b)",
    (Shape("date", _FIGURES), Shape("date", _CHINESE), Shape("date", _WORDS)))  # fmt: skip
AGES = Group(r"(?:9[0-9]|1[0-2][0-9])[ -]?(?i:y|周?岁)|(?i:age[ds]?).{0,8}(?:9[0-9]|1[0-2][0-9])|年龄.{0,4}(?:9[0-9]|1[0-2][0-9])", (Shape("age", _AGES),))  # fmt: skip
POSTCODES = Group(rf"{UK_POSTCODE}|[A-Z]{{2}},? [0-9]{{5}}|(?i:zip|post)|邮", _POSTCODES)
