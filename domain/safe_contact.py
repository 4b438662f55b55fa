"""The safe contact (安全联系人) of a child: whom to call instead of its guardian.

While a guardian is suspected, how the guardian is reached leaves every list and form (domain/
suspicion.py), and somebody still has to be called about the child. So police, civil affairs or the
town's station name a person, until a day. It may be named of any child at any time, and is shown to
whoever is told how a family is reached, whether or not anybody is suspected: that there is one says
nothing. For the same reason a guardian is never taken as one, by name or by telephone, suspected or
not: the refusal tells nobody of a suspicion. No view holds one; it is asked for at the door (ADR
43).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, ClassVar
from uuid import UUID

from domain.child_file import ChildFile
from domain.code_sets import CodeSet
from domain.identifiers import IdentifierError, fold_name, fold_phone, parse_phone
from domain.identity import Contact
from domain.kernel import (
    Category,
    Command,
    Event,
    Given,
    Refused,
    Stream,
    derived_id,
)
from domain.organisations import HUB, POLICE_SEATS, SEAT_WORDS, Seat, seat_of
from domain.safety_rules import SafeContactRules, is_older

SAFE_RELATION = CodeSet(
    "SAFE_RELATION",
    "安全联系人与孩子的关系",
    {
        "GRANDPARENT": "祖父母、外祖父母",
        "RELATIVE": "其他亲属",
        "TEACHER": "教师",
        "WORKER": "儿童主任或社工",
        "NEIGHBOUR": "邻居、熟人",
        "CARER": "现照料人",
    },
    {"祖父母": "GRANDPARENT", "外祖父母": "GRANDPARENT", "亲属": "RELATIVE", "邻居": "NEIGHBOUR"},
)
"""Relations from which a safe contact is taken [K]. A guardian is none of them."""


def safe_contact_id(child_ref: UUID) -> UUID:
    """The id of the stream of a child's safe contact."""
    return derived_id("safe_contact", child_ref)


class StateSafeContact(Command):
    """登记安全联系人, in the place of the former one; ``until`` is its last day. ``stated_on``: its
    day, today where none is named; one of before the newest is kept and takes no place."""

    READS_CHILD: ClassVar[bool] = True
    READS_TASKS: ClassVar[bool] = True
    READS_GUARDIANS: ClassVar[bool] = True
    child_ref: UUID
    contact_name: str
    contact_phone: str
    contact_relation: str
    until: date
    stated_on: date | None = None


class EndSafeContact(Command):
    """撤销安全联系人, by who stated it, or by the police, in whichever file of the child.
    ``stated_on``: the one of that day, and none that was stated since."""

    EACH_FILE: ClassVar[bool] = True
    child_ref: UUID
    stated_on: date | None = None


class SafeContactStated(Event):
    TOPIC: ClassVar[str] = "safe_contact.stated.v1"
    CATEGORY: ClassVar[Category] = Category.CONTACT
    TITLE: ClassVar[str] = "安全联系人"
    child_ref: UUID
    issuer: str
    until: date
    contact_name: Contact
    contact_phone: Contact
    contact_relation: Contact
    stated_on: date | None = None
    """None in what was recorded before days were: the day on which it happened."""


class SafeContactEnded(Event):
    TOPIC: ClassVar[str] = "safe_contact.ended.v1"
    CATEGORY: ClassVar[Category] = Category.CONTACT
    TITLE: ClassVar[str] = "撤销安全联系人"
    child_ref: UUID
    issuer: str
    stated_on: date | None = None
    """The one that was stated on this day; None: whichever stood."""


@dataclass(frozen=True, slots=True)
class SafeContact:
    """Who stated the one that stands; nobody where none does. ``newest``: the day of the newest
    that anybody ever stated."""

    stated_by: str = ""
    newest: date | None = None
    ever: frozenset[str] = frozenset()
    """Whoever stated one at any time."""


def _offices_only(organisation: str, rules: SafeContactRules) -> None:
    if organisation == HUB or seat_of(organisation) not in rules.stated_by:
        words = "、".join(SEAT_WORDS[each] for each in Seat if each in rules.stated_by)
        raise Refused("SAFE_CONTACT_NOT_YOURS", f"安全联系人由{words}登记，请联系其中一家。")


