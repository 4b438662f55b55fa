"""What must hold for each seat, through every door it has."""

from __future__ import annotations

import json

import pytest

from tests import program as given
from tests.api.desks import NOTHING, Desk, District
from tests.program import (
    CIVIL_AFFAIRS,
    OTHER_SCHOOL,
    POLICE,
    PROCURATORATE,
    SCHOOL,
    STATION,
    TOWN,
    absent,
    admonished,
    an_id_number,
    enrolled,
    pupil,
)

pytestmark = pytest.mark.slow

CONDUCT_ACCOUNT = "（示例）训诫经过：甲乙丙丁"


def everything(desk: Desk, reference: str, number: int = 1) -> str:
    """All that a seat is shown through any door, as one text."""
    answers = [
        desk.get(path)
        for path in (
            f"/children/{reference}",
            f"/children/{reference}/timeline",
            f"/children/{reference}/access-log",
            "/children",
            "/children/unassigned",
            "/inbox",
            "/referrals/sent",
            "/board",
            "/overdue",
            "/register",
            "/quarantine",
            "/status",
        )
    ]
    answers.append(desk.post("/children/find", {"id_number": an_id_number(number)}))
    return "\n".join(answer.text for answer in answers)


def admonish(district: District, number: int = 1) -> None:
    record = admonished(
        pupil(number), conduct="NEGLECT", account=CONDUCT_ACCOUNT, guardian_relation="父亲"
    )
    district[STATION].send("police/admonition", record)
    district.settle()


def test_a_school_sees_its_own_pupils_and_nothing_of_the_police(district: District) -> None:
    reference = district.dropout()
    admonish(district)
    own = everything(district[SCHOOL], reference)
    assert an_id_number(1) in own
    assert "缺课登记" in own
    for police in (CONDUCT_ACCOUNT, "训诫", "admonition", "NEGLECT", "示公训", "orders"):
        assert police not in own
    other = everything(district[OTHER_SCHOOL], reference)
    for value in (reference, an_id_number(1), pupil(1)["name"], "缺课登记"):
        assert value not in other


def test_a_station_asked_to_trace_sees_who_and_how_to_reach_until_the_task_closes(
    district: District,
) -> None:
    reference = district.dropout()
    desk = district[STATION]
    (referral,) = desk.items("/inbox")
    desk.post(f"/referrals/{referral['id']}/accept")
    district.settle()
    child = desk.get(f"/children/{reference}").json()
    assert child["fields"]["name"] == pupil(1)["name"]
    assert child["fields"]["guardian_phone"] == pupil(1)["guardian_phone"]
    assert child["fields"]["address"] == pupil(1)["address"]
    assert desk.post("/children/find", {"id_number": an_id_number(1)}).json()["items"]
    assert desk.get(f"/children/{reference}").status_code == 200
    desk.post(f"/referrals/{referral['id']}/complete", {"outcome": "FOUND"})
    district.settle()
    after = everything(desk, reference)
    stated = pupil(1)
    for name in ("name", "id_number", "guardian_name", "guardian_phone", "address"):
        assert stated[name] not in after
    assert desk.post("/children/find", {"id_number": an_id_number(1)}).json()["items"] == []


def test_a_procurator_gets_status_by_number_and_the_answer_is_logged(
    district: District,
) -> None:
    reference = district.dropout()
    admonish(district)
    desk = district[PROCURATORATE]
    asked = {"document_number": "示检核〔2025〕1号", "child": {"id_number": an_id_number(1)}}
    body = desk.post("/case-status", asked).json()
    assert body["message"] is None
    # The admonition orders guidance, which runs beside the case.
    case, guidance = sorted(body["cases"], key=lambda each: each["kind"] != "guardianship")
    assert (case["kind"], case["state"]) == ("guardianship", "GUIDANCE_ORDERED")
    assert guidance["kind"] == "guidance"
    assert (case["kind_name"], case["state_name"]) == ("监护个案", "已责令家庭教育指导")
    names = {"id", "kind", "kind_name", "state", "state_name"}
    assert set(case) == names | {"opened_at", "changed_at", "acts", "due_at"}
    assert CONDUCT_ACCOUNT not in json.dumps(body, ensure_ascii=False)
    entry = next(e for e in district.program.audit.newest(20) if e.action == "case_status")
    assert (entry.child_ref, entry.purpose) == (reference, "CASE_STATUS_CHECK")
    assert entry.user == desk.user.user
    (recorded,) = [f for f in given.topics(district.program) if f.startswith("status_check")]
    assert recorded == "status_check.made.v1"
    again = desk.post("/case-status", asked).json()
    assert again["receipt"] == body["receipt"]


