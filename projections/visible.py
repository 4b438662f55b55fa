"""What of a fact an organisation's view may hold: decided here, for every view alike."""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set
from functools import cache
from typing import Any

from domain.child_file import ResidenceConfirmed
from domain.deadline import DeadlineEscalated
from domain.deadline_stream import DEADLINE
from domain.enrolment import EnrolmentConfirmed, EnrolmentEnded
from domain.kernel import Category
from domain.mandatory_report import ReporterFedBack
from domain.merged_file import FileMerged, FileUnmerged, ResidenceWithdrawn
from domain.move import MoveConfirmed, MoveExpired, MoveWithdrawn, told_what_became_of_it
from domain.organisations import HUB, Seat
from domain.referral_facts import ReferralConfined, ReferralDrafted
from domain.registry import STREAMS
from domain.rules import CLOSE_CASE, LEAD_OFFER
from domain.suspicion import ConflictsFollowed, SuspicionNoted
from hub.authorization.decide import By, Look, Openings, comes_with, held, look_at, shows_status
from hub.authorization.policy import Policy
from hub.eventstore.codec import Fact

HIDDEN_STREAMS = frozenset({"scope", "record_seal", "staff", "worker_account", "offer_board"})
"""Scopes, and the fence of a sealed record, steer the views and are no entry in anybody's
timeline; nor is where a worker is found, by employer and by account, or an offer by its year."""

HUBS_STREAMS = frozenset({"erasure", "sealing", "unsealing"})
"""Streams of the hub's own steps, which put nobody into views and steer none."""

PAIR_STREAMS = frozenset({"family_link"})
"""Streams of two children at once. What a view holds follows from one child's history and reach,
and whether both may be seen does not: they put nobody into views, and are asked for at a door that
looks at both (hub/queries/families.py)."""

AT_THE_DOOR_STREAMS = frozenset({"safety_instruction", "safe_contact"})
"""Streams that are in no view, for who is told is asked for at the door, of the log, at the moment
of a look (hub/safety.py): whom an issuer chose, and who has to call somebody about the child."""

_IN_NO_VIEW = HIDDEN_STREAMS | HUBS_STREAMS | PAIR_STREAMS | AT_THE_DOOR_STREAMS

AUTHORS_STREAMS = frozenset({"status_check"})
"""Streams that only their author sees: that a procurator asked tells others of a case."""

_CONCERN_NOBODY = AUTHORS_STREAMS | HUBS_STREAMS | PAIR_STREAMS | AT_THE_DOOR_STREAMS

TOLD_STREAMS = frozenset({"break_glass", "records_request", "joint_case"})
"""Streams that only their author and whoever is told (``told_to``) see, whatever they read of the
child: that somebody looked in an emergency, asked for records, or leads, tells of a case."""
DECIDERS_STREAMS = frozenset({"duplicate"})
"""Streams that only those see who decide what a machine suspects (policies/matching.toml): that
two files may be one child's tells of the other one."""

JOINING = frozenset({FileMerged.TOPIC, FileUnmerged.TOPIC})
"""Facts that say that two files are one child's."""

SUBJECT_STREAMS = frozenset(stream.name for stream in STREAMS if stream.by_itself)
"""Streams that stand in views under their own id, as a child does: a report begins before
anybody knows the child, and stays what it is when the child is found; advice to an office
concerns no child."""

STATUS_STREAMS = frozenset(
    {"referral", "deadline", "report", *(stream.name for stream in STREAMS if stream.case)}
)
"""Streams whose kind, state and clock a status flag shows: every case, and what runs beside it."""

STATUS_FACTS = frozenset(
    {
        "child_ref",
        "kind",
        "matter",
        "sender",
        "addressee",
        "offered_to",
        "former",
        "owner",
        "subject_id",
        "case_id",
        "due_at",
        "accept_by",
        "complete_by",
        "town",
        "late",
        "decision",
        "feedback_by",
        "of_own_pupil",
        "guidance_ordered",
        "current",
    }
)
"""The clear facts that a status holds; every other one stays with the content."""


PARTIES = (
    "sender",
    "addressee",
    "offered_to",
    "former",
    "owner",
    "reporter_unit",
    "told_to",
    "escalated_to",
)
"""Clear facts that name who is party to a matter and keeps its kind, state and clock."""

KEPT_FROM = "kept_from"
"""The clear fact that names who is shown nothing of a matter, for it comes of one in which they are
conflicted (利害关系单位)."""

ALSO_PARTIES = "also_told"
"""The clear fact that names several more of them."""

_PARTIES = frozenset(PARTIES)


def parties(clear: Mapping[str, Any]) -> Set[str]:
    """The organisations that are party to a fact's matter, by its clear facts."""
    named = clear.keys() & _PARTIES
    found = {clear[name] for name in named} if named else set()
    return found.union(clear.get(ALSO_PARTIES) or ()) - {None}


