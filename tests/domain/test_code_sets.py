"""Code sets: a cell holds the code or the Chinese word; an official learns what is permitted."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.code_sets import (
    CHILD_CATEGORY,
    DISABILITY_CLASS,
    DISABILITY_GRADE,
    ETHNICITY,
    FAMILY_RELATION,
    ORPHAN_PLACE,
    SEX,
    ChildCategory,
    CodeError,
    CodeSet,
)

ALL = [
    SEX,
    ETHNICITY,
    FAMILY_RELATION,
    DISABILITY_CLASS,
    DISABILITY_GRADE,
    CHILD_CATEGORY,
    ORPHAN_PLACE,
]
each_set = pytest.mark.parametrize("codes", ALL, ids=lambda codes: codes.key)


@each_set
def test_given_code_label_or_both_when_read_then_the_code(codes: CodeSet) -> None:
    for code, label in codes.labels.items():
        for written in (code, label, f" {code} {label}", "'" + label, "\u3000" + code.lower()):
            assert codes.parse(written) == code
        assert codes.label(code) == label


@each_set
def test_every_label_and_alias_means_one_code(codes: CodeSet) -> None:
    assert len(set(codes.labels.values())) == len(codes.labels)
    assert len({len(code) for code in codes.labels if code.isdigit()}) <= 1
    for alias, code in codes.aliases.items():
        assert codes.parse(alias) == code
        assert code in codes.labels


@each_set
def test_given_an_unknown_word_when_read_then_the_permitted_values_are_named(
    codes: CodeSet,
) -> None:
    with pytest.raises(CodeError) as caught:
        codes.parse("孙悟空")
    error = caught.value
    assert error.code == f"CODE_{codes.key}"
    assert codes.title in error.rule_zh
    for code, label in codes.labels.items():
        # A code of letters says nothing to an official; only the word is named.
        named = f"{code} {label}" if code.isdigit() else label
        assert named in error.advice_zh
        assert code.isdigit() or code not in error.advice_zh
    assert "孙悟空" not in f"{error}{error!r}"


@each_set
def test_given_nothing_when_read_then_said_to_be_empty(codes: CodeSet) -> None:
    with pytest.raises(CodeError) as caught:
        codes.parse(" \u3000")
    assert caught.value.code == f"CODE_{codes.key}_EMPTY"


def answer(codes: CodeSet, raw: str) -> str:
    try:
        return codes.parse(raw)
    except CodeError as error:
        return str(error)


@each_set
@given(raw=st.text(min_size=1, max_size=12))
def test_given_any_text_when_read_then_a_code_or_one_fixed_error(codes: CodeSet, raw: str) -> None:
    permitted = {*codes.labels}
    fixed = {answer(codes, ""), answer(codes, "孙悟空")}
    assert answer(codes, raw) in permitted | fixed


@each_set
def test_given_no_code_when_asked_for_its_label_then_refused(codes: CodeSet) -> None:
    with pytest.raises(CodeError):
        codes.label("孙悟空")


@pytest.mark.parametrize(
    ("codes", "written", "code"),
    [
        (SEX, "男", "1"),
        (SEX, "女性", "2"),
        (SEX, "1.0", "1"),
        (SEX, "２", "2"),
        (ETHNICITY, "汉", "01"),
        (ETHNICITY, "1", "01"),
        (ETHNICITY, "1.0", "01"),
        (ETHNICITY, "维吾尔", "05"),
        (ETHNICITY, "苗族", "06"),
        (ETHNICITY, "彝族", "07"),
        (ETHNICITY, "畲族", "22"),
        (ETHNICITY, "土族", "30"),
        (ETHNICITY, "塔吉克族", "41"),
        (ETHNICITY, "基诺族", "56"),
        (ETHNICITY, "其他", "97"),
        (ETHNICITY, "入籍", "98"),
        (FAMILY_RELATION, "爷爷", "61"),
        (FAMILY_RELATION, "外婆", "64"),
        (FAMILY_RELATION, "父亲", "51"),
        (FAMILY_RELATION, "母", "52"),
        (FAMILY_RELATION, "继父", "57"),
        (FAMILY_RELATION, "养母", "58"),
        (FAMILY_RELATION, "姑妈", "90"),
        (FAMILY_RELATION, "非亲属", "99"),
        (FAMILY_RELATION, "养子", "27"),
        (DISABILITY_CLASS, "孤独症", "6"),
        (DISABILITY_CLASS, "多重", "7"),
        (DISABILITY_GRADE, "1级", "1"),
        (DISABILITY_GRADE, "四级", "4"),
        (CHILD_CATEGORY, "留守儿童", "LEFT_BEHIND_RURAL"),
        (CHILD_CATEGORY, "监护不当", "DIFFICULTY_GUARDIANSHIP"),
        (ORPHAN_PLACE, "散居孤儿", "SCATTERED"),
    ],
)
def test_given_the_words_in_use_when_read_then_the_standards_code(
    codes: CodeSet, written: str, code: str
) -> None:
    assert codes.parse(written) == code


@pytest.mark.parametrize(
    ("codes", "written"),
    [
        (SEX, "3"),
        (SEX, "男女"),
        (ETHNICITY, "57"),
        (ETHNICITY, "00"),
        (FAMILY_RELATION, "98"),
        (FAMILY_RELATION, "监护人"),
        (DISABILITY_CLASS, "8"),
        (DISABILITY_GRADE, "5"),
        (DISABILITY_GRADE, "1.5"),
        (CHILD_CATEGORY, "困境儿童"),
        (CHILD_CATEGORY, "低收入"),
    ],
)
def test_given_what_is_outside_the_standard_when_read_then_refused(
    codes: CodeSet, written: str
) -> None:
    with pytest.raises(CodeError):
        codes.parse(written)


def test_the_sets_are_as_large_as_the_standards_say() -> None:
    assert list(SEX.labels) == ["0", "1", "2", "9"]
    assert list(ETHNICITY.labels) == [f"{n:02d}" for n in range(1, 57)] + ["97", "98"]
    assert list(DISABILITY_CLASS.labels) == list("1234567")
    assert list(DISABILITY_GRADE.labels) == list("1234")
    assert set(FAMILY_RELATION.labels) >= {f"{n}0" for n in range(1, 10)}
    assert list(CHILD_CATEGORY.labels) == [category.value for category in ChildCategory]


def test_given_an_alias_of_two_codes_then_the_set_is_refused() -> None:
    with pytest.raises(ValueError, match="alias"):
        CodeSet("X", "某项", {"1": "甲", "2": "乙"}, {"甲": "2"})