def test_nothing_for_a_procurator_reads_so_and_does_not_say_why(district: District) -> None:
    reference = district.dropout()
    desk = district[PROCURATORATE]
    bodies = []
    for number, document in ((1, "示检核〔2025〕1号"), (9, "示检核〔2025〕2号")):
        answer = desk.post(
            "/case-status",
            {"document_number": document, "child": {"id_number": an_id_number(number)}},
        )
        assert answer.status_code == 200
        bodies.append({k: v for k, v in answer.json().items() if k not in ("receipt", "position")})
    assert bodies == [{"cases": [], "message": NOTHING}] * 2
    district.settle()
    # Having asked opens nothing, to the asker or to anybody else, and the trail of both alike.
    assert desk.items("/children") == []
    assert desk.get(f"/children/{reference}").status_code == 404
    trail = desk.items("/register")
    assert [entry["title"] for entry in trail] == ["案件状态核查"] * 2
    assert len({json.dumps(sorted(entry)) for entry in trail}) == 1
    assert {entry["child_ref"] for entry in trail} == {None}
    assert reference not in json.dumps(trail)
    seen = everything(district[POLICE], reference)
    for value in ("案件状态核查", pupil(1)["name"], an_id_number(1)):
        assert value not in seen


def test_a_check_with_a_fault_is_neither_recorded_nor_kept(district: District) -> None:
    desk = district[PROCURATORATE]
    answer = desk.post("/case-status", {"document_number": "1", "child": {"id_number": "12"}})
    assert answer.status_code == 422
    assert district.program.store.position == 0
    assert desk.items("/quarantine") == []


def test_civil_affairs_coordinates_across_agencies(district: District) -> None:
    district.dropout(1)
    district[STATION].send("police/admonition", admonished(pupil(2), conduct="NEGLECT"))
    district.settle()
    board = district[CIVIL_AFFAIRS].items("/board")
    kinds = {r["kind"] for r in board}
    assert {"trace_dropout", "persuade_dropout", "coordinate_dropout"} <= kinds
    assert "coordinate_admonition" in kinds
    assert {r["sender"] for r in board} >= {SCHOOL, STATION}


def test_a_register_holds_what_one_stated_oneself(district: District) -> None:
    district.dropout()
    titles = {entry["title"] for entry in district[SCHOOL].items("/register")}
    assert "缺课登记" in titles
    producers = {entry["producer"] for entry in district[SCHOOL].items("/register")}
    assert producers == {SCHOOL}
    assert district[OTHER_SCHOOL].items("/register") == []


def test_status_counts_nobody(district: District) -> None:
    district.dropout()
    for organisation in (SCHOOL, OTHER_SCHOOL, PROCURATORATE, TOWN):
        body = district[organisation].get("/status").json()
        assert body["lag"] == 0
        assert set(body) == {
            "position",
            "view_position",
            "lag",
            "reactions_position",
            "policy_version",
            "now",
        }


def test_a_name_found_through_a_pupil_of_another_school_stays_hidden(
    district: District,
) -> None:
    """A school that names another school's pupil learns nothing by having asked."""
    child = pupil(3)
    district[given.EDUCATION].send("education/roll", enrolled(child))
    stated = absent(pupil(3, name="示另名", guardian_name="示例另名"))
    district[OTHER_SCHOOL].post("/intake/education/absence", stated)
    district.settle()
    reference = given.child_of(district.program, child)
    seen = everything(district[OTHER_SCHOOL], reference, 3)
    assert child["name"] not in seen
    assert child["guardian_name"] not in seen
