"""Each agency's records: its sheet, what it states."""

from __future__ import annotations

import tomllib
from collections import Counter
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from python_calamine import CalamineWorkbook

from adapters.intake.columns import EXAMPLE_MARK
from adapters.intake.intake import _texts
from adapters.intake.sheets import SheetError, read_sheet
from adapters.intake.templates import write_rows, write_template
from adapters.registry import ALL_KINDS
from domain.benefit import EndBenefit, GrantBenefit, RefuseBenefit
from domain.child_file import ClassifyChild, ConfirmResidence
from domain.code_sets import CHILD_CATEGORY
from domain.dropout_codes import (
    ABSENCE_REASON,
    LAWFUL_REASONS,
    PERSUASION_OUTCOME,
    REFUSED_OUTCOMES,
    STRIKE_OFF_PROOF,
    StrikeOffProof,
)
from domain.dropout_events import (
    ReportAbsence,
)
from domain.guardianship_codes import (
    Facility,
)
from domain.guardianship_commands import (
    PlaceChild,
    RecordAdmonition,
    RecordDissuasion,
    ReportToPolice,
)
from domain.health import (
    RecordDisability,
    RecordHealthFollowUp,
    RuleOutDisability,
    SuspectDisability,
)
from domain.organisations import Seat
from domain.status_check import CheckCaseStatus
from tests.adapters.kinds import (
    BY_NAME,
    CHILD,
    ID_NUMBER,
    INSTITUTION,
    NAMES,
    NEVER_REFUSED,
    NOTE,
    OF_A_CHILD,
    RECORD,
    RECORDS,
    ROOT,
    TOWN,
    TOWN_STATION,
    VILLAGE,
    assert_tells,
    example,
    faults,
    heading,
    key,
    only,
    record,
    state,
    without_number,
)
from tests.adapters.rows import ROWS


def rows_of(path: Path) -> Iterator[list[Any]]:
    yield from (
        CalamineWorkbook.from_path(str(path)).get_sheet_by_index(0).to_python(skip_empty_area=False)
    )


def test_names_are_unique_and_begin_with_the_agency() -> None:
    counted = Counter(kind.name for kind in ALL_KINDS)
    assert set(counted.values()) == {1}
    packages = {path.parent.name for path in (ROOT / "adapters").glob("*/__init__.py")}
    assert {name.split(".")[0] for name in counted} == packages - {"intake"}


@pytest.mark.parametrize("seat", sorted({s for kind in ALL_KINDS for s in kind.seats}))
def test_a_seat_never_has_two_kinds_of_one_name(seat: Seat) -> None:
    mine = [kind for kind in ALL_KINDS if seat in kind.seats]
    assert len({kind.layout.kind for kind in mine}) == len(mine)
    assert len({kind.title for kind in mine}) == len(mine)


@pytest.mark.parametrize("name", NAMES)
def test_each_column_is_a_field_and_required_where_the_record_needs_it(name: str) -> None:
    kind = BY_NAME[name]
    fields = kind.model.model_fields
    columns = {column.field: column for column in kind.columns}
    # A procurator's check asks for no telephone, address or sex.
    check = name == "procuratorate.status_check"
    unasked = {"sex", "guardian_phone", "address"} if check else set()
    assert set(columns) == set(fields) - unasked
    required = {f for f, info in fields.items() if info.is_required()}
    if name in NEVER_REFUSED:
        assert required == set()
    else:
        assert {f for f, c in columns.items() if c.required} == required


@pytest.mark.parametrize("name", NAMES)
def test_each_field_has_one_heading_and_no_two_share_a_word(name: str) -> None:
    words = [word for c in BY_NAME[name].columns for word in (c.heading, *c.aliases)]
    assert [word for word, count in Counter(words).items() if count > 1] == []