HUB_FACTS = frozenset(
    {
        "takes",
        "takes_care",
        "guardian_is_suspect",
        "conflicted_organisations",
        "conflicted_by_file",
        "source",
        "instead_of",
        "possible_duplicates",
        "stated_by",
        "stated_village",
        "entry",
        "effective",
        "trigger",
        "placement",
        "begins",
        "arrives",
        "stays",
        "decides_return",
        "looked_into_by_town",
        "before",
        "apart",
        "filing",
        "filings",
        "not_filed",
        "home_village",
        "visit_home",
        "enrol_by",
        "asked_again_at",
        "goes_to",
        "awaited",
        "settled",
        "over",
        "asked",
        "carers",
        "end_kept",
        "leads",
        "settles",
        "figure",
        "figure_before",
        "counted_figure",
        "counted_to",
        "town_figures",
        "unchanged",
        "sign_up",
        "left_out",
        "signed_by",
        "approver",
        ALSO_PARTIES,
        KEPT_FROM,
    }
)
"""Clear facts that are in no view: they serve matching and folds. Pseudonyms of other children,
who named the child first, where a family lives (which the column of contact governs), what else
raised a tier, how often a report was filed or visits after a warning
were asked for, how often the child was placed before, how many cared for it, that it is
placed now, which village it lives or lived in, whose turn it is for what is offered, which school
or town sees to it that a child is lost in the net no more, what was running of an absence, that a
statement goes with a record that may be sealed, who is told nothing because of whom, and whom a
ladder reached, or who is kept from a matter: who stands there in whose
place tells who is conflicted; whether somebody waited for what is stated; and what a return says of
an indicator, which is shown to whom the matrix shows counts of its matter
(hub/queries/returns.py)."""

FACTS_OF_OTHERS = frozenset(
    {
        "ordinal",
        "failures",
        "of_own_pupil",
        "verify_by",
        "suspicion",
        "dropout_at",
        "goes_first",
    }
)
"""Clear facts that follow from what others stated, or tell whether anybody stated the child
before: an author sees its own words again, and nothing by way of them."""


def is_draft(fact: Fact) -> bool:
    """Whether a fact is about a draft (草稿): its author's own, whatever others read of the child,
    and no record about it."""
    return fact.topic == ReferralDrafted.TOPIC or bool(fact.clear.get("draft"))


def is_of_a_lead(fact: Fact) -> bool:
    """Whether a fact is of a clock of the lead's: it says who leads (牵头单位), which is told to
    nobody by the matter's column or a status."""
    return _stream(fact.topic) == DEADLINE.name and fact.clear.get("kind") in _OF_LEADS


_OF_LEADS = frozenset({LEAD_OFFER, CLOSE_CASE})


def is_kept_from(organisation: str, fact: Fact) -> bool:
    """Whether an organisation is shown nothing of a matter, whatever else of the child it reads:
    but that what it had is in another hand."""
    kept_from: Sequence[str] = fact.clear.get(KEPT_FROM) or ()
    return organisation in kept_from and organisation != fact.clear.get("former")


def is_told(organisation: str, fact: Fact) -> bool:
    """Whether a fact was stated for an organisation: it is its own, as what it states itself is."""
    if fact.clear.get("told_to") == organisation:
        return True
    announcer = _announcer(fact)
    return announcer == organisation and told_what_became_of_it(announcer, fact.clear["told_to"])


def addressed(fact: Fact) -> Set[str]:
    """Organisations that are party to a fact's matter, or that it was stated for."""
    announcer = _announcer(fact)
    found = parties(fact.clear)
    return found if announcer is None else {*found, announcer}


def _announcer(fact: Fact) -> str | None:
    """Who announced a move that a fact ends: it answers for the child until somebody has taken it
    over, and has to know that somebody did."""
    return fact.clear.get("organisation") if fact.topic in _MOVES else None


_MOVES = frozenset({MoveConfirmed.TOPIC, MoveWithdrawn.TOPIC, MoveExpired.TOPIC})

_OF_THE_DESK = frozenset(
    {
        "handler",
        "deputy",
        "answered_by",
        "rechecked_by",
        "requested_by",
        "approved_by",
        "rejected_by",
        "prepared_by",
        "readers",
        "hub_user",
    }
)
"""Clear facts that only the organisation that stated them is shown: which of its people has what
in hand, asks or decides is its own matter."""

_OF_THE_TOLD = frozenset({"step", "post", "escalated_to", "outside", "to_office"})
"""Clear facts of a step (逐级提醒) that only whoever it tells is shown: to others, that somebody
else is told in the owner's place would say that the owner is conflicted (利害关系单位)."""

_IN_NO_TIMELINE = frozenset({SuspicionNoted.TOPIC, ConflictsFollowed.TOPIC, ReferralConfined.TOPIC})
"""Facts that only steer who is told what."""

_PLACES = frozenset(
    {
        EnrolmentConfirmed.TOPIC,
        EnrolmentEnded.TOPIC,
        ResidenceConfirmed.TOPIC,
        ResidenceWithdrawn.TOPIC,
    }
)


def steers(fact: Fact) -> bool:
    """Whether a fact only says who answers for a joined file (档案合并): it is nobody's statement
    and no entry in anybody's timeline, and leaves nothing behind when it is taken back."""
    return fact.topic in _PLACES and fact.producer == HUB


