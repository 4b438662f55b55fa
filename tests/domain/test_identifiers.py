"""Identifiers as offices write them: what is read, what is refused, and what is never repeated."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from datetime import date, timedelta

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from domain.identifiers import (
    IdentifierError,
    birth_date_of,
    credit_check_character,
    fold_name,
    id_check_character,
    name_sounds,
    normalise_text,
    parse_credit_code,
    parse_disability_certificate,
    parse_id_number,
    parse_phone,
    parse_school_code,
    parse_student_number,
    sex_of,
    squeeze_text,
)
from domain.name_variants import TO_SIMPLIFIED

TODAY = date(2025, 3, 1)
PRINTED = "11010519491231002X"  # The example printed in GB 11643-1999; nobody's number.
CREDIT = "91350100M000100Y43"  # The example of GB 32100-2015.

Parser = Callable[[str], str]


def read_id(raw: str) -> str:
    return parse_id_number(raw, today=TODAY)


def read_student(raw: str) -> str:
    return parse_student_number(raw, today=TODAY)


def read_disability(raw: str) -> str:
    return parse_disability_certificate(raw, today=TODAY)


PARSERS: list[Parser] = [
    read_id,
    read_student,
    read_disability,
    parse_credit_code,
    parse_school_code,
    parse_phone,
]


def refusal(parse: Parser, raw: str) -> str:
    with pytest.raises(IdentifierError) as caught:
        parse(raw)
    return caught.value.code


def with_check(first17: str) -> str:
    return first17 + id_check_character(first17)


digits = st.text("0123456789", min_size=6, max_size=6)
births = st.dates(min_value=date(1900, 1, 1), max_value=TODAY)
orders = st.integers(min_value=0, max_value=999).map(lambda n: f"{n:03d}")
any_valid = st.builds(
    lambda region, born, order: with_check(f"{region}{born:%Y%m%d}{order}"), digits, births, orders
)
# A number that ends in 000 is refused for another reason (see below).
valid_ids = any_valid.filter(lambda number: not number.endswith("000"))


# --- citizen identity number ---


@pytest.mark.parametrize(
    "written",
    [
        PRINTED,
        "11010519491231002x",
        "１１０１０５１９４９１２３１００２Ｘ",
        " 110105 19491231 002X ",
        "\u3000110105\u200b19491231002X\ufeff",
        "'11010519491231002X",
        "’ 11010519491231002X",
        "\t110105\u00a019491231002X\r\n",
    ],
)
def test_given_the_forms_offices_write_when_read_then_one_canonical_number(written: str) -> None:
    assert read_id(written) == PRINTED


def test_given_a_15_digit_number_when_read_then_18_of_the_last_century() -> None:
    assert read_id("110105491231002") == PRINTED


@pytest.mark.parametrize("region", ["310227", "310117", "810000", "820000", "830000", "999999"])
def test_given_any_region_code_when_read_then_accepted(region: str) -> None:
    number = with_check(f"{region}20150101123")
    assert read_id(number) == number


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("", "ID_EMPTY"),
        (" \u3000\u200b'", "ID_EMPTY"),
        ("3.10117E+17", "ID_SCIENTIFIC"),
        ("３．１０１１７ｅ＋１７", "ID_SCIENTIFIC"),
        ("3E17", "ID_SCIENTIFIC"),
        ("310117201501010000.0", "ID_SCIENTIFIC"),
        ("310117201501011000", "ID_SCIENTIFIC"),
        ("1101051949123100", "ID_LENGTH"),
        ("1101051949123100211", "ID_LENGTH"),
        ("11010549123100X", "ID_LENGTH"),
        ("无", "ID_CHARACTERS"),
        ("110105194912310O2X", "ID_CHARACTERS"),
        ("1101051949123X0021", "ID_CHARACTERS"),
        ("110105********002X", "ID_CHARACTERS"),
        ("١١٠١٠٥١٩٤٩١٢٣١٠٠٢X", "ID_CHARACTERS"),
        ("110105491331002", "ID_BIRTH_DATE"),
        ("110105202302290021", "ID_BIRTH_DATE"),
        ("110105000001010021", "ID_BIRTH_DATE"),
        ("110105094912310021", "ID_BIRTH_DATE"),
        ("11010520250302002X", "ID_FUTURE"),
        ("110105194912310021", "ID_CHECK_DIGIT"),
    ],
)
def test_given_a_broken_number_when_read_then_refused_for_its_own_reason(
    written: str, code: str
) -> None:
    assert refusal(read_id, written) == code


def test_given_a_child_born_today_when_read_then_accepted_and_tomorrow_not() -> None:
    today, tomorrow = (
        with_check(f"310117{day:%Y%m%d}123") for day in (TODAY, TODAY + timedelta(days=1))
    )
    assert read_id(today) == today
    assert refusal(read_id, tomorrow) == "ID_FUTURE"


def test_given_a_right_number_that_ends_in_000_when_read_then_only_if_vouched() -> None:
    number = next(
        candidate
        for n in range(100000, 1000000)
        if (candidate := with_check(f"{n}20150101100")).endswith("000")
    )
    assert refusal(read_id, number) == "ID_SCIENTIFIC"
    assert parse_id_number(number, today=TODAY, vouched=True) == number


@given(any_valid)
def test_given_any_valid_number_when_vouched_then_read_unchanged(number: str) -> None:
    assert parse_id_number(number, today=TODAY, vouched=True) == number


@given(valid_ids, st.booleans(), st.booleans(), st.integers(0, 17))
def test_given_a_valid_number_written_oddly_when_read_then_the_same_number(
    number: str, lower: bool, wide: bool, gap: int
) -> None:
    written = number[:gap] + "\u3000" + number[gap:]
    if lower:
        written = written.lower()
    if wide:
        written = "".join(chr(ord(c) + 0xFEE0) if c.isascii() else c for c in written)
    assert read_id("'" + written) == number


@given(valid_ids, st.integers(0, 17), st.sampled_from("0123456789X"))
def test_given_a_valid_number_when_one_character_is_wrong_then_always_detected(
    number: str, place: int, other: str
) -> None:
    assume(number[place] != other)
    with pytest.raises(IdentifierError):
        read_id(number[:place] + other + number[place + 1 :])


@given(valid_ids, st.integers(0, 16))
def test_given_a_valid_number_when_two_neighbours_are_swapped_then_always_detected(
    number: str, place: int
) -> None:
    assume(number[place] != number[place + 1])
    swapped = number[:place] + number[place + 1] + number[place] + number[place + 2 :]
    with pytest.raises(IdentifierError):
        read_id(swapped)


@given(valid_ids)
def test_check_character_alone_detects_every_wrong_digit_and_swap(number: str) -> None:
    first17 = number[:17]
    for place in range(17):
        for other in "0123456789":
            wrong = first17[:place] + other + first17[place + 1 :]
            assert (id_check_character(wrong) == number[17]) == (other == first17[place])
    for place in range(16):
        swapped = first17[:place] + first17[place + 1] + first17[place] + first17[place + 2 :]
        assert (id_check_character(swapped) == number[17]) == (swapped == first17)


@given(digits, st.dates(min_value=date(1900, 1, 1), max_value=date(1999, 12, 31)), orders)
def test_given_15_digits_when_read_then_a_valid_18_that_reads_as_itself(
    region: str, born: date, order: str
) -> None:
    number = parse_id_number(f"{region}{born:%y%m%d}{order}", today=TODAY)
    assert number[:17] == f"{region}{born:%Y%m%d}{order}"
    assert parse_id_number(number, today=TODAY, vouched=True) == number
    assert birth_date_of(number) == born


@given(digits, births, orders)
def test_given_a_number_then_birth_date_and_sex_are_read_from_it(
    region: str, born: date, order: str
) -> None:
    number = with_check(f"{region}{born:%Y%m%d}{order}")
    assert birth_date_of(number) == born
    assert sex_of(number) == ("1" if order[2] in "13579" else "2")


@pytest.mark.parametrize("read", [birth_date_of, sex_of, id_check_character])
def test_given_no_canonical_number_when_asked_for_a_part_then_refused(
    read: Callable[[str], object],
) -> None:
    for text in ("", "1101051949ABCD002X", PRINTED.lower(), PRINTED + "1"):
        with pytest.raises(IdentifierError) as caught:
            read(text)
        assert caught.value.code == "ID_CHARACTERS"


# --- student number, school code ---


@pytest.mark.parametrize(
    ("written", "canonical"),
    [
        ("g11010519491231002x", "G11010519491231002X"),
        (" Ｇ110105 19491231 002X", "G11010519491231002X"),
        ("L310117201501019999", "L310117201501019999"),
        ("J3101172015A1019999", "J3101172015A1019999"),
    ],
)
def test_given_the_three_kinds_of_student_number_when_read_then_canonical(
    written: str, canonical: str
) -> None:
    assert read_student(written) == canonical


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("", "STUDENT_EMPTY"),
        (PRINTED, "STUDENT_PREFIX"),
        ("A11010519491231002X", "STUDENT_PREFIX"),
        ("G", "STUDENT_LENGTH"),
        ("G1101051949123100", "STUDENT_LENGTH"),
        ("G110105194912310021", "STUDENT_ID_CHECK_DIGIT"),
        ("G110105202302290021", "STUDENT_ID_BIRTH_DATE"),
        ("G'''110105491231002", "STUDENT_ID_CHARACTERS"),
        ("L31011720150101A999", "STUDENT_CHARACTERS"),
        ("J310117-015-1019999", "STUDENT_CHARACTERS"),
    ],
)
def test_given_a_broken_student_number_when_read_then_refused(written: str, code: str) -> None:
    assert refusal(read_student, written) == code


@given(any_valid)
def test_given_any_id_number_when_it_follows_g_then_a_student_number(number: str) -> None:
    assert read_student("G" + number) == "G" + number


@pytest.mark.parametrize(
    "written", ["3131000123", "３１３１０００１２３", "3131000123.0", "'3131000123"]
)
def test_given_a_school_code_as_written_when_read_then_ten_digits(written: str) -> None:
    assert parse_school_code(written) == "3131000123"


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("", "SCHOOL_EMPTY"),
        ("3.131E+9", "SCHOOL_SCIENTIFIC"),
        ("313100012", "SCHOOL_FORMAT"),
        ("31310001234", "SCHOOL_FORMAT"),
        ("313100012A", "SCHOOL_FORMAT"),
    ],
)
def test_given_a_broken_school_code_when_read_then_refused(written: str, code: str) -> None:
    assert refusal(parse_school_code, written) == code


# --- unified social credit code ---


def test_given_the_standards_example_when_read_then_accepted_in_upper_case() -> None:
    assert parse_credit_code(" 91350100m000100y43 ") == CREDIT


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("", "CREDIT_EMPTY"),
        ("1.23101E+17", "CREDIT_SCIENTIFIC"),
        (CREDIT[:-1], "CREDIT_LENGTH"),
        (CREDIT + "0", "CREDIT_LENGTH"),
        ("91350100M000100I43", "CREDIT_CHARACTERS"),
        ("91350100M000100Y44", "CREDIT_CHECK"),
    ],
)
def test_given_a_broken_credit_code_when_read_then_refused(written: str, code: str) -> None:
    assert refusal(parse_credit_code, written) == code


ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"


@given(st.text(ALPHABET, min_size=17, max_size=17), st.integers(0, 17), st.sampled_from(ALPHABET))
def test_given_a_credit_code_when_one_character_is_wrong_then_detected(
    first17: str, place: int, other: str
) -> None:
    code = first17 + credit_check_character(first17)
    assert parse_credit_code(code) == code
    assume(code[place] != other)
    assert refusal(parse_credit_code, code[:place] + other + code[place + 1 :]) == "CREDIT_CHECK"


def test_given_a_credit_code_of_digits_round_an_e_then_it_is_no_scientific_notation() -> None:
    first17 = "1231011742500E123"
    code = first17 + credit_check_character(first17)
    assert parse_credit_code(code) == code


# --- disability certificate ---


def test_given_a_disability_certificate_when_read_then_number_class_and_grade() -> None:
    assert read_disability(" 11010519491231002x 6 2") == PRINTED + "62"


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("", "DISABILITY_EMPTY"),
        ("1.10105E+19", "DISABILITY_SCIENTIFIC"),
        ("11010519491231000000", "DISABILITY_SCIENTIFIC"),
        (PRINTED, "DISABILITY_LENGTH"),
        (PRINTED + "82", "DISABILITY_CLASS"),
        (PRINTED + "02", "DISABILITY_CLASS"),
        (PRINTED + "65", "DISABILITY_GRADE"),
        (PRINTED + "60", "DISABILITY_GRADE"),
        ("11010519491231002162", "DISABILITY_ID_CHECK_DIGIT"),
    ],
)
def test_given_a_broken_certificate_when_read_then_refused(written: str, code: str) -> None:
    assert refusal(read_disability, written) == code


# --- telephone ---


@pytest.mark.parametrize(
    ("written", "canonical"),
    [
        ("13800000000", "13800000000"),
        ("１３８００００００００", "13800000000"),
        ("+86 138-0000-0000", "13800000000"),
        ("008613800000000", "13800000000"),
        ("8613800000000", "13800000000"),
        ("13800000000.0", "13800000000"),
        ("021-57810000", "021-57810000"),
        ("（021）5781 0000", "021-57810000"),
        ("+86 21 5781 0000", "021-57810000"),
        ("+86 021 5781 0000", "021-57810000"),
        ("02157810000", "021-57810000"),
        ("0512–5781000", "0512-5781000"),
        ("0512-57810000", "0512-57810000"),
    ],
)
def test_given_a_telephone_as_written_when_read_then_one_form_that_reads_as_itself(
    written: str, canonical: str
) -> None:
    assert parse_phone(written) == canonical
    assert parse_phone(canonical) == canonical


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("", "PHONE_EMPTY"),
        (" - ", "PHONE_EMPTY"),
        ("1.38E+10", "PHONE_SCIENTIFIC"),
        ("无", "PHONE_CHARACTERS"),
        ("13800000000妈妈", "PHONE_CHARACTERS"),
        ("400-820-0000", "PHONE_PUBLIC"),
        ("+86 400 820 0000", "PHONE_PUBLIC"),
        ("800 820 0000", "PHONE_PUBLIC"),
        ("12345", "PHONE_PUBLIC"),
        ("110", "PHONE_PUBLIC"),
        ("95588", "PHONE_PUBLIC"),
        ("12800000000", "PHONE_FORMAT"),
        ("1380000000", "PHONE_FORMAT"),
        ("138000000001", "PHONE_FORMAT"),
        ("57810000", "PHONE_FORMAT"),
        ("2157810000", "PHONE_FORMAT"),
        ("021-5781000", "PHONE_FORMAT"),
        ("13800000000 13900000000", "PHONE_FORMAT"),
    ],
)
def test_given_no_personal_telephone_when_read_then_refused(written: str, code: str) -> None:
    assert refusal(parse_phone, written) == code


# --- names ---


@pytest.mark.parametrize(
    ("written", "folded"),
    [
        ("張三", "张三"),
        (" 张　三 ", "张三"),
        ("'劉麗華", "刘丽华"),
        ("阿依古丽·买买提", "阿依古丽买买提"),
        ("阿依古丽•买买提", "阿依古丽买买提"),
        ("阿依古丽・买买提", "阿依古丽买买提"),
        ("阿依古丽‧买买提", "阿依古丽买买提"),
        ("阿依古丽．买买提", "阿依古丽买买提"),
        ("阿依古丽.买买提", "阿依古丽买买提"),
        ("ａnna lee", "ANNALEE"),
        ("葛\U000e0100小明", "葛小明"),
        ("鐘鍾", "钟钟"),
    ],
)
def test_given_a_name_as_written_when_folded_then_one_form(written: str, folded: str) -> None:
    assert fold_name(written) == folded


def test_given_surnames_that_only_sound_alike_when_folded_then_kept_apart() -> None:
    assert len({fold_name(name) for name in ("萧一", "肖一", "阎一", "闫一", "傅一", "付一")}) == 6


@given(st.text())
@example("·'张")  # an apostrophe comes first only once the dot is gone
@example("e.\u0301")  # and two characters meet that compose
@example("e\uffa0\u0301")  # a compatibility form of something invisible
@example("e \u0301")
@example("' ' x")
def test_folding_and_normalising_twice_changes_nothing(text: str) -> None:
    for fold in (normalise_text, squeeze_text, fold_name):
        once = fold(text)
        assert fold(once) == once


@given(st.text(max_size=8))
def test_normal_text_has_no_wrapping(text: str) -> None:
    normal = normalise_text(text)
    assert normal == normal.strip()
    assert unicodedata.is_normalized("NFKC", normal)
    assert not normal.startswith(("'", "’"))
    assert not any(char.isspace() for char in squeeze_text(text))


@given(st.text())
@example("张\u2800小明")  # a Braille blank
@example("张\u3164小明")  # a Hangul filler
@example("张\ufe00小明")  # which drawing of the character before
@example("张\U000e0100小明")
@example("张\u200b小明")  # a space of no width
def test_nothing_that_cannot_be_seen_is_left_in_normal_text(text: str) -> None:
    for char in normalise_text(text):
        assert char.isspace() or unicodedata.category(char) not in ("Cf", "Cc")
        assert char not in "\u2800\u115f\u1160\u3164"
        assert not "\ufe00" <= char <= "\ufe0f"
        assert not "\U000e0100" <= char <= "\U000e01ef"


def test_normal_text_keeps_the_spaces_inside() -> None:
    assert normalise_text("　'松江区　九亭镇 ") == "松江区 九亭镇"


def test_every_variant_folds_to_a_character_that_stays_itself() -> None:
    # Else the fold would depend on how often it is applied, and NFKC would never meet the table.
    assert len(TO_SIMPLIFIED) > 400
    for variant, standard in TO_SIMPLIFIED.items():
        assert ord(standard) not in TO_SIMPLIFIED
        assert unicodedata.is_normalized("NFKC", chr(variant))


@pytest.mark.parametrize(
    ("name", "sounds"),
    [
        ("单小明", "shan xiao ming"),
        ("曾小明", "zeng xiao ming"),
        ("仇小明", "qiu xiao ming"),
        ("解小明", "xie xiao ming"),
        ("查小明", "zha xiao ming"),
        ("盖小明", "ge xiao ming"),
        ("区小明", "ou xiao ming"),
        ("朴小明", "piao xiao ming"),
        ("任小明", "ren xiao ming"),
        ("华小明", "hua xiao ming"),
        ("覃小明", "qin xiao ming"),
        ("尉迟小明", "yu chi xiao ming"),
        ("万俟小明", "mo qi xiao ming"),
        ("万小明", "wan xiao ming"),
        ("尉小明", "wei xiao ming"),
        ("王查理", "wang cha li"),
    ],
)
def test_given_a_name_when_sounded_then_the_surname_reads_as_a_surname(
    name: str, sounds: str
) -> None:
    assert name_sounds(fold_name(name)) == sounds


@pytest.mark.parametrize(
    ("one", "other"),
    [("张伟", "章玮"), ("單嬋", "单婵"), ("萧晓", "肖小"), ("尉遲恭", "尉迟公"), ("李静", "黎婧")],
)
def test_given_names_that_sound_alike_then_one_key(one: str, other: str) -> None:
    assert name_sounds(fold_name(one)) == name_sounds(fold_name(other))


def test_given_syllables_that_run_together_then_two_keys() -> None:
    assert name_sounds("李西安") != name_sounds("李先")


@given(st.text(max_size=6))
def test_any_text_has_a_sound_key(text: str) -> None:
    folded = fold_name(text)
    assert bool(name_sounds(folded)) == bool(folded)


# --- what an error says ---

dirty = st.one_of(
    st.text("0123456789xXeE.+-*' ０１２GLJ", min_size=1, max_size=24),
    valid_ids.map(lambda number: number[:-1]),
    valid_ids.map(lambda number: number[:-1] + "?"),
    valid_ids.map(lambda number: f"G{number[:16]}99"),
    st.from_regex(r"\A1[3-9][0-9]{8}\Z"),
    # Words an error could only have from the value: a name, a village, a number with a remark.
    st.sampled_from(["张小明", "欧阳小明 收", "九亭镇某村", "13800000000妈妈", "婶婶13800000000"]),
)


def refused(parse: Parser, raw: str) -> IdentifierError | None:
    try:
        parse(raw)
    except IdentifierError as error:
        return error
    return None


@pytest.mark.parametrize("parse", PARSERS)
@given(raw=dirty)
@example(raw="110105202302290021")  # no such day: date() itself complains here
def test_given_any_refused_value_then_the_error_never_contains_it(parse: Parser, raw: str) -> None:
    error = refused(parse, raw)
    assume(error is not None)
    assert error is not None
    shown = f"{error} {error!r} {vars(error)}"
    squeezed = squeeze_text(raw)
    for form in (raw, squeezed, squeezed.upper()):
        # "18" stands in the rule itself; any three characters would be the value's.
        assert len(form.strip()) < 3 or form not in shown
    assert error.rule_zh
    assert error.advice_zh
    # A ValueError of int() or date() would carry digits into a traceback.
    assert error.__context__ is None
    assert error.__cause__ is None


@given(raw=dirty, other=dirty)
def test_given_one_code_then_one_text_whatever_the_value(raw: str, other: str) -> None:
    # A text that depended on the value would differ between two values.
    seen: dict[str, set[tuple[str, str]]] = {}
    for parse in PARSERS:
        for value in (raw, other):
            if error := refused(parse, value):
                seen.setdefault(error.code, set()).add((error.rule_zh, error.advice_zh))
    for code, texts in seen.items():
        # Scientific notation and precision cut off share a code and differ in advice.
        assert len(texts) <= (2 if code == "ID_SCIENTIFIC" else 1)