def test_code_sets_name_what_the_rules_know() -> None:
    assert set(ABSENCE_REASON.labels) > LAWFUL_REASONS
    assert set(PERSUASION_OUTCOME.labels) > REFUSED_OUTCOMES
    assert set(STRIKE_OFF_PROOF.labels) == {proof.value for proof in StrikeOffProof}
    referrals = tomllib.loads((ROOT / "policies/referrals.toml").read_text(encoding="utf-8"))
    assert dict(PERSUASION_OUTCOME.labels) == referrals["persuade_dropout"]["outcomes"]


@pytest.mark.parametrize("name", NAMES)
def test_a_blank_template_is_known_and_has_no_rows(name: str, tmp_path: Path) -> None:
    kind = BY_NAME[name]
    write_template(kind.layout, tmp_path / "t.xlsx")
    with pytest.raises(SheetError) as refused:
        read_sheet((tmp_path / "t.xlsx").read_bytes(), "t.xlsx", [kind.layout])
    assert refused.value.code == "EMPTY"


@pytest.mark.parametrize("name", NAMES)
def test_a_template_filled_with_its_own_example_is_read_as_its_kind(
    name: str, tmp_path: Path
) -> None:
    kind = BY_NAME[name]
    write_template(kind.layout, tmp_path / "t.xlsx")
    title, headings, row, *_ = rows_of(tmp_path / "t.xlsx")
    assert title[0] == kind.title
    row[0] = row[0].removeprefix(EXAMPLE_MARK)
    csv = "\n".join(",".join(f'"{cell}"' for cell in line) for line in (headings, row))
    for seat in kind.seats:
        layouts = [other.layout for other in ALL_KINDS if seat in other.seats]
        sheet = read_sheet(csv.encode(), "t.csv", layouts)
        assert sheet.layout == kind.layout
        assert sheet.unknown_headings == []
        assert [each.problems for each in sheet.rows] == [[]]
        assert record(kind, sheet.rows[0].cells) == record(kind, example(kind))


@pytest.mark.parametrize("name", RECORDS)
def test_json_by_field_and_sheet_by_heading_give_the_same_record(name: str, tmp_path: Path) -> None:
    kind = BY_NAME[name]
    as_text = example(kind)
    if name in OF_A_CHILD:
        as_text.update(name="张三", guardian_name="张大")
    texts = {"account", "reason", "proof_note", "matter", "basis", "signs", "plan", "note"}
    note = texts & {c.field for c in kind.columns}
    as_text.update(dict.fromkeys(note, "家中无人，\n次日再去"))
    as_json: dict[str, Any] = dict(as_text)
    typed = {"school_days": 3, "guidance_ordered": True}
    as_json.update({key: value for key, value in typed.items() if key in as_json})
    if "categories" in as_json:
        as_json["categories"] = as_text["categories"].split("、")
    write_rows(kind.layout, [as_text], tmp_path / "s.xlsx")
    sheet = read_sheet((tmp_path / "s.xlsx").read_bytes(), "s.xlsx", [kind.layout])
    assert record(kind, sheet.rows[0].cells) == record(kind, _texts(as_json))


@pytest.mark.parametrize("name", RECORDS)
def test_a_row_states_its_commands_with_the_day_it_happened(name: str) -> None:
    kind = BY_NAME[name]
    row = ROWS[name]
    said = state(kind, {**example(kind), **row.extra})
    assert said.commands == row.states
    claims = said.sought if name == "procuratorate.status_check" else said.opened
    who = [(ID_NUMBER, date(2015, 3, 1), "1", TOWN)] if name in OF_A_CHILD else []
    assert [(c.id_number, c.birth_date, c.sex, c.town) for c in claims] == who


@pytest.mark.parametrize("name", OF_A_CHILD)
def test_a_child_without_a_number_is_stated_by_name_birth_date_guardian_and_village(
    name: str,
) -> None:
    said = state(BY_NAME[name], without_number(BY_NAME[name]))
    (claim,) = said.opened + said.sought
    assert (claim.name, claim.guardian_name, claim.village) == ("张三", "张大", VILLAGE)
    assert (claim.id_number, claim.birth_date) == (None, date(2015, 3, 1))


