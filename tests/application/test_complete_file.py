"""P18: one child one file, complete and on paper: cover, contents, basics, visits, log, care,
problems and solutions (沪民儿福发〔2024〕4号: 封面、目录); no more than its reader may see."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from domain.organisations import Post
from domain.purpose import Purpose
from domain.registry import STREAM_OF_TOPIC
from hub.api.app import create_app
from hub.bootstrap import Program
from hub.paper.child_file import NOTHING, read_rules
from hub.paper.pdf import text_of
from hub.policies import FOLDER
from hub.printing import printed
from hub.queries import NotAdmitted
from tests.program import (
    CIVIL_AFFAIRS,
    EDUCATION,
    OTHER_TOWN,
    POLICE,
    SCHOOL,
    TOWN,
    VILLAGE,
    child_of,
    enrolled,
    pupil,
    reader,
    resident,
    running,
    send,
)

SAID, SEEN = "想和爸爸妈妈通电话", "祖父照料，家中整洁"
HEED = "上门前先与派出所联系"
BENEFIT = {
    "scheme": "特殊儿童基本生活费",
    "document_number": "示民保〔2025〕0001号",
    "decision": "批准",
    "decided_on": "2025-02-03",
    "since": "2025-03-01",
    "monthly_amount": "3200元",
}


@pytest.fixture(scope="module")
def hub(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Program]:
    child = pupil(1)
    with running(tmp_path_factory.mktemp("file") / "data") as made:
        send(made, EDUCATION, "education.roll", enrolled(child))
        send(made, TOWN, "town.residence", resident(child))
        orphan = {"category": "孤儿", "since": "2025-02-01", "certifier": "示例区民政局"}
        send(made, CIVIL_AFFAIRS, "civil_affairs.classification", {**child, **orphan})
        send(made, CIVIL_AFFAIRS, "civil_affairs.benefit", {**child, **BENEFIT})
        made.settle()
        visit = {
            "visited_on": "2025-03-03",
            "form": "入户走访",
            "seen": SEEN,
            "childs_view": SAID,
            "problem_kinds": "照料",
            "harm_suspected": "否",
        }
        send(made, VILLAGE, "village.visit", {**child, **visit})
        heed = {"issued_on": "2025-03-01", "text": HEED, "call": "110", "until": "2025-06-30"}
        send(made, POLICE, "safety.instruction", {**child, **heed, "told_units": "村居"})
        made.settle()
        yield made


def pages(hub: Program, organisation: str) -> list[str]:
    asked = reader(organisation)
    found = hub.queries.complete_file(asked, child_of(hub, pupil(1)))
    assert found is not None
    return text_of(printed(hub, asked, found))


def chapter(found: list[str], title: str) -> str:
    """The page that the contents name for a chapter, and those up to the next."""
    at = [number for number, page in enumerate(found) if page.split("\n")[2].endswith(title)]
    assert len(at) == 1, title
    return found[at[0]]


def test_p18_the_file_has_cover_contents_and_every_chapter_that_the_plan_names(
    hub: Program,
) -> None:
    found = pages(hub, VILLAGE)
    assert "一人一档" in found[0]
    assert pupil(1)["name"] in found[0]
    assert "使用目的：办理本单位职责内事项" in found[0]
    assert found[1].split("\n")[2] == "目录"
    for title, words in (
        ("基本情况", pupil(1)["id_number"]),
        ("基本情况", "儿童类别：孤儿"),
        ("孩子自己的话", SAID),
        ("儿童类别和走访类别", "孤儿"),
        ("走访和核查", SEEN),
        ("问题、解决、复查和销号", "发现日期：2025-03-03"),
        ("转介和协作", "转介类别：解决走访发现的问题"),
        ("未了事项", "时限"),
        ("工作日志", "走访"),
    ):
        assert words in chapter(found, title), title
    contents = found[1].split("\n")
    for title in ("基本情况", "工作日志"):
        (at,) = [number for number, line in enumerate(contents) if line.endswith(title)]
        assert title in found[int(contents[at + 2]) - 1].split("\n")[2]


def test_what_is_to_be_heeded_stands_before_everything_else(hub: Program) -> None:
    found = pages(hub, VILLAGE)
    assert found[0].split("\n")[2].startswith(f"安全提示：{HEED}")
    assert f"安全提示：{HEED}" in chapter(found, "基本情况")


def test_civil_affairs_reads_benefits_with_amount_and_document(hub: Program) -> None:
    told = chapter(pages(hub, CIVIL_AFFAIRS), "保障和救助")
    assert "特殊儿童基本生活费" in told
    assert BENEFIT["document_number"] in told


def test_a_school_prints_what_it_may_see_and_nothing_else(hub: Program) -> None:
    found = "\n".join(pages(hub, SCHOOL))
    assert enrolled(pupil(1))["grade"] in found
    for secret in (SAID, SEEN, "孤儿", BENEFIT["document_number"], HEED):
        assert secret not in found
    assert NOTHING in found


def test_a_child_that_may_not_be_seen_has_no_file(hub: Program) -> None:
    child = child_of(hub, pupil(1))
    assert hub.queries.complete_file(reader(OTHER_TOWN), child) is None
    assert hub.queries.complete_file(reader(VILLAGE), "机密甲") is None


def test_whoever_prints_it_stands_in_the_access_log_and_on_every_page(hub: Program) -> None:
    asked = replace(reader(CIVIL_AFFAIRS, Post.HEAD), user="u-printing")
    child = child_of(hub, pupil(1))
    found = hub.queries.complete_file(asked, child)
    assert found is not None
    looks = hub.queries.access_log(reader(CIVIL_AFFAIRS), child)
    mine = [each for each in looks if each.user == "u-printing"]
    assert {"complete_file", "complete_file.open", "timeline"} <= {each.action for each in mine}
    assert {each.purpose for each in mine} == {"CASEWORK"}
    mark = "示例区民政局 负责人"
    for page in text_of(printed(hub, asked, found)):
        assert page.split("\n")[0].startswith(mark)
        assert "办理本单位职责内事项" in page.split("\n")[0]


def test_a_purpose_that_is_not_ones_own_prints_nothing(hub: Program) -> None:
    asked = replace(reader(VILLAGE), purpose=Purpose.COORDINATION)
    with pytest.raises(NotAdmitted):
        hub.queries.complete_file(asked, child_of(hub, pupil(1)))


def test_coordination_prints_no_benefits(hub: Program) -> None:
    """The purpose takes away what it is not for: means are no matter of coordination."""
    asked = replace(reader(CIVIL_AFFAIRS), purpose=Purpose.COORDINATION)
    found = hub.queries.complete_file(asked, child_of(hub, pupil(1)))
    assert found is not None
    told = "\n".join(text_of(printed(hub, asked, found)))
    assert BENEFIT["document_number"] not in told
    assert "统筹协调" in told


def test_over_http_it_is_a_file_that_is_saved_under_no_name(hub: Program) -> None:
    user = hub.directory.add_user("printing", VILLAGE, "示例科室", Post.HANDLER)
    token = hub.directory.issue_token(user, hub.clock.now(), timedelta(days=1))
    child = child_of(hub, pupil(1))
    with TestClient(create_app(hub)) as client:
        answer = client.get(
            f"/api/v1/children/{child}/complete-file", headers={"Authorization": f"Bearer {token}"}
        )
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/pdf")
    assert answer.headers["content-disposition"] == f'attachment; filename="{child}.pdf"'
    assert SAID in "\n".join(text_of(answer.content))


def test_what_the_plan_names_has_its_chapter_and_nothing_has_two() -> None:
    """What has none goes into the last one: nothing is left out (hub/docs/adding-a-record-kind.md
    says where a new stream says in which it stands)."""
    chapters = read_rules(FOLDER).chapters
    for topic in STREAM_OF_TOPIC:
        assert sum(each.holds(topic) for each in chapters) <= 1, topic
    placed = {
        STREAM_OF_TOPIC[topic].name: each.title
        for topic in STREAM_OF_TOPIC
        for each in chapters
        if each.holds(topic)
    }
    assert {name: placed[name] for name in PLACED} == PLACED
    assert "attachment" not in placed
    assert chapters[-1].topics == ()


PLACED = {
    "visit": "走访和核查",
    "verification": "走访和核查",
    "problem": "问题、解决、复查和销号",
    "mentoring": "关爱和照护",
    "service_plan": "服务和支持计划",
    "family_support": "服务和支持计划",
    "benefit": "保障和救助",
    "aid": "保障和救助",
    "dropout": "就学",
    "health": "健康",
    "guardianship": "监护、保护和文书",
}


def test_the_command_writes_it_for_its_owner_alone(tmp_path: Path) -> None:
    from tests.cli.office import run
    from tests.program import prepare

    data = prepare(tmp_path / "data").root
    with running(data) as made:
        send(made, TOWN, "town.residence", resident(pupil(2)))
        made.settle()
        child = child_of(made, pupil(2))
    out = tmp_path / "file.pdf"
    by = ("--organisation", TOWN, "--data", data, "--pdf", out)
    assert run("children", "file", child, *by).code == 0
    assert out.stat().st_mode & 0o777 == 0o600
    assert pupil(2)["name"] in "\n".join(text_of(out.read_bytes()))
    again = run("children", "file", child, *by)
    assert (again.code, "已经存在" in again.err) == (2, True)
    none = run("children", "file", child, "--organisation", OTHER_TOWN, *by[2:4], "--pdf", "x.pdf")
    assert (none.code, "没有可向本单位显示的记录" in none.err) == (2, True)
    refused = run("children", "file", child, *by[:4], "--pdf", "x", "--purpose", "COORDINATION")
    assert (refused.code, "不由本单位使用" in refused.err) == (2, True)
