"""准确数: the exact figures of a statutory return, for two named persons."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from domain.kernel import Refused
from domain.statutory_return import ApproveExact, EndExact, RefuseExact, RequestExact
from hub.api.paging import pseudonym
from hub.web import words
from hub.web.acts import Act, Choices, Field, NotFilled, as_id, new_id, organisations_of
from hub.web.matters import Line, Lines, Matter, Said, Whole

if TYPE_CHECKING:
    from hub.web.desk import Desk, Fields

_SOMETHING = "（示例）"


def _lines(desk: Desk, cursor: str | None) -> Lines:
    found = desk.program.queries.exact_requests(desk.reader())
    lines = [
        Line(
            each.request_id,
            (
                each.department_name,
                f"{each.year}年",
                each.state_words,
                "是" if each.mine else "否",
                words.day(each.until) if each.until else "",
            ),
        )
        for each in found
    ]
    return lines, None


def _whole(desk: Desk, wanted: str) -> Whole | None:
    queries, reader, wanted = desk.program.queries, desk.reader(), pseudonym(wanted)
    row = next((e for e in queries.exact_requests(reader) if e.request_id == wanted), None)
    if row is None:
        return None
    facts = [
        ("填报单位", row.department_name),
        ("年度", f"{row.year}年"),
        ("状态", row.state_words),
        ("查看截止日期", words.day(row.until) if row.until else ""),
    ]
    table = queries.exact_return(reader, wanted) if row.mine else None
    said: tuple[Said, ...] = ()
    if table is not None:
        facts.append(("用于", table.purpose))
        told = tuple((each.title, each.words) for each in table.lines)
        said = (Said(f"截至{words.day(table.as_of)}的准确数", row.department_name, "", told),)
    return Whole("准确数", [f for f in facts if f[1]], row, _ACTS, said)


def _request(desk: Desk, id_: UUID, sent: Fields) -> RequestExact:
    year, directory = sent.get("year"), desk.program.directory
    if not (year.isascii() and year.isdigit() and len(year) == 4):
        raise NotFilled([("year", "年度的写法不对，例如2025。")])
    readers = []
    for name in ("first", "second"):
        try:
            readers.append(directory.colleague(desk.ours, sent.get(name)))
        except Refused:
            raise NotFilled([(name, "本单位没有这个登录名，请核对后重填。")]) from None
    return RequestExact(
        request_id=new_id(desk, "exact figures", sent),
        department=sent.get("department"),
        year=int(year),
        readers=tuple(readers),
        purpose=sent.get("used_for"),
    )


def _departments(desk: Desk, found: object) -> Choices:
    directory = desk.program.directory
    ours = (desk.ours, directory.name(desk.ours))
    return {"department": [ours, *organisations_of(desk, directory.seats())]}


_ACTS = (
    Act(
        "approve",
        "同意查看",
        (),
        lambda desk, found: ApproveExact(request_id=UUID(found.request_id)),
        lambda desk, id_, sent: ApproveExact(request_id=id_),
        main=True,
    ),
    Act(
        "refuse",
        "不同意查看",
        (Field("because", "原因", "text"),),
        lambda desk, found: RefuseExact(request_id=UUID(found.request_id), reason=_SOMETHING),
        lambda desk, id_, sent: RefuseExact(request_id=id_, reason=sent.get("because")),
    ),
    Act(
        "end",
        "结束查看",
        (),
        lambda desk, found: EndExact(request_id=UUID(found.request_id)),
        lambda desk, id_, sent: EndExact(request_id=id_),
    ),
)

EXACT = Matter(
    "exact-figures",
    "准确数",
    "法定报表的准确数，只给写明的两名人员，在期限内；每次查看都有记录。",
    ("填报单位", "年度", "状态", "本人是查看人", "查看截止日期"),
    _lines,
    _whole,
    None,
    (
        Act(
            "request",
            "申请法定报表准确数",
            (
                Field("department", "填报单位", "choice"),
                Field("year", "年度", "line"),
                Field("first", "第一名查看人的登录名", "line"),
                Field("second", "第二名查看人的登录名", "line"),
                Field("used_for", "用于哪一张法定报表", "text"),
            ),
            lambda desk, found: RequestExact(
                request_id=as_id(""),
                department=desk.ours,
                year=desk.now.year - 1,
                readers=("u-1", "u-2"),
                purpose=_SOMETHING,
            ),
            _request,
            _departments,
        ),
    ),
)