def test_an_unknown_town_is_left_open_where_only_the_number_is_stated() -> None:
    kind = BY_NAME["education.absence"]
    values = {**example(kind), "village": ""}
    ((command, _),) = state(kind, values).commands
    assert isinstance(command, ReportAbsence)
    assert command.town is None


def test_a_status_check_opens_no_file_and_is_recorded_when_nobody_is_found() -> None:
    kind = BY_NAME["procuratorate.status_check"]
    said = state(kind, example(kind), known=False)
    assert said.opened == []
    ((command, _),) = said.commands
    assert isinstance(command, CheckCaseStatus)
    assert command.child_ref is None


@pytest.mark.parametrize(
    "child", [{"id_number": ID_NUMBER}, {"name": "张三", "birth_date": "2015-03-01"}]
)
def test_a_status_check_needs_the_number_or_name_and_birth_date(child: dict[str, str]) -> None:
    kind = BY_NAME["procuratorate.status_check"]
    said = state(kind, {"document_number": "示检核〔2025〕0001号", **child})
    assert len(said.sought) == 1
    for lacking in child:
        rest = {key: value for key, value in child.items() if key != lacking}
        found = faults(kind, {"document_number": "示检核〔2025〕0001号", **rest})
        assert [fault.code for fault in found] == ["CHILD_NOT_IDENTIFIED"]


def test_a_residence_without_category_classifies_nothing() -> None:
    kind = BY_NAME["town.residence"]
    said = state(kind, {**example(kind), "categories": ""})
    assert [type(command) for command, _ in said.commands] == [ConfirmResidence]


@pytest.mark.parametrize(
    "text",
    [
        "孤儿、流动儿童",
        "流动儿童，孤儿",
        "MIGRANT,ORPHAN",
        "孤儿；流动儿童；孤儿",
        " 孤 儿 ､ＭＩＧＲＡＮＴ",
    ],
)
def test_categories_are_told_apart_however_they_are_separated(text: str) -> None:
    kind = BY_NAME["town.residence"]
    _, (command, _) = state(kind, {**example(kind), "categories": text}).commands
    assert command == ClassifyChild(child_ref=CHILD, categories=("ORPHAN", "MIGRANT"))


@pytest.mark.parametrize("written", ["无", " 无 ", "不属于"])
def test_a_child_that_belongs_to_no_category_any_more_is_classified_as_such(written: str) -> None:
    """Else the towns' register could never end what it began."""
    kind = BY_NAME["town.residence"]
    _, (command, _) = state(kind, {**example(kind), "categories": written}).commands
    assert command == ClassifyChild(child_ref=CHILD, categories=())


def test_categories_are_kept_in_the_code_sets_order() -> None:
    kind = BY_NAME["town.residence"]
    text = "、".join(reversed(list(CHILD_CATEGORY.labels.values())))
    _, (command, _) = state(kind, {**example(kind), "categories": text}).commands
    assert isinstance(command, ClassifyChild)
    assert command.categories == tuple(CHILD_CATEGORY.labels)


@pytest.mark.parametrize("word", ["普通", "否", " 一般 "])
def test_the_old_word_for_no_closer_watch_is_no_ground(word: str) -> None:
    kind = BY_NAME["town.residence"]
    _, (command, _) = state(kind, {**example(kind), "grounds": word}).commands
    assert isinstance(command, ClassifyChild)
    assert command.grounds == ()


@pytest.mark.parametrize(
    ("written", "kept"),
    [("52", "母亲"), ("妈妈", "母亲"), ("外 婆", "外祖母"), ("干妈", "干妈"), ("", None)],
)
def test_a_guardian_relation_is_the_standards_word_or_the_offices_own(
    written: str, kept: str | None
) -> None:
    for name in ("police.admonition", "town.dissuasion"):
        kind = BY_NAME[name]
        ((command, _),) = state(kind, {**example(kind), "guardian_relation": written}).commands
        assert isinstance(command, RecordAdmonition | RecordDissuasion)
        assert command.guardian_relation == kept