def _state(state: SafeContact, command: StateSafeContact, given: Given) -> list[Event]:
    rules: SafeContactRules = given.rules.safe_contacts
    actor = given.actor.organisation
    _offices_only(actor, rules)
    name = command.contact_name.strip()
    if not name or len(name) > rules.max_name or not name.isprintable():
        raise Refused("SAFE_CONTACT_NAME", f"请填写联系人姓名，不超过{rules.max_name}字。")
    if command.contact_relation not in SAFE_RELATION.labels:
        words = "、".join(SAFE_RELATION.labels.values())
        raise Refused(
            "SAFE_CONTACT_RELATION",
            f"请选择与孩子的关系：{words}。父母和其他监护人不能作安全联系人。",
        )
    longest = given.rules.last_day(rules.longest, given.today)
    if not given.today <= command.until <= longest:
        raise Refused(
            "SAFE_CONTACT_UNTIL",
            f"有效期最早到今天，最长到{longest:%Y年%m月%d日}，到期前可再登记。",
        )
    telephone = _telephone(command.contact_phone)
    child: ChildFile = given.child or ChildFile()
    theirs = actor in child.responsible | child.identity_stated_by or bool(given.tasks)
    if not child.opened or not theirs or actor in child.conflicted:
        # To a conflicted one (利害关系单位) as to a stranger.
        raise Refused("SAFE_CONTACT_CHILD", "没有可由本单位登记安全联系人的儿童，请核对编号。")
    if is_guardian(name, telephone, given.guardians, given.guardian_phones):
        # Whether or not anybody suspects a guardian, and without saying which of the two it was.
        raise Refused(
            "SAFE_CONTACT_GUARDIAN",
            "父母和其他监护人不能作安全联系人，也不能留他们的电话，请另选一人。",
        )
    return [
        SafeContactStated(
            child_ref=command.child_ref,
            issuer=actor,
            until=command.until,
            contact_name=name,
            contact_phone=telephone,
            contact_relation=command.contact_relation,
            stated_on=command.stated_on or given.today,
        )
    ]


def is_guardian(
    name: str, telephone: str, guardians: Iterable[str], guardian_phones: Iterable[str]
) -> bool:
    """Whether somebody is a guardian, by what guardians are called or by how they are reached,
    however either is written."""
    named = fold_name(name) in {fold_name(each) for each in guardians}
    return named or fold_phone(telephone) in {fold_phone(each) for each in guardian_phones}


def _telephone(text: str) -> str:
    try:
        return parse_phone(text)
    except IdentifierError as error:
        raise Refused("SAFE_CONTACT_PHONE", f"{error.rule_zh}。{error.advice_zh}。") from None


def _end(state: SafeContact, command: EndSafeContact, given: Given) -> list[Event]:
    actor = given.actor.organisation
    _offices_only(actor, given.rules.safe_contacts)
    police = seat_of(actor) in POLICE_SEATS
    if is_older(command.stated_on, state.newest):
        ends = actor in state.ever or police
    else:
        ends = bool(state.stated_by) and (actor == state.stated_by or police)
    if not ends:
        raise Refused("SAFE_CONTACT_NONE", "没有可由本单位撤销的安全联系人，请核对编号。")
    return [
        SafeContactEnded(child_ref=command.child_ref, issuer=actor, stated_on=command.stated_on)
    ]


def _stated(state: SafeContact, event: SafeContactStated) -> SafeContact:
    ever = state.ever | {event.issuer}
    if is_older(event.stated_on, state.newest):
        return replace(state, ever=ever)
    return SafeContact(event.issuer, event.stated_on or state.newest, ever)


def _ended(state: SafeContact, event: SafeContactEnded) -> SafeContact:
    return state if is_older(event.stated_on, state.newest) else replace(state, stated_by="")


_EVOLVE: Mapping[type[Event], Any] = {SafeContactStated: _stated, SafeContactEnded: _ended}

SAFE_CONTACT: Stream[SafeContact] = Stream(
    name="safe_contact",
    initial=SafeContact(),
    decide={StateSafeContact: _state, EndSafeContact: _end},
    evolve=_EVOLVE,
    locate=lambda command, load: safe_contact_id(command.child_ref),
    title="安全联系人",
    codes={"contact_relation": SAFE_RELATION},
)
