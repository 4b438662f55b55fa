"""学籍变动登记: 转出、毕业. The school that a pupil left sees the child no longer."""

from __future__ import annotations

from pathlib import Path

from domain.identity import IdentityClaim
from tests.program import (
    EDUCATION,
    OTHER_SCHOOL_NAME,
    SCHOOL,
    SCHOOL_NAME,
    enrolled,
    pupil,
    reader,
    running,
    send,
    take,
)


def test_a_pupil_who_left_is_seen_by_the_old_school_no_longer(tmp_path: Path) -> None:
    child = pupil(1)
    claim = IdentityClaim("", id_number=child["id_number"])
    with running(tmp_path / "data") as hub:
        send(hub, EDUCATION, "education.roll", enrolled(child))
        hub.settle()
        assert hub.queries.find_child(reader(SCHOOL), claim) is not None
        left = {
            **child,
            "change": "转出",
            "until": "2025-02-28",
            "outside": "示例外区学校",
            "letter": "（外区）回执1号",
        }
        wrong = take(hub, EDUCATION, "education.leaving", {**left, "school": OTHER_SCHOOL_NAME})
        assert [fault.code for fault in wrong.faults] == ["ENROLMENT_OTHER_SCHOOL"]
        send(hub, EDUCATION, "education.leaving", {**left, "school": SCHOOL_NAME})
        hub.settle()
        assert hub.queries.find_child(reader(SCHOOL), claim) is None
