"""Identifiers and names as offices write them: read, checked and brought to one form.

Each ``parse_*`` takes a cell's text and gives the canonical form, or raises
:class:`IdentifierError`. All are pure; where "not in the future" matters, ``today`` is an
argument. Rules: domain reference §9 (GB 11643-1999, GB 32100-2015, student numbers).
"""

from __future__ import annotations

import re
import unicodedata
from datetime import date
from typing import Final, Literal

from domain.name_variants import SURNAME_SOUNDS, TO_SIMPLIFIED


class IdentifierError(ValueError):
    """A value that the rules refuse.

    Attributes: ``code`` is stable; ``rule_zh`` says which rule is broken and ``advice_zh`` what
    to do, for an official. All three are fixed texts: none ever holds the value itself, so the
    error may be logged and shown.
    """

    def __init__(self, code: str, rule_zh: str, advice_zh: str) -> None:
        super().__init__(code, rule_zh, advice_zh)
        self.code = code
        self.rule_zh = rule_zh
        self.advice_zh = advice_zh

    def __str__(self) -> str:
        return f"{self.code}: {self.rule_zh}。{self.advice_zh}。"


# --- text -------------------------------------------------------------------------------------

_WRAPPING: Final = re.compile(r"\A[\s'’‘]+|\s+\Z")
# Not of category Cf or Cc, yet invisible: Braille blank, Hangul fillers.
_INVISIBLE: Final = frozenset("\u2800\u115f\u1160\u3164")
# What Python calls printable, and is not visible all the same: those and the variation selectors.
_PRINTABLE_ALONE: Final = re.compile("[\u2800\u115f\u1160\u3164\ufe00-\ufe0f\U000e0100-\U000e01ef]")


def _is_visible(char: str) -> bool:
    if char.isspace():
        return True
    if char in _INVISIBLE or unicodedata.category(char) in ("Cf", "Cc"):
        return False
    # Variation selectors choose between drawings of one character; they are not part of a name.
    return not ("\ufe00" <= char <= "\ufe0f" or "\U000e0100" <= char <= "\U000e01ef")


def _visible_nfkc(raw: str) -> str:
    """NFKC without invisible characters.

    Filtered before normalising, because an invisible character keeps its neighbours from
    composing, and after, because compatibility forms can contain one.
    """
    if (
        raw.isprintable()
        and unicodedata.is_normalized("NFKC", raw)
        and not _PRINTABLE_ALONE.search(raw)
    ):
        # As nearly all text: nothing in it changes.
        return raw
    filtered = "".join(filter(_is_visible, raw))
    normal = "".join(filter(_is_visible, unicodedata.normalize("NFKC", filtered)))
    return unicodedata.normalize("NFKC", normal)


def normalise_text(raw: str) -> str:
    """A cell's text in NFKC without its wrapping: outer spaces, invisible characters, apostrophe.

    Full-width forms become half-width. The leading apostrophe is what a spreadsheet uses to mark
    a cell as text. Spaces inside are kept. Idempotent.
    """
    return _WRAPPING.sub("", _visible_nfkc(raw))


def squeeze_text(raw: str) -> str:
    """:func:`normalise_text`, and no spaces inside either. Idempotent."""
    squeezed = "".join(normalise_text(raw).split())
    # Without the space between them two characters may compose.
    return unicodedata.normalize("NFKC", squeezed)


_TEXT_COLUMN: Final = "请先把该列设为“文本”格式，再按证件重新录入完整号码"
_EXPONENT: Final = re.compile(r"[+-]?\d+(\.\d*)?E[+-]?\d+", re.ASCII)
_DECIMAL: Final = re.compile(r"\d+\.\d*", re.ASCII)


def _is_mangled(text: str) -> bool:
    """A long number that a spreadsheet turned into a float: 3.1E+17, or with a decimal point."""
    return bool(_EXPONENT.fullmatch(text) or _DECIMAL.fullmatch(text))


def _without_decimal_zero(text: str) -> str:
    """A number cell of at most 15 digits without its ".0": a float holds it exactly."""
    return text[:-2] if re.fullmatch(r"\d{1,15}\.0", text, re.ASCII) else text


# --- citizen identity number ------------------------------------------------------------------

