"""The mandatory report's desk entry: taken whatever is in it, and nothing of it lost.

未保法 11(2): at once, so nothing on the form may stop a report; 强报意见 Art 4: doubt is reported.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adapters.health.suspected_harm import BESIDE
from adapters.health.suspected_harm import KIND as HARM_KIND
from adapters.intake.records import RecordKind
from adapters.intake.templates import write_rows
from adapters.report.mandatory import KIND
from domain.identity import IdentityClaim
from domain.kernel import Actor, Refused
from domain.mandatory_report import REPORT_SITUATION, AcceptMandatoryReport
from domain.organisations import Organisation, Post, Seat, seat_of
from hub.bootstrap import Program
from tests.program import (
    DISTRICT,
    OTHER_STATION,
    OTHER_VILLAGE_CODE,
    POLICE,
    SCHOOL,
    START,
    STATION,
    VILLAGE,
    VILLAGE_CODE,
    actor,
    at,
    child_of,
    pupil,
    reader,
    running,
    send,
    take,
)

pytestmark = pytest.mark.slow

MANDATORY = "report.mandatory"
HOSPITAL = Organisation("hospital:3101170001", "示例医院", VILLAGE_CODE[:9])


@dataclass(frozen=True)
class Form:
    """A kind of report, and a unit that fills it in."""

    kind: RecordKind[Any]
    sender: str


DESK, WARD = Form(KIND, VILLAGE), Form(HARM_KIND, HOSPITAL.id)
each_form = pytest.mark.parametrize("form", [DESK, WARD], ids=lambda form: form.kind.name)
FULL = {
    "reference": "示例-2025-001",
    "situations": "MR4",
    "seen": "手臂多处瘀青",
    "child": "约八岁，女孩",
    "place": VILLAGE_CODE,
    "suspect": "不详",
    "guardian_suspected": "否",
    "immediate_danger": "否",
    "hurt": "是",
    "discovered_at": "2025-03-03 08:30",
    "police_receipt": "示接1号",
    "reporter_name": "示报告人",
    "call_back": "13800000000",
}


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Program]:
    """One program for what only files reports."""
    with running(tmp_path_factory.mktemp("reports") / "data") as made:
        made.directory.add_organisations([HOSPITAL])
        yield made


@pytest.fixture
def hub(tmp_path: Path) -> Iterator[Program]:
    with running(tmp_path / "data") as made:
        made.directory.add_organisations([HOSPITAL])
        yield made


def report_facts(hub: Program, after: int = 0) -> list[dict[str, Any]]:
    """The clear facts of the reports filed after a position."""
    return [f.clear for f in hub.store.feed(after, 100_000) if f.topic == "report.filed.v1"]


def filed(hub: Program, values: Mapping[str, Any], form: Form = DESK) -> dict[str, Any]:
    """File one report; gives what its filer reads of it again, clear and sealed."""
    before = hub.store.position
    send(hub, form.sender, form.kind.name, values)
    (fact,) = [f for f in hub.store.feed(before, 100) if f.topic == "report.filed.v1"]
    assert hub.settle()
    entries = hub.queries.timeline(reader(form.sender), str(fact.stream)).items
    (entry,) = [each for each in entries if each.topic == "report.filed.v1"]
    return {**fact.clear, **entry.fields}


# Never quarantined, whatever is in it

_WORDS = st.text(st.characters(exclude_categories=()), max_size=20) | st.sampled_from(
    ["\ud800", "\x00", "0001-01-01", "9999-12-31T23:59-23:00", "是", "=1+1", "MR4、MR99", "#REF!"]
)
_NAMES = st.sampled_from(sorted({*FULL, *(column.field for column in BESIDE)})) | st.sampled_from(
    ["self", "model_config", "model_extra", "model_fields", "__class__", "report_id", "defects", ""]
)
_VALUES = st.one_of(
    _WORDS,
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.lists(_WORDS, max_size=3),
    st.dictionaries(_WORDS, _WORDS, max_size=2),
)


@each_form
@settings(max_examples=100, deadline=None)
@given(cells=st.dictionaries(_NAMES | _WORDS, _VALUES, max_size=8))
def test_any_cells_at_all_are_a_report(shared: Program, form: Form, cells: dict[str, Any]) -> None:
    before = shared.store.position
    outcome = take(shared, form.sender, form.kind.name, cells)
    assert outcome.faults == ()
    assert outcome.quarantine_id is None
    assert outcome.answer is not None
    if not outcome.answer.repeated:
        assert len(report_facts(shared, before)) == 1
    assert shared.quarantine.list(form.sender) == []


@pytest.mark.parametrize("seat", Seat)
def test_every_seat_may_file_one(shared: Program, seat: Seat) -> None:
    by = next((o.id for o in DISTRICT if o.seat is seat), f"{seat.value}:310117")
    known = {organisation.id for organisation in shared.directory.organisations()}
    if by not in known:
        shared.directory.add_organisations([Organisation(by, f"示例{seat.value}")])
    assert seat_of(by) in KIND.seats
    before = shared.store.position
    send(shared, by, MANDATORY, {"seen": "有孩子受伤"})
    assert report_facts(shared, before)[0]["reporter_unit"] == by


@each_form
@pytest.mark.parametrize("post", [post for post in Post if post is not Post.SYSTEM])
def test_every_post_may_file_one(shared: Program, form: Form, post: Post) -> None:
    who = actor(form.sender, post)
    outcome = shared.intake.record(who, form.kind.name, {"seen": f"{post}所见"})
    assert outcome.answer is not None


@each_form
def test_a_report_without_a_word_lists_what_the_police_must_ask(hub: Program, form: Form) -> None:
    found = filed(hub, {}, form)
    assert found["defects"] == [
        "CALL_BACK_MISSING",
        "CHILD_MISSING",
        "DISCOVERED_AT_MISSING",
        "PLACE_NOT_LOCATED",
        "SEEN_MISSING",
        "SITUATION_MISSING",
    ]


# What can be read is read, the rest is kept as it was written


@each_form
def test_a_full_report_has_no_defect_and_is_read_whole(hub: Program, form: Form) -> None:
    found = filed(hub, FULL, form)
    assert found["defects"] == []
    assert "unread" not in found
    assert (found["town"], found["hurt"]) == (VILLAGE_CODE[:9], True)
    assert (found["immediate_danger"], found["guardian_suspected"]) == (False, False)
    at = datetime.fromisoformat(found["discovered_at"])
    assert at == datetime(2025, 3, 3, 0, 30, tzinfo=UTC), "half past eight in Shanghai"
    sealed = {
        "seen": "seen",
        "child": "child_described",
        "place": "place",
        "suspect": "suspect",
        "police_receipt": "police_receipt",
        "reporter_name": "reporter_name",
        "call_back": "call_back",
        "situations": "situations",
    }
    for cell, name in sealed.items():
        assert found[name] == FULL[cell], name


WARD_ONLY = {column.field: f"示例{column.heading}" for column in BESIDE}


def test_what_a_hospitals_form_asks_beside_a_report_stands_with_what_was_seen(
    hub: Program,
) -> None:
    """科室、病历号、诊断意见…: each under its heading, and nothing of it anywhere else."""
    found = filed(hub, {**FULL, **WARD_ONLY}, WARD)
    assert found["defects"] == []
    assert "unread" not in found
    assert found["seen"].splitlines() == [
        "手臂多处瘀青",
        "科室：示例科室",
        "病历号：示例病历号",
        "诊断意见：示例诊断意见",
        "是否住院：示例是否住院",
        "疑似致伤原因：示例疑似致伤原因",
        "陪同人及关系：示例陪同人及关系",
    ]
    clear = json.dumps(report_facts(hub), ensure_ascii=False)
    assert not [text for text in WARD_ONLY.values() if text in clear]


def test_a_diagnosis_alone_is_kept_and_the_injuries_are_asked_for(hub: Program) -> None:
    found = filed(hub, {"diagnosis": "软组织挫伤"}, WARD)
    assert found["seen"] == "诊断意见：软组织挫伤"
    assert "SEEN_MISSING" in found["defects"]


def test_a_form_of_another_unit_asks_for_no_ward_and_keeps_it_all_the_same(hub: Program) -> None:
    found = filed(hub, {**FULL, **WARD_ONLY})
    assert json.loads(found["unread"]) == WARD_ONLY
    assert found["defects"] == ["UNKNOWN_FIELD"]


@pytest.mark.parametrize("seat", Seat)
def test_the_hospitals_form_is_for_hospitals_and_the_health_authority(seat: Seat) -> None:
    """Every other seat has the desk entry, as these have too."""
    assert (seat in HARM_KIND.seats) is (seat in (Seat.HEALTH, Seat.HOSPITAL))
    assert seat in KIND.seats


@each_form
@pytest.mark.parametrize(
    ("cell", "text", "defect"),
    [
        ("immediate_danger", "可能", "IMMEDIATE_DANGER_UNCLEAR"),
        ("hurt", "看不清楚", "HURT_UNCLEAR"),
        ("guardian_suspected", "也许是继父", "GUARDIAN_SUSPECTED_UNCLEAR"),
        ("situations", "被打", "SITUATION_UNREAD"),
        ("discovered_at", "昨天晚上", "DISCOVERED_AT_UNREAD"),
        ("discovered_at", "0001-01-01", "DISCOVERED_AT_UNREAD"),
        ("discovered_at", "9999-12-31 23:00", "DISCOVERED_AT_UNREAD"),
        ("discovered_at", "9999-12-31T23:00-12:00", "DISCOVERED_AT_UNREAD"),
        ("discovered_at", "2031-03-03 09:30", "DISCOVERED_AT_UNREAD"),
        ("colour_of_coat", "红色", "UNKNOWN_FIELD"),
    ],
)
def test_what_cannot_be_read_is_kept_and_the_police_are_told(
    hub: Program, form: Form, cell: str, text: str, defect: str
) -> None:
    found = filed(hub, {**FULL, cell: text}, form)
    assert defect in found["defects"]
    assert json.loads(found["unread"]) == {cell: text}
    assert text not in json.dumps(found["defects"], ensure_ascii=False)


def test_half_a_character_is_kept_as_its_escape(hub: Program) -> None:
    assert filed(hub, {"seen": "瘀青\ud800"})["seen"] == "瘀青\\ud800"


@pytest.mark.parametrize("cell", ["immediate_danger", "hurt", "guardian_suspected"])
@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("是", True),
        ("有", True),
        ("YES", True),
        ("１", True),
        ("否", False),
        ("No", False),
        ("", False),
        ("可能", True),
        ("不知道", True),
        ("?", True),
    ],
)
def test_an_unclear_answer_counts_as_danger(
    shared: Program, cell: str, text: str, read: bool
) -> None:
    before = shared.store.position
    send(shared, VILLAGE, MANDATORY, {"seen": f"{cell}{text}", cell: text})
    (clear,) = report_facts(shared, before)
    assert clear[cell] is read


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("MR4", "MR4"),
        ("MR4、MR6", "MR4,MR6"),
        ("mr4，ＭＲ６", "MR4,MR6"),
        ("MR6;MR6", "MR6"),
        *((label, code) for code, label in REPORT_SITUATION.labels.items()),
        (
            REPORT_SITUATION.labels["MR2"] + "、" + REPORT_SITUATION.labels["MR4"],
            "MR2,MR4",
        ),
    ],
)
def test_situations_are_read_by_code_or_by_words_that_hold_commas(
    hub: Program, text: str, codes: str
) -> None:
    found = filed(hub, {**FULL, "situations": text})
    assert (found["situations"], found["defects"]) == (codes, [])


def test_what_is_read_beside_what_is_not_stands(hub: Program) -> None:
    found = filed(hub, {**FULL, "situations": "MR4、瞎写"})
    assert found["situations"] == "MR4"
    assert json.loads(found["unread"]) == {"situations": "MR4、瞎写"}


# A sheet


def test_a_hospitals_sheet_is_known_by_its_own_headings(hub: Program) -> None:
    csv = "就诊时间,科室,伤情描述,诊断意见,110回执,大衣颜色\n昨夜,急诊科,有\x01瘀青,#REF!,,红\n"
    answer = hub.intake.sheet(actor(HOSPITAL.id), csv.encode(), "r.csv", agency="health")
    (row,) = answer.rows
    assert (answer.title, row.faults) == ("疑似侵害报告", ())
    assert row.answer is not None
    (clear,) = report_facts(hub)
    assert {"CONTROL", "DISCOVERED_AT_UNREAD", "EXCEL_ERROR"} <= set(clear["defects"])
    assert hub.quarantine.list(HOSPITAL.id) == []


def test_what_is_wrong_with_a_sheets_cells_becomes_a_defect(hub: Program, tmp_path: Path) -> None:
    rows = [{**FULL, "call_back": "1.38E+10"}, {"seen": "只有一句话"}]
    write_rows(KIND.layout, rows, tmp_path / "r.xlsx")
    csv = "发现的情况,回电号码,孩子现在在哪\n有\x01瘀青,13800000000,#REF!\n只有一句话,,\n"
    answer = hub.intake.sheet(actor(VILLAGE), csv.encode(), "r.csv", agency="report")
    assert [(row.faults, row.answer is not None) for row in answer.rows] == [((), True)] * 2
    first, second = report_facts(hub)
    assert {"CONTROL", "EXCEL_ERROR"} & set(first["defects"])
    assert set(first["defects"]) > set(second["defects"]) - {"CALL_BACK_MISSING"}
    before = hub.store.position
    workbook = (tmp_path / "r.xlsx").read_bytes()
    answer = hub.intake.sheet(actor(VILLAGE), workbook, "r.xlsx", agency="report")
    assert all(row.answer for row in answer.rows)
    assert len(report_facts(hub, before)) + answer.repeated == 2
    assert hub.quarantine.list(VILLAGE) == []


# It waits for nothing


@contextmanager
def _no_search(*_: Any, **__: Any) -> Iterator[None]:
    raise AssertionError("a mandatory report waited for the match index")
    yield


@each_form
def test_it_waits_for_no_match_index(
    hub: Program, form: Form, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neither to look, nor in the queue of those who do."""
    for name in ("session", "find"):
        monkeypatch.setattr(hub.hub.matching, name, _no_search)
    with pytest.raises(AssertionError, match="match index"):
        take(hub, VILLAGE, "town.dissuasion", {**pupil(1), "dissuaded_on": "2025-03-03"} | WORDS)
    send(hub, form.sender, form.kind.name, FULL)
    monkeypatch.undo()
    assert hub.settle()
    assert [each.title for each in hub.queries.inbox(reader(STATION)).items] == ["强制报告"]


