"""Approval (审批) by another person than the author: who may decide what somebody put forward."""

from __future__ import annotations

from typing import ClassVar
from uuid import UUID

from domain.kernel import Command, Given, Refused
from domain.organisations import SHARED_USERS, Post

_WORDS = {Post.HEAD: "负责人", Post.DUTY_LEADER: "值班领导"}


class ApproveProposal(Command):
    """同意: what a colleague put forward (an assessment, a closing) takes effect. ``proposal``
    counts what the organisation itself put forward in the case."""

    READS_CHILD: ClassVar[bool] = True
    case_id: UUID
    proposal: int


class RejectProposal(Command):
    """退回 of what a colleague put forward, with a reason: it takes no effect."""

    READS_CHILD: ClassVar[bool] = True
    case_id: UUID
    proposal: int
    reason: str


def check_second_person(author: str, posts: frozenset[Post], given: Given, what: str) -> None:
    """Refuse an actor who may not decide what ``author`` (a user's pseudonym) put forward.

    ``posts`` are those that decide, ``what`` names the matter (评估). A user that several people
    act as is never known to be another one. Raises Refused: APPROVAL_POST, APPROVAL_PERSON,
    APPROVAL_OWN.
    """
    if given.actor.post not in posts:
        words = "或".join(word for post, word in _WORDS.items() if post in posts)
        raise Refused("APPROVAL_POST", f"{what}由本单位{words or '指定岗位'}审批，请转交办理。")
    if given.actor.user in SHARED_USERS:
        raise Refused("APPROVAL_PERSON", f"{what}须由本人登录后审批，不能以单位名义审批。")
    if given.actor.user == author:
        raise Refused("APPROVAL_OWN", f"不能审批本人提出的{what}，请由另一人审批。")
