"""The one decision function: may this organisation see, or state, this of this child?

Pure. Views, keys, feeds and every door ask it: when a scope opens, and again at each release.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from domain.kernel import Category
from domain.organisations import HUB, Post, Seat, seat_of
from hub.authorization.policy import Jurisdiction, Policy, Word


class By(StrEnum):
    """By which right something is seen; the stronger first."""

    READ = "read"
    TASK = "task"
    OWN = "own"
    FLAG = "flag"
    STATUS = "status"
    """Kind, state and clock only (policies/status-flags.toml)."""


@dataclass(frozen=True, slots=True)
class Standing:
    """Where an organisation stands towards one child, as clear facts.

    ``responsible``: named on the child file. ``tasks``: categories released by open tasks.
    ``recorded``: categories in which the log holds a record about the child.
    """

    seat: Seat
    responsible: bool
    tasks: frozenset[Category]
    recorded: frozenset[Category]


_IDENTITY = (Category.WHO, Category.CONTACT)

_BY_TASK = frozenset({Word.TASK, Word.READ})
"""A seat that reads a category in its jurisdiction may be given it by a task elsewhere too."""

_BY_SEAT = frozenset({Word.PUBLISH, Word.OWN})
"""Words by which a seat states facts without a task."""


def in_jurisdiction(policy: Policy, seat: Seat, *, responsible: bool) -> bool:
    """Whether the seat's standing jurisdiction covers the child. Unknown seat: no."""
    kind = policy.jurisdictions.get(seat)
    return kind is Jurisdiction.DISTRICT or (kind is Jurisdiction.RESPONSIBLE and responsible)


def open_categories(policy: Policy, standing: Standing) -> Mapping[Category, By]:
    """The categories of a child open to an organisation by standing or task, and by which right.

    Who a child is comes with any record that one may open by ``read`` or ``task``; contact is
    what the identity column governs. What the organisation stated itself is decided per field
    (:func:`decide`), not here: it never opens what others stated.
    """
    covered = in_jurisdiction(policy, standing.seat, responsible=standing.responsible)
    opened: dict[Category, By] = {}
    for category in Category:
        if category is Category.WHO:
            continue
        words = policy.words(standing.seat, category)
        if covered and Word.READ in words and category is not Category.REPORTER:
            opened[category] = By.READ
        elif category in standing.tasks and words & _BY_TASK:
            opened[category] = By.TASK
        elif covered and Word.FLAG in words:
            opened[category] = By.FLAG
    reads_record = any(
        by is By.READ and category in standing.recorded and category not in _IDENTITY
        for category, by in opened.items()
    )
    if opened.get(Category.CONTACT) is By.READ or reads_record:
        opened[Category.WHO] = By.READ
    elif Category.WHO in standing.tasks and (
        By.TASK in opened.values() or policy.words(standing.seat, Category.WHO) & _BY_TASK
    ):
        opened[Category.WHO] = By.TASK
    return opened


def comes_with(policy: Policy, opened: Mapping[Category, By], producer: str) -> bool:
    """Whether a statement of who the child is comes with a record that is open by ``read``.

    It does where contact is read, and else where its producer's seat may state, outside of any
    task, a category that is read. So a school sees who its pupil is from education's roll and
    from schools, and does not see that the police named the child too.
    """
    if producer == HUB or opened.get(Category.CONTACT) is By.READ:
        return True
    seat = seat_of(producer)
    return any(
        by is By.READ and category not in _IDENTITY and policy.words(seat, category) & _BY_SEAT
        for category, by in opened.items()
    )


_WHO_HANDLES = frozenset({Post.HANDLER, Post.DUTY_LEADER})


@dataclass(frozen=True, slots=True)
class Look:
    """One sealed field, or one fact, that is looked at."""

    category: Category
    flag: bool
    """The field was made for the word ``flag``."""
    author: bool
    """The looking organisation stated the record itself."""
    author_person: bool = False
    post: Post = Post.HANDLER
    answer: bool = False
    """Stated within a task, by a seat that may not state the category otherwise, and looked at
    by a seat that reads only where it is responsible."""


def look_at(
    policy: Policy,
    organisation: str,
    category: Category,
    producer: str,
    *,
    flag: bool,
    post: Post = Post.HANDLER,
    author_person: bool = True,
    told_to: str = "",
) -> Look:
    """The look of an organisation at one sealed field that ``producer`` stated.

    ``author_person``: the person who looks wrote it; a view, which is no person's, holds what
    some person of its organisation may see. ``told_to``: whom the field was written for.
    """
    author = organisation in (producer, told_to)
    local = policy.jurisdictions.get(seat_of(organisation)) is Jurisdiction.RESPONSIBLE
    by_task_only = producer != HUB and not policy.words(seat_of(producer), category) & _BY_SEAT
    return Look(
        category=category,
        flag=flag,
        author=author,
        author_person=author_person,
        post=post,
        answer=local and by_task_only and category not in _IDENTITY,
    )


def decide(opened: Mapping[Category, By], look: Look) -> By | None:
    """By which right this is shown, or None: not at all.

    What an author stated it sees again, for ever; of harm only the person who wrote it and the
    organisation's designated reporter (强制报告联络人) do, never the whole organisation. A
    reporter's identity is opened for the handler (经办人) and the duty leader (值班领导) of the
    organisation that has the report in hand, and for the reporter. What an agency wrote in answer
    to a task (the police's account of a tracing) is read by whoever coordinates or supervises
    across the district, and not by the school or village that reads the category of its own.
    """
    by = opened.get(look.category)
    if look.category is Category.REPORTER:
        if by is By.TASK and look.post in _WHO_HANDLES:
            return by
        return By.OWN if look.author and look.author_person else None
    if by is By.TASK or (by is By.READ and not look.answer):
        return by
    if look.author and (
        look.category is not Category.HARM
        or look.author_person
        or look.post is Post.DESIGNATED_REPORTER
    ):
        return By.OWN
    if by is By.FLAG and look.flag:
        return By.FLAG
    return None


def shows_status(policy: Policy, seat: Seat, opened: Mapping[Category, By], of: Category) -> bool:
    """Whether the seat's ``flag`` on a category shows kind, state and clock of its matters."""
    return opened.get(of) is By.FLAG and (seat, of) in policy.status_flags


def may_state(policy: Policy, seat: Seat, category: Category, tasks: frozenset[Category]) -> bool:
    """Whether a seat may state facts of a category: by ``publish`` or ``own``, or within a task
    that releases the category to it (what it records there it keeps)."""
    words = policy.words(seat, category)
    if words & _BY_SEAT:
        return True
    return Word.TASK in words and category in tasks


def publishes_district_wide(policy: Policy, seat: Seat, category: Category) -> bool:
    """Whether a seat publishes a category across the district: the department that may act on any
    matter of its field, whichever local body has the task (the sub-bureau on any report)."""
    district = policy.jurisdictions.get(seat) is Jurisdiction.DISTRICT
    return district and {Word.PUBLISH, Word.READ} <= policy.words(seat, category)