WORDS = {"conduct": "其他"}


@each_form
def test_it_names_no_child_and_opens_no_file(hub: Program, form: Form) -> None:
    send(hub, form.sender, form.kind.name, {**FULL, "child": "示甲甲 999999201501010000"})
    assert hub.settle()
    assert not [f for f in hub.store.feed(0, 1000) if f.topic.startswith("child_file.")]


@each_form
def test_report_and_referral_are_ordered_by_the_report_alone(hub: Program, form: Form) -> None:
    send(hub, form.sender, form.kind.name, FULL)
    assert hub.settle()
    facts = hub.store.feed(0, 1000)
    (filed_fact,) = [f for f in facts if f.topic == "report.filed.v1"]
    assert {f.topic for f in facts} >= {"referral.requested.v1", "deadline.set.v1"}
    assert {f.ordering_key for f in facts} == {str(filed_fact.stream)}


@each_form
@pytest.mark.parametrize(
    ("place", "addressee"),
    [
        (VILLAGE_CODE, STATION),
        (OTHER_VILLAGE_CODE, OTHER_STATION),
        ("不知道在哪", STATION),
        ("", STATION),
    ],
)
def test_the_station_of_the_place_has_it_or_that_of_the_reporting_unit(
    hub: Program, form: Form, place: str, addressee: str
) -> None:
    send(hub, form.sender, form.kind.name, {**FULL, "place": place})
    assert hub.settle()
    (asked,) = [f.clear for f in hub.store.feed(0, 1000) if f.topic == "referral.requested.v1"]
    assert (asked["kind"], asked["addressee"]) == ("handle_report", addressee)


