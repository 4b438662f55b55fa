"""The queue of files that may be one child's, over HTTP."""

from __future__ import annotations

from tests.api.desks import District
from tests.program import (
    CIVIL_AFFAIRS,
    OTHER_VILLAGE_CODE,
    SCHOOL,
    TOWN,
    absent,
    resident,
    unnumbered,
)


def doubtful(district: District) -> None:
    district[TOWN].send("town/residence", resident(unnumbered(1)))
    again = unnumbered(1, guardian_name="示例外婆", village=OTHER_VILLAGE_CODE)
    district[SCHOOL].send("education/absence", absent(again))
    district.settle()


def test_civil_affairs_lists_decides_and_takes_back(district: District) -> None:
    doubtful(district)
    desk = district[CIVIL_AFFAIRS]
    (pair,) = desk.items("/duplicates")
    assert pair["state_name"] == "待认定"
    assert [each["text"] for each in pair["reasons"]] == ["姓名相同", "出生日期相同"]
    path = f"/duplicates/{pair['id']}"
    wrong = desk.post(f"{path}/different", {"ground": "OTHER"})
    assert (wrong.status_code, wrong.json()["code"]) == (422, "DUPLICATE_GROUND")
    body = {"ground": "SIBLINGS", "note": "双胞胎"}
    assert desk.post(f"{path}/different", body).status_code == 200
    district.settle()
    assert desk.items("/duplicates") == []
    (decided,) = desk.items("/duplicates", open_only="false")
    assert (decided["state"], decided["ground_name"]) == ("DIFFERENT", "双胞胎或兄弟姐妹")
    assert desk.post(f"{path}/reopen", {"ground": "MISTAKE"}).status_code == 200
    district.settle()
    assert len(desk.items("/duplicates")) == 1


def test_nobody_else_can_tell_that_there_is_a_pair(district: District) -> None:
    doubtful(district)
    (pair,) = district[CIVIL_AFFAIRS].items("/duplicates")
    for organisation in (TOWN, SCHOOL):
        desk = district[organisation]
        assert desk.items("/duplicates") == []
        answers = [
            desk.post(f"/duplicates/{each}/different", {"ground": "SIBLINGS"})
            for each in (pair["id"], "00000000-0000-4000-8000-000000000009", "x")
        ]
        assert {answer.status_code for answer in answers} == {404}
        assert len({answer.content for answer in answers}) == 1


def test_two_files_are_joined_shown_as_one_and_parted(district: District) -> None:
    doubtful(district)
    desk = district[CIVIL_AFFAIRS]
    (pair,) = desk.items("/duplicates")
    kept, other = pair["other"]["child_ref"], pair["child"]["child_ref"]
    path = f"/duplicates/{pair['id']}"
    stranger = {"ground": "SAME_DOCUMENT", "survivor": "00000000-0000-4000-8000-000000000009"}
    wrong = desk.post(f"{path}/same", stranger)
    assert (wrong.status_code, wrong.json()["code"]) == (422, "DUPLICATE_SURVIVOR")
    body = {"ground": "SAME_DOCUMENT", "survivor": kept, "note": "出生证一致"}
    assert desk.post(f"{path}/same", body).status_code == 200
    district.settle()
    assert [each["child_ref"] for each in desk.items("/children")] == [kept]
    for asked in (kept, other):
        assert desk.get(f"/children/{asked}").json()["child_ref"] == kept
    together = {each["topic"] for each in desk.items(f"/children/{kept}/timeline")}
    assert {"child_file.residence_confirmed.v1", "dropout.absence_reported.v1"} <= together
    assert desk.post(f"{path}/reopen", {"ground": "MISTAKE"}).status_code == 200
    district.settle()
    assert {each["child_ref"] for each in desk.items("/children")} == {kept, other}
    apart = {each["topic"] for each in desk.items(f"/children/{kept}/timeline")}
    assert "dropout.absence_reported.v1" not in apart
    assert [each["state"] for each in desk.items("/duplicates")] == ["SUSPECTED"]
