# SPDX-License-Identifier: Apache-2.0
"""Check digits: what tells a number of a kind from any other number of the same length."""

from __future__ import annotations

import datetime

_GB_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_GB_CHECK = "10X98765432"
_VIN_WEIGHTS = (8, 7, 6, 5, 4, 3, 2, 10, 0, 9, 8, 7, 6, 5, 4, 3, 2)
_VIN_VALUES = dict(zip("0123456789ABCDEFGHJKLMNPRSTUVWXYZ", (*range(10), *range(1, 9), 1, 2, 3, 4, 5, 7, 9, *range(2, 10)), strict=True))


def compact(text: str) -> str:
    """Letters (upper case) and digits only."""
    return "".join(letter for letter in text if letter.isalnum()).upper()


def resident_id(text: str) -> bool:
    """A Chinese resident identity number of 18 places with its check digit, GB 11643-1999 (ISO 7064 MOD 11-2)."""
    number = compact(text)
    if len(number) != 18 or not number[:17].isascii() or not number[:17].isdigit() or not _birthday(number[6:14]):
        return False
    return _GB_CHECK[sum(weight * int(digit) for weight, digit in zip(_GB_WEIGHTS, number, strict=False)) % 11] == number[17]


def _birthday(digits: str) -> bool:
    try:
        born = datetime.date(int(digits[:4]), int(digits[4:6]), int(digits[6:]))
    except ValueError:
        return False
    return born.year >= 1850


def luhn(text: str) -> bool:
    """The check digit of payment cards and IMEIs, ISO/IEC 7812-1."""
    digits = [int(digit) for digit in text if "0" <= digit <= "9"]
    if len(digits) < 12 or len(set(digits)) < 3:
        return False
    doubled = [2 * digit - 9 * (digit > 4) for digit in digits[-2::-2]]
    return (sum(digits[-1::-2]) + sum(doubled)) % 10 == 0


def nhs(text: str) -> bool:
    """The check digit of an NHS number (modulus 11)."""
    digits = [int(digit) for digit in text if "0" <= digit <= "9"]
    if len(digits) != 10 or len(set(digits)) < 2:
        return False
    check = 11 - sum(weight * digit for weight, digit in zip(range(10, 1, -1), digits, strict=False)) % 11
    return check % 11 == digits[9] and check != 10


def iban(text: str) -> bool:
    """The check digits of an IBAN, ISO 13616 (MOD 97-10)."""
    number = compact(text)
    if not 15 <= len(number) <= 34 or not number.isascii():
        return False
    return int("".join(str(int(letter, 36)) for letter in number[4:] + number[:4])) % 97 == 1


def vin(text: str) -> bool:
    """The check digit of a vehicle identification number, 49 CFR 565.15; obligatory in North America and China (GB 16735)."""
    number = compact(text)
    if len(number) != 17 or any(letter not in _VIN_VALUES for letter in number):
        return False
    rest = sum(weight * _VIN_VALUES[letter] for weight, letter in zip(_VIN_WEIGHTS, number, strict=True)) % 11
    return number[8] == ("X" if rest == 10 else str(rest))


def dea(text: str) -> bool:
    """The check digit of a DEA registration number."""
    digits = [int(digit) for digit in text if "0" <= digit <= "9"]
    return len(digits) == 7 and (digits[0] + digits[2] + digits[4] + 2 * (digits[1] + digits[3] + digits[5])) % 10 == digits[6]
