"""疑似重复建档, 家庭关联线索: files of one child, and children of one family, that may be."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from domain.duplicate import (
    DIFFERENT_GROUND,
    REOPEN_GROUND,
    SAME_GROUND,
    STATE_WORDS,
    ConfirmDuplicate,
    DuplicateState,
    ReopenDuplicate,
    TellApart,
)
from domain.family_link import (
    CONFIRM_GROUND,
    LINK_KIND,
    REJECT_GROUND,
    ConfirmFamilyLink,
    RejectFamilyLink,
)
from hub.answers import Duplicate, FamilyCandidate
from hub.api.paging import decode, encode, pseudonym
from hub.queries import MAX_PAGE
from hub.web import words
from hub.web.acts import NOTE, Act, Choices, Field
from hub.web.matters import Line, Lines, Matter, Whole

if TYPE_CHECKING:
    from hub.web.desk import Desk

_PAGE = 50


def _duplicates(desk: Desk, cursor: str | None) -> Lines:
    page = desk.program.queries.duplicates(
        desk.reader(), open_only=False, after=decode(cursor), limit=_PAGE
    )
    lines = [
        Line(
            each.id,
            (
                STATE_WORDS[DuplicateState(each.state)],
                "、".join(text for _, text in each.reasons),
                words.minute(each.suspected_at),
            ),
            child=each.child,
        )
        for each in page.items
    ]
    return lines, encode(page.next_cursor)


def _duplicate(desk: Desk, wanted: str) -> Whole | None:
    found = desk.program.queries.duplicate(desk.reader(), pseudonym(wanted))
    if found is None:
        return None
    facts = [
        ("状态", STATE_WORDS[DuplicateState(found.state)]),
        ("相同之处", "、".join(text for _, text in found.reasons)),
    ]
    return Whole("疑似重复建档", facts, found, _of_pair(found), (), (found.child, found.other))


def _of_pair(pair: Duplicate) -> tuple[Act, ...]:
    one, other = UUID(pair.child.child_ref), UUID(pair.other.child_ref)

    def grounds(labels: dict[str, str]) -> Choices:
        names = [(f"{one}", "第一份档案"), (f"{other}", "第二份档案")]
        return {"ground": list(labels.items()), "survivor": names}

    def survivor(text: str) -> UUID:
        return other if text == str(other) else one

    return (
        Act(
            "different",
            "认定不是同一儿童",
            (Field("ground", "依据", "choice"), NOTE),
            lambda desk, found: TellApart(
                child_ref=one, other=other, ground=next(iter(DIFFERENT_GROUND.labels))
            ),
            lambda desk, id_, sent: TellApart(
                child_ref=one, other=other, ground=sent.get("ground"), note=sent.maybe("note")
            ),
            lambda desk, found: grounds(dict(DIFFERENT_GROUND.labels)),
            warning="认定后这一对不再提出；可以撤销。",
        ),
        Act(
            "same",
            "认定是同一儿童",
            (Field("survivor", "保留哪一份", "choice"), Field("ground", "依据", "choice"), NOTE),
            lambda desk, found: ConfirmDuplicate(
                child_ref=one, other=other, survivor=one, ground=next(iter(SAME_GROUND.labels))
            ),
            lambda desk, id_, sent: ConfirmDuplicate(
                child_ref=one,
                other=other,
                survivor=survivor(sent.get("survivor")),
                ground=sent.get("ground"),
                note=sent.maybe("note"),
            ),
            lambda desk, found: grounds(dict(SAME_GROUND.labels)),
            warning="两份档案合并；各单位能看的内容不因合并而增加；可以撤销，撤销后各自恢复。",
        ),
        Act(
            "reopen",
            "撤销认定",
            (Field("ground", "理由", "choice"), NOTE),
            lambda desk, found: ReopenDuplicate(
                child_ref=one, other=other, ground=next(iter(REOPEN_GROUND.labels))
            ),
            lambda desk, id_, sent: ReopenDuplicate(
                child_ref=one, other=other, ground=sent.get("ground"), note=sent.maybe("note")
            ),
            lambda desk, found: grounds(dict(REOPEN_GROUND.labels)),
        ),
    )


DUPLICATES = Matter(
    "duplicates",
    "疑似重复建档",
    "由负责认定的部门看；写明两份档案哪些相同。",
    ("状态", "相同之处", "提出时间"),
    _duplicates,
    _duplicate,
)


def _families(desk: Desk, cursor: str | None) -> Lines:
    page = desk.program.queries.family_candidates(desk.reader(), after=decode(cursor), limit=_PAGE)
    lines = [
        Line(
            f"{each.child.child_ref}.{each.other.child_ref}",
            ("、".join(text for _, text in each.reasons),),
            child=each.child,
        )
        for each in page.items
    ]
    return lines, encode(page.next_cursor)


def _family(desk: Desk, wanted: str) -> Whole | None:
    one, _, other = wanted.partition(".")
    pair = {pseudonym(one), pseudonym(other)}
    after: str | None = None
    while True:
        page = desk.program.queries.family_candidates(desk.reader(), after=after, limit=MAX_PAGE)
        for each in page.items:
            if {each.child.child_ref, each.other.child_ref} == pair:
                facts = [("相同之处", "、".join(text for _, text in each.reasons))]
                return Whole(
                    "家庭关联线索", facts, each, _of_family(each), (), (each.child, each.other)
                )
        after = page.next_cursor
        if after is None:
            return None


def _of_family(pair: FamilyCandidate) -> tuple[Act, ...]:
    one, other = UUID(pair.child.child_ref), UUID(pair.other.child_ref)
    first = next(iter(LINK_KIND.labels))
    link = Field("link", "关系", "choice")
    return (
        Act(
            "confirm",
            "确认家庭关联",
            (link, Field("ground", "依据", "choice"), NOTE),
            lambda desk, found: ConfirmFamilyLink(
                child_ref=one, other=other, link=first, ground=next(iter(CONFIRM_GROUND.labels))
            ),
            lambda desk, id_, sent: ConfirmFamilyLink(
                child_ref=one,
                other=other,
                link=sent.get("link"),
                ground=sent.get("ground"),
                note=sent.maybe("note"),
            ),
            lambda desk, found: {
                "link": list(LINK_KIND.labels.items()),
                "ground": list(CONFIRM_GROUND.labels.items()),
            },
            stays=False,
        ),
        Act(
            "reject",
            "认定没有家庭关联",
            (link, Field("ground", "依据", "choice"), NOTE),
            lambda desk, found: RejectFamilyLink(
                child_ref=one, other=other, link=first, ground=next(iter(REJECT_GROUND.labels))
            ),
            lambda desk, id_, sent: RejectFamilyLink(
                child_ref=one,
                other=other,
                link=sent.get("link"),
                ground=sent.get("ground"),
                note=sent.maybe("note"),
            ),
            lambda desk, found: {
                "link": list(LINK_KIND.labels.items()),
                "ground": list(REJECT_GROUND.labels.items()),
            },
            stays=False,
        ),
    )


FAMILIES = Matter(
    "families",
    "家庭关联线索",
    "监护人电话或住址相同、还没有人登记或认定的，由负责确认的部门看。",
    ("相同之处",),
    _families,
    _family,
)
