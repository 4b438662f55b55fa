"""Help with work at the doors of the API."""

from __future__ import annotations

from domain.organisations import Organisation
from tests.api.desks import District
from tests.application.test_jobs import ADULT, HELPER, did, sent, wished
from tests.program import TOWN, VILLAGE


def test_p32_from_the_wish_to_the_result(district: District) -> None:
    """Sent in, listed and answered by the seats themselves."""
    helper = Organisation(HELPER, "示例区人社局")
    district.program.directory.add_organisations([helper])
    district[VILLAGE].send("jobs/wish", wished())
    district.program.settle()
    (waiting,) = district[TOWN].items("/jobs/wishes")
    assert (waiting["state_name"], waiting["adult_name"]) == ("待街镇转送", ADULT)
    district[TOWN].send("jobs/sending", sent(wish=waiting["number"]))
    district.program.settle()
    (row,) = district[HELPER].items("/jobs/help")
    assert (row["state_name"], row["job_hours_name"]) == ("待受理", "白天部分时段")
    for step in ("已受理", "已联系本人", "已就业"):
        district[HELPER].send("jobs/step", did(row["number"], step))
    district.program.settle()
    (told,) = district[VILLAGE].items("/jobs/wishes")
    assert (told["help_state_name"], told["result_name"]) == ("待回访", "已就业")
    district[HELPER].send("jobs/step", did(row["number"], "已回访"))
    district.program.settle()
    assert district[HELPER].items("/jobs/help") == []
    (over,) = district[HELPER].items("/jobs/help", over=True)
    assert (over["state_name"], over["adult_name"]) == ("已办结", None)
