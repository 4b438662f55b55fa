"""The one decision function: may this organisation see, or state, this of this child?

Pure. Views, keys, feeds and every door ask it: when a scope opens, and again at each release.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from domain.kernel import Category, LegalBasis
from domain.organisations import HUB, Post, Seat, seat_of
from domain.purpose import Purpose
from hub.authorization.policy import BY_TASK, Jurisdiction, Need, Policy, Word
from hub.authorization.rights import NOTHING_OPEN as NOTHING_OPEN
from hub.authorization.rights import By as By
from hub.authorization.rights import Openings as Openings


@dataclass(frozen=True, slots=True)
class Standing:
    """Where an organisation stands towards one child, as clear facts.

    ``responsible``: named on the child file. ``tasks``: categories released by open tasks.
    ``recorded``: categories in which the log holds a record about the child. ``emergencies``:
    categories opened by break-glass. ``conflicted``: the suspect works in the organisation or is
    related to it. ``guardian_suspect``: a guardian of the child is the suspect.
    """

    seat: Seat
    responsible: bool
    tasks: frozenset[Category]
    recorded: frozenset[Category]
    emergencies: frozenset[Category] = frozenset()
    conflicted: bool = False
    guardian_suspect: bool = False


LASTING = frozenset({By.READ, By.TASK, By.BREAK_GLASS})
"""Rights to what others stated; each of them can end."""

_RELEASED = frozenset({By.TASK, By.BREAK_GLASS})

_IDENTITY = (Category.WHO, Category.CONTACT)

_BY_SEAT = frozenset({Word.PUBLISH, Word.OWN})
"""Words by which a seat states facts without a task."""


def in_jurisdiction(policy: Policy, seat: Seat, *, responsible: bool) -> bool:
    """Whether the seat's standing jurisdiction covers the child. Unknown seat: no."""
    kind = policy.jurisdictions.get(seat)
    return kind is Jurisdiction.DISTRICT or (kind is Jurisdiction.RESPONSIBLE and responsible)


def reaches_guardian(policy: Policy, standing: Standing) -> bool:
    """Whether an organisation may be told how the child's guardian is reached: always, unless the
    guardian is the suspect; then only who needs it for the harm case (policies/suspects.toml)."""
    if not standing.guardian_suspect:
        return True
    need = policy.guardian_contact.get(standing.seat)
    in_hand = Category.CONTACT in standing.tasks | standing.emergencies
    return need is Need.ALWAYS or (need is Need.TASK and in_hand)


def open_categories(policy: Policy, standing: Standing) -> Openings:
    """The categories of a child open to an organisation by standing, task or emergency, and by
    which right. To a conflicted organisation none is, whatever else would open it.

    Who a child is comes with any record that one may open by one of them; contact is
    what the identity column governs. What the organisation stated itself is decided per field
    (:func:`decide`), not here: it never opens what others stated.
    """
    without_contact = not reaches_guardian(policy, standing)
    if standing.conflicted:
        return Openings({}, conflicted=True, without_contact=without_contact)
    covered = in_jurisdiction(policy, standing.seat, responsible=standing.responsible)
    opened: dict[Category, By] = {}
    for category in Category:
        if category is Category.WHO:
            continue
        words = policy.words(standing.seat, category)
        # Who reported is never a matter of jurisdiction, nor of an emergency.
        reporter = category is Category.REPORTER
        if covered and Word.READ in words and not reporter:
            opened[category] = By.READ
        elif category in standing.tasks and words & BY_TASK:
            opened[category] = By.TASK
        elif category in standing.emergencies and words & BY_TASK and not reporter:
            opened[category] = By.BREAK_GLASS
        elif covered and Word.FLAG in words and not reporter:
            opened[category] = By.FLAG
    reads_record = any(
        by is By.READ and category in standing.recorded and category not in _IDENTITY
        for category, by in opened.items()
    )
    in_task = Category.WHO in standing.tasks and bool(
        By.TASK in opened.values() or policy.words(standing.seat, Category.WHO) & BY_TASK
    )
    broken = By.BREAK_GLASS in opened.values()
    # A category that is read besides is released by the task no less.
    released = standing.tasks if Category.WHO in standing.tasks else frozenset()
    named = broken or any(policy.words(standing.seat, each) & BY_TASK for each in released)
    if opened.get(Category.CONTACT) is By.READ or reads_record:
        opened[Category.WHO] = By.READ
    elif in_task:
        opened[Category.WHO] = By.TASK
    elif broken:
        opened[Category.WHO] = By.BREAK_GLASS
    return Openings(opened, without_contact=without_contact, named=named)


