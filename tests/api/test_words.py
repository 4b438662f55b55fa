"""Every code that an answer may give has a Chinese word beside it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

import pytest

from domain.dropout_case import DROPOUT_CASE
from domain.dropout_codes import DropoutState
from domain.guardianship_case import (
    GUARDIANSHIP_CASE,
)
from domain.guardianship_state import (
    GuardianshipState,
)
from domain.kernel import CATEGORY_WORDS, Category, LegalBasis
from domain.organisations import Post
from hub.api.words import (
    LEGAL_BASES,
    PURPOSES,
    action_word,
    category_words,
    words_of,
)
from hub.directory import POST_WORDS
from hub.keyservice import Purpose
from tests.api.desks import District
from tests.program import CIVIL_AFFAIRS, SCHOOL, an_id_number

DOORS = (
    "/children",
    "/children/unassigned",
    "/children/{}",
    "/children/{}/timeline",
    "/children/{}/access-log",
    "/inbox",
    "/referrals/sent",
    "/referrals/{}",
    "/board",
    "/overdue",
    "/register",
    "/reports",
    "/reports/{}",
    "/visits/due",
    "/visits/{}",
    "/children/follow-up",
)


@pytest.mark.parametrize(
    ("words", "codes"),
    [
        (DROPOUT_CASE.states, DropoutState),
        (GUARDIANSHIP_CASE.states, GuardianshipState),
        (CATEGORY_WORDS, Category),
        (PURPOSES, Purpose),
        (LEGAL_BASES, LegalBasis),
        (POST_WORDS, set(Post) - {Post.SYSTEM}),
    ],
)
def test_no_code_is_left_without_its_word(words: Mapping[str, str], codes: Iterable[str]) -> None:
    assert set(words) == set(codes)
    assert all(re.search("[一-龥]", word) for word in words.values())


def test_every_look_reads_in_chinese(district: District) -> None:
    reference = district.dropout()
    for desk in (district[SCHOOL], district[CIVIL_AFFAIRS]):
        desk.post("/children/find", {"id_number": an_id_number(1)})
        for path in DOORS:
            desk.get(path.format(reference))
    actions = {entry.action for entry in district.program.audit.newest(500)}
    assert {"child_file", "timeline", "children", "inbox", "overdue", "access_log"} <= actions
    assert not [action for action in actions if re.search("[a-z]", action_word(action))]
    assert action_word("child_file.nothing") == "看一人一档（没有可显示的记录）"


def test_categories_read_as_a_list() -> None:
    assert category_words("schooling,who") == "就学、身份"
    assert category_words("") == ""
    several = words_of({"categories": "MIGRANT,ORPHAN", "tier": None, "name": "示例"})
    assert several == {"categories": "流动儿童、孤儿"}


def test_who_looked_reads_in_chinese(district: District) -> None:
    reference = district.dropout()
    desk = district[SCHOOL]
    shown = desk.get(f"/children/{reference}").json()
    assert shown["words"] == {"sex": "女" if shown["fields"]["sex"] == "2" else "男"}
    looks = desk.items(f"/children/{reference}/access-log")
    (look,) = [each for each in looks if each["action"] == "child_file"]
    assert (look["post_name"], look["purpose_name"]) == ("经办人（A角）", "办理本单位职责内事项")
    assert (look["action_name"], look["legal_basis_name"]) == ("看一人一档", "履行法定职责")
    assert "身份" in look["category_names"]