_ID_WEIGHTS: Final = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_ID_CHECKS: Final = "10X98765432"
_ID_CANONICAL: Final = re.compile(r"\d{17}[\dX]", re.ASCII)
# The standard's three-digit order codes for centenarians reach back into the 1800s, not further.
_EARLIEST_BIRTH_YEAR: Final = 1800


def id_check_character(first17: str) -> str:
    """Check character for the first 17 digits, MOD 11-2 (GB 11643-1999, ISO 7064).

    Raises IdentifierError ``ID_CHARACTERS`` unless given 17 digits.
    """
    if not re.fullmatch(r"\d{17}", first17, re.ASCII):
        raise _id_characters()
    total = sum(int(digit) * weight for digit, weight in zip(first17, _ID_WEIGHTS, strict=True))
    return _ID_CHECKS[total % 11]


def parse_id_number(raw: str, *, today: date, vouched: bool = False) -> str:
    """The 18-character citizen identity number (公民身份号码, GB 11643-1999), X in upper case.

    Accepts lower-case x, full-width digits, spaces, a leading apostrophe, and the 15-digit form
    (born in 19xx). Any region code is valid: it is where the person was first registered, and
    old codes such as 310227 and the 81, 82, 83 permits stay valid. ``today`` is the
    Asia/Shanghai day against which a birth date is in the future.

    A spreadsheet keeps 15 digits of a number cell and writes 000 for the rest; one in eleven of
    these still has a right check digit, and would make many children one. So a number that ends
    in 000 is refused, unless ``vouched``: somebody compared it with the document, or the source
    cannot have been a number cell.

    Raises IdentifierError: ``ID_EMPTY``, ``ID_SCIENTIFIC``, ``ID_CHARACTERS``, ``ID_LENGTH``,
    ``ID_BIRTH_DATE``, ``ID_FUTURE``, ``ID_CHECK_DIGIT``.
    """
    text = squeeze_text(raw).upper()
    if not text:
        raise IdentifierError(
            "ID_EMPTY",
            "身份证号为空",
            "请填写身份证号；确无证件号码的，请填写姓名、出生日期、监护人和村居",
        )
    if _is_mangled(text):
        raise IdentifierError(
            "ID_SCIENTIFIC", "身份证号被表格软件改成了科学计数或小数", _TEXT_COLUMN
        )
    if not re.fullmatch(r"\d+X?", text, re.ASCII):
        raise _id_characters()
    if len(text) == 15 and text.isdigit():
        number = text[:6] + "19" + text[6:]
        number += id_check_character(number)
    elif len(text) == 18:
        number = text
        if number.endswith("000") and not vouched:
            raise IdentifierError(
                "ID_SCIENTIFIC",
                "身份证号末三位为零，可能已被表格软件截断",
                _TEXT_COLUMN + "；证件上确实如此的，请改按姓名、出生日期、监护人和村居填报",
            )
    else:
        raise IdentifierError(
            "ID_LENGTH", "身份证号位数不对，应为18位（旧证15位）", "请对照证件补全或删去多余的位数"
        )
    if _birth_date(number) > today:
        raise IdentifierError(
            "ID_FUTURE", "身份证号中的出生日期晚于今天", "请对照证件核对第7至14位"
        )
    if id_check_character(number[:17]) != number[17]:
        raise IdentifierError(
            "ID_CHECK_DIGIT", "身份证号校验位不符，至少有一位写错", "请对照证件逐位核对后重填"
        )
    return number


def _id_characters() -> IdentifierError:
    return IdentifierError(
        "ID_CHARACTERS",
        "身份证号只能由数字组成，最后一位可为X",
        "请删去文字和符号，并检查是否把数字写成了字母",
    )


def _birth_date(number: str) -> date:
    born: date | None
    try:
        born = date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    except ValueError:
        born = None
    if born is None or born.year < _EARLIEST_BIRTH_YEAR:
        raise IdentifierError(
            "ID_BIRTH_DATE", "身份证号中的出生日期不存在", "请对照证件核对第7至14位"
        )
    return born


def birth_date_of(id18: str) -> date:
    """Birth date in a canonical number. Raises IdentifierError if it is not of that form."""
    if not _ID_CANONICAL.fullmatch(id18):
        raise _id_characters()
    return _birth_date(id18)