def comes_with(policy: Policy, opened: Openings, producer: str) -> bool:
    """Whether a statement of who the child is comes with a record that is open by ``read``.

    It does where contact is read, or a task or an emergency releases who the child is, and else
    where its producer's seat may state, outside of any task, a category that is read. So a school
    sees who its pupil is from education's roll and from schools, and does not see that the police
    named the child too.
    """
    if producer == HUB or opened.named or opened.rights.get(Category.CONTACT) is By.READ:
        return True
    seat = seat_of(producer)
    return any(
        by is By.READ and category not in _IDENTITY and policy.words(seat, category) & _BY_SEAT
        for category, by in opened.items()
    )


@dataclass(frozen=True, slots=True)
class Look:
    """One sealed field, or one fact, that is looked at."""

    category: Category
    flag: bool
    """The field was made for the word ``flag``."""
    author: bool
    """The looking organisation stated the record itself."""
    author_person: bool = False
    """The person who looks wrote it."""
    answer: bool = False
    """Stated within a task, by a seat that may not state the category otherwise, and looked at
    by a seat that reads only where it is responsible."""
    sealed: bool = False
    """A sealed field, and not only the fact that it stands in."""


def look_at(
    policy: Policy,
    organisation: str,
    category: Category,
    producer: str,
    *,
    flag: bool,
    author_person: bool = False,
    told_to: str = "",
) -> Look:
    """The look of an organisation at one sealed field that ``producer`` stated.

    ``author_person``: the person who looks wrote it. ``told_to``: whom the field was written for.
    """
    author = organisation in (producer, told_to)
    local = policy.jurisdictions.get(seat_of(organisation)) is Jurisdiction.RESPONSIBLE
    by_task_only = producer != HUB and not policy.words(seat_of(producer), category) & _BY_SEAT
    return Look(
        category=category,
        flag=flag,
        author=author,
        author_person=author_person,
        answer=local and by_task_only and category not in _IDENTITY,
        sealed=True,
    )


@dataclass(frozen=True, slots=True)
class Asker:
    """Who looks, for what: a post of a seat (None: the hub itself), a purpose, a legal basis.
    ``cleared``: the person's entry check (入职查询) stands, or none is asked of such people."""

    seat: Seat | None
    post: Post
    purpose: Purpose
    basis: LegalBasis
    cleared: bool = False


def asker(
    organisation: str, post: str, purpose: str, basis: str, *, cleared: bool = False
) -> Asker | None:
    """The asker that these words name; None when one of them is unknown: then the answer is no,
    and somebody should hear of it."""
    try:
        seat = None if organisation == HUB else seat_of(organisation)
        return Asker(seat, Post(post), Purpose(purpose), LegalBasis(basis), cleared)
    except ValueError:
        return None


def passes_check(policy: Policy, who: Asker) -> bool:
    """Whether the person's entry check keeps nothing back: it stands, or the seat's people are not
    checked. The hub at work is nobody who could be."""
    return who.cleared or who.post is Post.SYSTEM or who.seat not in policy.checked.seats


def admits(policy: Policy, who: Asker | None) -> bool:
    """Whether the person may look for this purpose at all, on this legal basis."""
    row = None if who is None else policy.purposes.get(who.purpose)
    if who is None or row is None or not passes_check(policy, who):
        return False
    seated = row.hub or who.seat in row.seats
    return seated and who.post in row.posts and who.basis in row.bases


def serves(policy: Policy, who: Asker | None, category: Category, by: By, *, in_task: bool) -> bool:
    """Whether the purpose shows the category when it is seen by this right.

    ``in_task``: the organisation has an open task about the child (the named one, if one is
    named). A kind, state and clock is shown without it: it is how a task is found.
    """
    if who is None or not admits(policy, who):
        return False
    row = policy.purposes[who.purpose]
    if row.in_task and not in_task and by is not By.STATUS:
        return False
    return category in row.shows.get(by, ())