def concerned(fact: Fact) -> str | None:
    """The child a fact puts into views. A question puts none: by having asked, an organisation
    would otherwise see who the child is, or that anybody knows it."""
    stream = _stream(fact.topic)
    if stream in _CONCERN_NOBODY:
        return None
    child: str | None = fact.clear.get("child_ref")
    return child or (str(fact.stream) if stream in SUBJECT_STREAMS else None)


@cache
def _stream(topic: str) -> str:
    return topic.split(".", 1)[0]


_CATEGORIES = {category.value: category for category in Category}
"""By value: views ask for every field of every fact, and calling the enumeration is slow."""


def visible(
    policy: Policy, seat: Seat, organisation: str, opened: Openings, fact: Fact
) -> By | None:
    """By which right the fact itself is in the organisation's view, or None."""
    stream = _stream(fact.topic)
    author = fact.producer == organisation
    if stream in _IN_NO_VIEW or fact.topic in _IN_NO_TIMELINE:
        return None
    if stream in AUTHORS_STREAMS:
        return By.OWN if author else None
    if is_draft(fact) and not author:
        return None
    if is_kept_from(organisation, fact):
        return By.OWN if author else None
    told = is_told(organisation, fact)
    if opened.conflicted:
        # Each person what he or she wrote, and the one who filed a report what became of it.
        return By.WRITER if author or (told and fact.topic == ReporterFedBack.TOPIC) else None
    category = _CATEGORIES[fact.category]
    if is_of_a_lead(fact):
        return By.STATUS if organisation in parties(fact.clear) else None
    if stream in DECIDERS_STREAMS:
        reads = opened.rights.get(category) is By.READ and seat in policy.decides_duplicates
        return By.READ if reads else None
    if steers(fact):
        return None
    if fact.topic in JOINING:
        # A task on one file is no task on the other, and does not tell of it.
        return By.READ if opened.rights.get(category) is By.READ else None
    if stream in TOLD_STREAMS:
        return By.OWN if author or told else None
    by = held(policy, opened, Look(category, flag=False, author=author or told))
    if by is By.READ and category is Category.WHO and not author:
        return by if comes_with(policy, opened, fact.producer) else None
    if by is not None:
        return by
    clear = fact.clear
    party = organisation in parties(clear)
    # A lawful absence (a sick child) is no matter that anybody coordinates.
    status = shows_status(policy, seat, opened, category) and not clear.get("lawful")
    if stream in STATUS_STREAMS and (party or status):
        return By.STATUS
    if opened.rights.get(category) is By.FLAG and any(entry[1] for entry in fact.sealed.values()):
        return By.FLAG
    return None


def shown_fields(
    policy: Policy, by: By, organisation: str, opened: Openings, fact: Fact
) -> dict[str, list[Any]]:
    """The sealed fields of a visible fact that the organisation's view holds."""
    producer = fact.producer
    found: dict[str, list[Any]] = {}
    # Asked once for all fields of one kind: a fact's fields are mostly of the same.
    decided: dict[tuple[str, int], By | None] = {}
    for name, entry in fact.sealed.items():
        kind = (entry[0], entry[1])
        if kind not in decided:
            category = _CATEGORIES[entry[0]]
            look = look_at(
                policy,
                organisation,
                category,
                producer,
                flag=bool(entry[1]),
                told_to=fact.clear.get("told_to", ""),
            )
            decided[kind] = held(policy, opened, look)
        if decided[kind]:
            found[name] = entry
    if by is By.STATUS:
        return {name: entry for name, entry in found.items() if entry[1]}
    return found


def shown_facts(by: By, organisation: str, fact: Fact) -> dict[str, Any]:
    """The clear facts of a visible fact that the organisation's view holds."""
    if by is By.FLAG:
        return {"child_ref": fact.clear.get("child_ref")}
    if by is By.STATUS:
        # In the fact's own order: a set's differs from process to process, and with it the row.
        told = STATUS_FACTS
        if organisation == fact.clear.get("addressee"):
            told = told | {"concerns"}
        return {name: value for name, value in fact.clear.items() if name in told}
    hidden = HUB_FACTS | FACTS_OF_OTHERS if by in (By.OWN, By.WRITER) else HUB_FACTS
    if organisation != fact.producer:
        hidden |= _OF_THE_DESK
    if organisation != fact.clear.get("addressee"):
        hidden |= {"concerns"}
    if fact.topic == DeadlineEscalated.TOPIC and organisation != fact.clear.get("escalated_to"):
        hidden |= _OF_THE_TOLD
    stream = _stream(fact.topic)
    if stream in AUTHORS_STREAMS:
        # Whether the child asked about was found is no part of the answer.
        hidden |= {"child_ref"}
    elif stream in TOLD_STREAMS and organisation == fact.clear.get("organisation"):
        # Nor of the answer to who asked; whoever is told has to know whom it concerns.
        hidden |= {"named"}
    return {name: value for name, value in fact.clear.items() if name not in hidden}