def test_where_nothing_names_a_town_the_sub_bureaus_desk_has_it(hub: Program) -> None:
    send(hub, "procuratorate:310117", MANDATORY, {"seen": "来信反映"})
    assert hub.settle()
    assert len(hub.queries.inbox(reader(POLICE)).items) == 1


# The same report


@each_form
def test_the_same_words_are_the_same_report_and_more_under_its_reference_are_it_too(
    hub: Program, form: Form
) -> None:
    first = send(hub, form.sender, form.kind.name, FULL)
    again = send(hub, form.sender, form.kind.name, FULL)
    assert (again.number, again.repeated) == (first.number, True)
    more = send(hub, form.sender, form.kind.name, {**FULL, "seen": "额头也有伤"})
    assert more.corrected
    streams = {f.stream for f in hub.store.feed(0, 1000) if f.topic == "report.filed.v1"}
    assert len(streams) == 1
    send(hub, form.sender, form.kind.name, {**FULL, "reference": "示例-2025-002"})
    assert len({f.stream for f in hub.store.feed(0, 9999) if f.topic == "report.filed.v1"}) == 2


@each_form
def test_without_a_reference_the_same_words_on_another_day_tell_of_another_time(
    hub: Program, form: Form
) -> None:
    """Whoever sees the same wound again writes the same words, and is to be heard again; only
    what is sent twice on one day was sent twice by mistake."""
    words = {"seen": "（示例）手臂又有伤"}
    first = send(hub, form.sender, form.kind.name, words)
    assert send(hub, form.sender, form.kind.name, words).repeated
    at(hub, START + timedelta(days=1))
    again = send(hub, form.sender, form.kind.name, words)
    assert (again.repeated, again.number == first.number) == (False, False)
    assert hub.settle()
    assert len({f.stream for f in hub.store.feed(0, 9999) if f.topic == "report.filed.v1"}) == 2