def sex_of(id18: str) -> Literal["1", "2"]:
    """Sex in a canonical number, as GB/T 2261.1 code: "1" male (17th digit odd), "2" female.

    Raises IdentifierError if the number is not of canonical form.
    """
    if not _ID_CANONICAL.fullmatch(id18):
        raise _id_characters()
    return "1" if int(id18[16]) % 2 else "2"


# --- student number, school code --------------------------------------------------------------


def parse_student_number(raw: str, *, today: date) -> str:
    """Student number (学籍号): G, L or J and 18 characters, in upper case.

    G is followed by a valid ID number (formal; it may differ from today's number after a
    change), L by something of an ID number's form that is none (temporary), J by 18 letters or
    digits (no usable ID number). Domain reference §9, source S16.

    Raises IdentifierError: ``STUDENT_EMPTY``, ``STUDENT_PREFIX``, ``STUDENT_LENGTH``,
    ``STUDENT_CHARACTERS``, or ``STUDENT_`` and the code of :func:`parse_id_number`.
    """
    text = squeeze_text(raw).upper()
    if not text:
        raise IdentifierError("STUDENT_EMPTY", "学籍号为空", "请填写学籍号")
    kind, rest = text[0], text[1:]
    if kind not in "GLJ":
        raise IdentifierError(
            "STUDENT_PREFIX", "学籍号应以字母G、L或J开头", "请从学籍系统复制完整的学籍号"
        )
    if len(rest) != 18:
        raise IdentifierError(
            "STUDENT_LENGTH", "学籍号位数不对，应为一个字母加18位", "请从学籍系统复制完整的学籍号"
        )
    if kind == "G":
        return kind + _inner_id(rest, "STUDENT_", "学籍号字母之后的部分有误：", today)
    form = r"\d{17}[\dX]" if kind == "L" else r"[0-9A-Z]{18}"
    if not re.fullmatch(form, rest, re.ASCII):
        raise IdentifierError(
            "STUDENT_CHARACTERS", "学籍号中有不允许的字符", "请从学籍系统复制完整的学籍号"
        )
    return text


def _inner_id(number: str, prefix: str, place_zh: str, today: date) -> str:
    """An ID number inside a longer one; the error says so.

    Vouched, because what has a letter before it or 20 characters was no number cell.
    """
    try:
        if not _ID_CANONICAL.fullmatch(number):
            raise _id_characters()
        return parse_id_number(number, today=today, vouched=True)
    except IdentifierError as error:
        inner = error
    raise IdentifierError(prefix + inner.code, place_zh + inner.rule_zh, inner.advice_zh)


def parse_school_code(raw: str) -> str:
    """School code (学校标识码): 10 digits.

    Raises IdentifierError: ``SCHOOL_EMPTY``, ``SCHOOL_SCIENTIFIC``, ``SCHOOL_FORMAT``.
    """
    text = _without_decimal_zero(squeeze_text(raw)).upper()
    if not text:
        raise IdentifierError("SCHOOL_EMPTY", "学校标识码为空", "请填写10位学校标识码")
    if _is_mangled(text):
        raise IdentifierError(
            "SCHOOL_SCIENTIFIC", "学校标识码被表格软件改成了科学计数或小数", _TEXT_COLUMN
        )
    if not re.fullmatch(r"\d{10}", text, re.ASCII):
        raise IdentifierError(
            "SCHOOL_FORMAT", "学校标识码应为10位数字", "请按教育部门公布的学校标识码填写"
        )
    return text


# --- unified social credit code ---------------------------------------------------------------

_CREDIT_ALPHABET: Final = "0123456789ABCDEFGHJKLMNPQRTUWXY"


def credit_check_character(first17: str) -> str:
    """Check character for the first 17 characters (GB 32100-2015): weights 3^(i-1) mod 31.

    Raises IdentifierError ``CREDIT_CHARACTERS`` unless given 17 characters of the code's alphabet.
    """
    if len(first17) != 17 or not set(first17) <= set(_CREDIT_ALPHABET):
        raise _credit_characters()
    total = sum(
        _CREDIT_ALPHABET.index(char) * pow(3, place, 31) for place, char in enumerate(first17)
    )
    return _CREDIT_ALPHABET[-total % 31]


