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