@each_form
def test_a_colleagues_receipt_does_not_tell_that_somebody_reported(
    hub: Program, form: Form
) -> None:
    send(hub, form.sender, form.kind.name, FULL)
    colleague = Actor(form.sender, Post.HANDLER.value, "u-else")
    answer = hub.intake.record(colleague, form.kind.name, FULL).answer
    assert answer is not None
    assert (answer.repeated, answer.corrected) == (False, False)


# The child is found later


def test_the_police_name_the_child_and_nobody_else_does(hub: Program) -> None:
    send(hub, SCHOOL, MANDATORY, FULL)
    assert hub.settle()
    (report,) = hub.queries.reports(reader(STATION)).items
    child = {**pupil(1), "report_id": report.id}
    stranger = take(hub, OTHER_STATION, "police.report_child", child)
    assert [fault.code for fault in stranger.faults] == ["NOT_YOURS_TO_STATE"]
    unknown = {**child, "report_id": "f0000000-0000-4000-8000-00000000000f"}
    nobody = take(hub, OTHER_STATION, "police.report_child", unknown)
    assert nobody.faults == stranger.faults, "there or not, it reads the same"
    assert [f.code for f in take(hub, POLICE, "police.report_child", unknown).faults] == [
        "REPORT_NOT_YOURS"
    ]
    assert hub.hub.matching.find(IdentityClaim("", id_number=child["id_number"])) is None
    send(hub, STATION, "police.report_child", child)
    assert hub.settle()
    (found,) = hub.queries.reports(reader(STATION)).items
    assert found.child_ref == child_of(hub, child)


def test_nobody_without_the_task_acts_on_a_report(hub: Program) -> None:
    send(hub, SCHOOL, MANDATORY, FULL)
    (fact,) = [f for f in hub.store.feed(0, 100) if f.topic == "report.filed.v1"]
    with pytest.raises(Refused):
        hub.hub.command(AcceptMandatoryReport(report_id=fact.stream), actor(SCHOOL))