def parse_credit_code(raw: str) -> str:
    """Unified social credit code (统一社会信用代码, GB 32100-2015): 18 characters, upper case.

    Raises IdentifierError: ``CREDIT_EMPTY``, ``CREDIT_SCIENTIFIC``, ``CREDIT_LENGTH``,
    ``CREDIT_CHARACTERS``, ``CREDIT_CHECK``.
    """
    text = squeeze_text(raw).upper()
    if not text:
        raise IdentifierError("CREDIT_EMPTY", "统一社会信用代码为空", "请填写统一社会信用代码")
    if len(text) != 18:
        # Only here: a code of the right length may well be digits around one letter E.
        if _is_mangled(text):
            raise IdentifierError(
                "CREDIT_SCIENTIFIC", "统一社会信用代码被表格软件改成了科学计数或小数", _TEXT_COLUMN
            )
        raise IdentifierError(
            "CREDIT_LENGTH", "统一社会信用代码位数不对，应为18位", "请对照证照补全或删去多余的位数"
        )
    if not set(text) <= set(_CREDIT_ALPHABET):
        raise _credit_characters()
    if credit_check_character(text[:17]) != text[17]:
        raise IdentifierError(
            "CREDIT_CHECK", "统一社会信用代码校验位不符，至少有一位写错", "请对照证照逐位核对后重填"
        )
    return text


def _credit_characters() -> IdentifierError:
    return IdentifierError(
        "CREDIT_CHARACTERS",
        "统一社会信用代码中有不允许的字符（不用字母I、O、S、V、Z）",
        "请检查是否把数字1、0、5、2写成了相近的字母",
    )


# --- disability certificate -------------------------------------------------------------------


def parse_disability_certificate(raw: str, *, today: date) -> str:
    """Disability certificate number (残疾人证号): ID number, class 1-7, grade 1-4; 20 characters.

    Class and grade are those of GB/T 26341-2010 (domain reference §9).

    Raises IdentifierError: ``DISABILITY_EMPTY``, ``DISABILITY_SCIENTIFIC``,
    ``DISABILITY_LENGTH``, ``DISABILITY_CLASS``, ``DISABILITY_GRADE``, or ``DISABILITY_`` and the
    code of :func:`parse_id_number`.
    """
    text = squeeze_text(raw).upper()
    if not text:
        raise IdentifierError("DISABILITY_EMPTY", "残疾人证号为空", "请填写20位残疾人证号")
    # 20 digits cut to 15 end in five zeros; class 0 and grade 0 do not exist.
    if _is_mangled(text) or (len(text) == 20 and text.endswith("00000")):
        raise IdentifierError(
            "DISABILITY_SCIENTIFIC", "残疾人证号被表格软件改写或截断", _TEXT_COLUMN
        )
    if len(text) != 20:
        raise IdentifierError(
            "DISABILITY_LENGTH", "残疾人证号位数不对，应为20位", "请对照证件补全或删去多余的位数"
        )
    number = _inner_id(text[:18], "DISABILITY_", "残疾人证号前18位有误：", today)
    if text[18] not in "1234567":
        raise IdentifierError(
            "DISABILITY_CLASS", "残疾人证号第19位（残疾类别）应为1至7", "请对照证件核对第19位"
        )
    if text[19] not in "1234":
        raise IdentifierError(
            "DISABILITY_GRADE", "残疾人证号第20位（残疾等级）应为1至4", "请对照证件核对第20位"
        )
    return number + text[18:]


# --- telephone --------------------------------------------------------------------------------

_PHONE_FILL: Final = re.compile(r"[-‐‑‒–—―−~()]")
_MOBILE: Final = re.compile(r"1[3-9]\d{9}", re.ASCII)
# Three-figure area codes are 010 and 02x, all others have four figures; a subscriber's number
# does not begin with 0, 1 or 9.
_LANDLINE: Final = re.compile(
    r"(010|02\d)([2-8]\d{7})|(0[3-9]\d\d)([2-8]\d{6,7})",
    re.ASCII,
)
_PUBLIC_LINE: Final = re.compile(r"0?[48]00\d{7}|1\d{2}|1\d{4}|9[56]\d{3,4}", re.ASCII)