@pytest.mark.parametrize(
    ("written", "ordered"), [("是", True), ("否", False), ("FALSE", False), (False, False)]
)
def test_guidance_is_ordered_or_not(written: object, ordered: bool) -> None:
    kind = BY_NAME["police.admonition"]
    ((command, _),) = state(kind, {**example(kind), "guidance_ordered": written}).commands
    assert isinstance(command, RecordAdmonition)
    assert command.guidance_ordered is ordered


def test_a_dissuasion_says_whether_the_police_were_told() -> None:
    """情节严重的，及时报告公安 (未保法 118(1)); a sheet without the column says nothing of it."""
    kind = BY_NAME["town.dissuasion"]
    day = date(2025, 3, 5)
    for written, told in (("是", 1), ("否", 0), ("", 0)):
        said = state(kind, {**example(kind), "police_told": written})
        assert [type(command) for command, _ in said.commands] == (
            [RecordDissuasion, ReportToPolice][: 1 + told]
        )
    said = state(kind, {**example(kind), "police_told": "是"})
    assert said.commands[1] == (ReportToPolice(child_ref=CHILD, town=TOWN, dissuaded_on=day), day)


@pytest.mark.parametrize(
    ("care", "where", "institution"),
    [
        ("机构照料", "示例儿童福利院", INSTITUTION),
        ("机构照料", "街道临时照料点", None),
        ("亲属照料", "示例儿童福利院", None),
        ("家庭寄养", "", None),
    ],
)
def test_an_institution_of_the_directory_is_asked_to_care(
    care: str, where: str, institution: str | None
) -> None:
    """Only where the child is in an institution; a place that has no seat here stays in words."""
    kind = BY_NAME["civil_affairs.placement"]
    ((command, _),) = state(kind, {**example(kind), "care": care, "place": where}).commands
    assert isinstance(command, PlaceChild)
    assert (command.institution, command.place) == (institution, where or None)


def test_an_institution_that_cares_must_be_named() -> None:
    kind = BY_NAME["civil_affairs.placement"]
    (fault,) = faults(kind, {**example(kind), "place": ""})
    assert (fault.column, fault.code) == (heading(kind, "place"), "PLACE_MISSING")
    assert_tells(fault, "示例儿童福利院")


def test_in_the_care_of_a_town_no_institution_is_named() -> None:
    """街镇临时照料: the town that is named cares, else the child's own one (domain/
    guardianship_placement.py)."""
    kind = BY_NAME["civil_affairs.placement"]
    values = {**example(kind), "facility": "街镇临时照料"}
    for place in ("", "示例儿童福利院", "街镇未保站"):
        ((command, _),) = state(kind, {**values, "place": place}).commands
        assert isinstance(command, PlaceChild)
        assert (command.institution, command.facility) == (None, Facility.TOWN_CARE)
    ((command, _),) = state(kind, {**values, "place": TOWN_STATION}).commands
    assert isinstance(command, PlaceChild)
    assert command.institution == TOWN_STATION


def test_only_an_institution_is_of_some_kind() -> None:
    kind = BY_NAME["civil_affairs.placement"]
    values = {**example(kind), "care": "亲属照料", "facility": "儿童福利机构"}
    (fault,) = faults(kind, values)
    assert (fault.column, fault.code) == (heading(kind, "facility"), "FACILITY_NOT_INSTITUTION")


@pytest.mark.parametrize("written", ["3", " ３ 天", "3日", "3.0", "3个上课日", 3])
def test_days_are_read_as_offices_write_them(written: object) -> None:
    kind = BY_NAME["education.absence"]
    ((command, _),) = state(kind, {**example(kind), "school_days": written}).commands
    assert isinstance(command, ReportAbsence)
    assert command.school_days == 3