def tells_contact(policy: Policy, who: Asker | None, opened: Openings, *, in_task: bool) -> bool:
    """Whether it is told, for this purpose, how a child's family is reached, by a right that lasts:
    then whom to call instead of a guardian is, also while the guardian is the suspect."""
    by = opened.get(Category.CONTACT)
    if by is None or by not in LASTING or opened.conflicted:
        return False
    return serves(policy, who, Category.CONTACT, by, in_task=in_task)


def rights(opened: Openings, look: Look) -> tuple[By, ...]:
    """The rights by which an organisation may see this, the stronger first.

    What an author stated it sees again, for ever. What an agency wrote in answer to a task (the
    police's account of a tracing) is read by whoever coordinates or supervises across the
    district, and not by the school or village that reads the category of its own. Two things win
    over all of it: of a conflicted organisation only who wrote something sees it again, and how a
    suspected guardian is reached is told to nobody who does not need it, the author included.
    """
    if opened.without_contact and look.sealed and look.category is Category.CONTACT:
        return ()
    if opened.conflicted:
        return (By.OWN,) if look.author and look.author_person else ()
    by = opened.rights.get(look.category)
    found: tuple[By, ...] = ()
    if by in _RELEASED or (by is By.READ and not look.answer):
        found = (by,)
    if look.author:
        found = (*found, By.OWN)
    if by is By.FLAG and look.flag:
        found = (*found, By.FLAG)
    return found


def held(policy: Policy, opened: Openings, look: Look) -> By | None:
    """By which right an organisation's view holds this, or None: not at all. A view is no
    person's: it holds what some person of the organisation may see for some purpose."""
    if opened.conflicted:
        # For the one who wrote it.
        look = replace(look, author_person=True)
    for by in rights(opened, look):
        if policy.audiences.of(look.category, by).anybody:
            return by
    return None


def decide(
    policy: Policy,
    who: Asker | None,
    opened: Openings,
    look: Look,
    *,
    in_task: bool,
) -> By | None:
    """By which right this is shown to a person for a purpose, or None: not at all.

    Three questions, each of which may only take away: by which rights does the organisation see
    it, which of them tell this person (policies/audiences.toml), and which of those serve the
    purpose (policies/purposes.toml). An asker that is None is somebody unknown.
    """
    if who is None:
        return None
    for by in rights(opened, look):
        audience = policy.audiences.of(look.category, by)
        wrote = look.author and look.author_person
        # The hub at work is no person of the organisation, and tells nobody what it compares.
        told = who.post is Post.SYSTEM or who.post in audience.posts or (audience.author and wrote)
        if told and serves(policy, who, look.category, by, in_task=in_task):
            return by
    return None


def shows_status(policy: Policy, seat: Seat, opened: Openings, of: Category) -> bool:
    """Whether the seat's ``flag`` on a category shows kind, state and clock of its matters."""
    return opened.rights.get(of) is By.FLAG and (seat, of) in policy.status_flags


def may_state(policy: Policy, seat: Seat, category: Category, tasks: frozenset[Category]) -> bool:
    """Whether a seat may state facts of a category: by ``publish`` or ``own``, or within a task
    that releases the category to it (what it records there it keeps)."""
    words = policy.words(seat, category)
    if words & _BY_SEAT:
        return True
    return Word.TASK in words and category in tasks


def reads(policy: Policy, seat: Seat) -> frozenset[Category]:
    """What a seat reads of a child in its jurisdiction; who the child is comes with any of it."""
    found = frozenset(
        category
        for category in Category
        if Word.READ in policy.words(seat, category) and category is not Category.REPORTER
    )
    return found | {Category.WHO} if found else found


def publishes_district_wide(policy: Policy, seat: Seat, category: Category) -> bool:
    """Whether a seat publishes a category across the district: the department that may act on any
    matter of its field, whichever local body has the task (the sub-bureau on any report)."""
    district = policy.jurisdictions.get(seat) is Jurisdiction.DISTRICT
    return district and {Word.PUBLISH, Word.READ} <= policy.words(seat, category)