def parse_phone(raw: str) -> str:
    """A person's telephone: a mainland mobile ("1…", 11 digits) or "area-number".

    Accepts full-width digits, spaces, hyphens, brackets round the area code and a leading +86 or
    0086. Emergency, hotline and 400/800 numbers are refused: nobody reaches a family by them.

    Raises IdentifierError: ``PHONE_EMPTY``, ``PHONE_SCIENTIFIC``, ``PHONE_CHARACTERS``,
    ``PHONE_PUBLIC``, ``PHONE_FORMAT``.
    """
    text = _PHONE_FILL.sub("", _without_decimal_zero(squeeze_text(raw))).upper()
    if not text:
        raise IdentifierError("PHONE_EMPTY", "电话号码为空", "请填写手机号，或区号加固定电话号码")
    if _is_mangled(text):
        raise IdentifierError(
            "PHONE_SCIENTIFIC", "电话号码被表格软件改成了科学计数或小数", _TEXT_COLUMN
        )
    if not re.fullmatch(r"\+?\d+", text, re.ASCII):
        raise IdentifierError(
            "PHONE_CHARACTERS", "电话号码中有文字或符号", "请只填一个号码，其他说明写在备注里"
        )
    digits = _national(text)
    if _PUBLIC_LINE.fullmatch(digits):
        raise IdentifierError(
            "PHONE_PUBLIC", "这是公共服务号码，不是个人电话", "请填写本人或家人的电话"
        )
    if _MOBILE.fullmatch(digits):
        return digits
    landline = _LANDLINE.fullmatch(digits)
    if landline is None:
        raise IdentifierError(
            "PHONE_FORMAT",
            "电话号码不完整或位数不对",
            "手机号应为11位；固定电话请加区号，并把该列设为“文本”格式以免丢掉开头的零",
        )
    return "-".join(filter(None, landline.groups()))


def fold_phone(raw: str) -> str:
    """A telephone for comparing: its digits as dialled inside the country, however it was written;
    of what is no telephone of a person the digits that it holds, mostly none. Idempotent."""
    try:
        text = parse_phone(raw)
    except IdentifierError:
        text = squeeze_text(raw)
    return "".join(sign for sign in text if sign in "0123456789")


def _national(text: str) -> str:
    """The number as dialled inside the country: without +86, and with the area code's zero."""
    for prefix in ("+86", "0086"):
        if text.startswith(prefix):
            rest = text[len(prefix) :]
            is_landline = not rest.startswith("0") and not _MOBILE.fullmatch(rest)
            return "0" + rest if is_landline else rest
    # A bare 86 is the country only before a whole mobile number; 86… is a local number too.
    return text[2:] if text.startswith("86") and _MOBILE.fullmatch(text[2:]) else text


# --- names ------------------------------------------------------------------------------------

_NAME_DOTS: Final = str.maketrans("", "", "·•・‧∙⋅.")


def fold_name(raw: str) -> str:
    """A name for matching: one form for 张三, 張三, "张 三" and ’张三.

    NFKC, without spaces and middle dots, traditional and variant characters to simplified, Latin
    letters in upper case. For comparing only: a record keeps the name as it was written.
    Idempotent.
    """
    text = squeeze_text(raw).translate(TO_SIMPLIFIED).translate(_NAME_DOTS).upper()
    # Taking a dot out, or upper case, can leave characters that compose or an apostrophe first.
    return squeeze_text(text)


def name_sounds(folded: str) -> str:
    """Homophone key of a folded name: toneless pinyin, syllables separated by spaces.

    The surname is read as a surname (单 shan, 曾 zeng, 尉迟 yu chi). Characters without a reading
    stand for themselves.
    """
    # Here, not above: its dictionaries take a tenth of a second, and few programs match names.
    from pypinyin import lazy_pinyin

    for length in (2, 1):
        surname, given = folded[:length], folded[length:]
        if surname in SURNAME_SOUNDS:
            return " ".join([*SURNAME_SOUNDS[surname], *lazy_pinyin(given)])
    # Read apart, so that surname and given name are not taken for one word.
    return " ".join([*lazy_pinyin(folded[:1]), *lazy_pinyin(folded[1:])])