def test_a_disability_is_suspected_certified_or_ruled_out_under_one_record() -> None:
    kind = BY_NAME["health.disability"]
    values = example(kind)
    suspected = only(kind, {**values, "status": "疑似", "signs": NOTE})
    assert suspected == (
        SuspectDisability(child_ref=CHILD, entry=RECORD, town=TOWN, signs=NOTE, account=None),
        date(2025, 3, 10),
    )
    ruled_out = only(kind, {**values, "status": "已排除", "account": NOTE})
    assert ruled_out[0] == RuleOutDisability(child_ref=CHILD, entry=RECORD, account=NOTE)


def test_a_certificate_number_says_class_and_grade_and_whose_it_is() -> None:
    kind = BY_NAME["health.disability"]
    values = {**example(kind), "certificate_number": ID_NUMBER + "63"}
    bare = {**values, "disability_class": "", "disability_grade": ""}
    command, _ = only(kind, bare)
    assert isinstance(command, RecordDisability)
    assert (command.disability_class, command.disability_grade) == ("6", "3")
    for changes, column, code in (
        ({}, "残疾类别", "DISABILITY_CLASS_DIFFERS"),
        ({"disability_class": "孤独症"}, "残疾等级", "DISABILITY_GRADE_DIFFERS"),
        ({"certificate_number": "11010519491231002X51"}, "残疾人证号", "CERTIFICATE_OF_ANOTHER"),
    ):
        (fault,) = faults(kind, {**values, **changes})
        assert (fault.column, fault.code) == (column, code)
        assert_tells(fault, values["certificate_number"])
    (fault,) = faults(kind, {**bare, "certificate_number": ""})
    assert (fault.column, fault.code) == ("残疾类别", "DISABILITY_CLASS_MISSING")


def test_a_follow_up_stated_again_with_an_end_is_over() -> None:
    kind = BY_NAME["health.follow_up"]
    values = {**example(kind), "ended_on": "2025-03-31"}
    command, on = only(kind, values)
    assert isinstance(command, RecordHealthFollowUp)
    assert (command.ended, on) == (True, date(2025, 3, 31))
    assert key(kind, values) == key(kind, example(kind))
    (fault,) = faults(kind, {**values, "ended_on": "2025-03-02"})
    assert (fault.column, fault.code) == ("随访结束日期", "FOLLOW_UP_BACKWARDS")


def test_a_benefit_is_granted_refused_or_ended_and_may_begin_next_month() -> None:
    kind = BY_NAME["civil_affairs.benefit"]
    values = example(kind)
    coming, _ = only(kind, {**values, "since": "2025-05-01"})
    assert isinstance(coming, GrantBenefit)
    assert coming.since == date(2025, 5, 1)
    refused, on = only(kind, {**values, "decision": "不予批准", "since": "", "reason": NOTE})
    assert isinstance(refused, RefuseBenefit)
    assert (refused.reason, on) == (NOTE, date(2025, 3, 14))
    ended, on = only(kind, {**values, "until": "2025-03-31"})
    assert isinstance(ended, EndBenefit)
    assert (ended.since, ended.until, on) == (
        date(2025, 3, 1),
        date(2025, 3, 31),
        date(2025, 3, 31),
    )
    (fault,) = faults(kind, {**values, "since": ""})
    assert (fault.column, fault.code) == ("起始日期", "BENEFIT_START_MISSING")
    (fault,) = faults(kind, {**values, "decision": "不予批准", "until": "2025-03-31"})
    assert (fault.column, fault.code) == ("停发日期", "BENEFIT_NOT_GRANTED")


def test_a_category_stated_again_with_an_end_is_the_same_record() -> None:
    kind = BY_NAME["civil_affairs.classification"]
    values = {**example(kind), "until": "2025-03-31"}
    command, on = only(kind, values)
    assert isinstance(command, ClassifyChild)
    assert (command.entry, command.until, on) == (RECORD, date(2025, 3, 31), date(2025, 3, 31))
    assert key(kind, values) == key(kind, example(kind))
