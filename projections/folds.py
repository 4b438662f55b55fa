"""Rows derived from an organisation's visible facts: child, referral, clock, visit, case and more.

Each fold is pure: ``fold(row or None, fact) -> row``. An organisation's derived rows are the
folds of exactly the facts that its view holds, so a view built event by event equals one built
anew, and closing a scope takes away what followed from it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from domain.advice import AdviceIssued
from domain.child_file import (
    ChildClassified,
    ChildErased,
    ContactStated,
    FollowUpEnded,
    FollowUpListed,
    IdentityStated,
    ResidenceConfirmed,
    TierComputed,
)
from domain.deadline import (
    DeadlineCancelled,
    DeadlineEscalated,
    DeadlineMet,
    DeadlineMissed,
    DeadlinePaused,
    DeadlineRecomputed,
    DeadlineResumed,
    DeadlineSet,
)
from domain.deadline_extension import DeadlineExtended
from domain.duplicate import STATE_AFTER
from domain.enrolment import EnrolmentConfirmed, EnrolmentEnded
from domain.leaving import DistrictLeft
from domain.mandatory_report import (
    FilingOrdered,
    MandatoryReportAccepted,
    MandatoryReportClosed,
    MandatoryReportDecided,
    MandatoryReportFiled,
    ReportedChildNamed,
    ReporterFedBack,
)
from domain.merged_file import ResidenceWithdrawn
from domain.move import MoveAnnounced, MoveConfirmed, MoveExpired, MoveWithdrawn
from domain.organisations import Seat
from domain.referral import (
    ReferralAccepted,
    ReferralAssigned,
    ReferralClosed,
    ReferralCompleted,
    ReferralDrafted,
    ReferralFailed,
    ReferralHeld,
    ReferralMoved,
    ReferralOfferDeclined,
    ReferralOffered,
    ReferralReassigned,
    ReferralRequested,
    ReferralResumed,
    ReferralReturned,
    ReferralStarted,
    ReferralVoided,
    ReferralWithdrawn,
)
from domain.registry import STREAM_OF_TOPIC, STREAMS
from domain.visit_obligation_events import (
    ObligationEnded,
    ObligationMet,
    ObligationMissed,
    ObligationOpened,
    ObligationReopened,
)
from hub.authorization.rights import By
from projections.visible import JOINING

Row = dict[str, Any]


@dataclass(slots=True)
class Shown:
    """A fact as one organisation's view holds it."""

    organisation: str
    child_ref: str
    position: int
    stream: str
    version: int
    event_id: str
    topic: str
    stored_topic: str
    category: str
    by: str
    subject: str
    producer: str
    author: str
    legal_basis: str
    occurred_at: str
    recorded_at: str
    rule_version: str
    clear: dict[str, Any]
    sealed: dict[str, list[Any]]

    def place(self) -> Row:
        """Where its sealed fields stand: what their opening authenticates."""
        return {
            "subject": self.subject,
            "event_id": self.event_id,
            "stream": self.stream,
            "version": self.version,
            "topic": self.stored_topic,
            "producer": self.producer,
        }

    def fields(self) -> Row:
        """Sealed fields, each with its place, as derived rows keep them."""
        place = self.place()
        return {name: [place, entry] for name, entry in self.sealed.items()}


def child(row: Row | None, fact: Shown) -> Row:
    """The child as the organisation may know it."""
    row = row or {
        "birth_month": None,
        "town": None,
        "village": None,
        "school": None,
        "tier": None,
        "follow_up_until": None,
        "left_on": None,
        "fields": {},
        "who": "",
        "first_at": fact.recorded_at,
        "last_at": fact.recorded_at,
    }
    clear, topic = fact.clear, fact.topic
    row["last_at"] = fact.recorded_at
    if topic == IdentityStated.TOPIC:
        row["birth_month"] = row["birth_month"] or clear.get("birth_month")
        row["fields"] = _named(row["fields"], fact)
        row["who"] = _who(row["fields"])
    elif topic == ContactStated.TOPIC:
        row["fields"] = {**row["fields"], **fact.fields()}
    elif topic == ResidenceConfirmed.TOPIC:
        row["town"], row["village"] = clear.get("town"), clear.get("village")
        row["left_on"] = None
        row["fields"] = {**row["fields"], **fact.fields()}
    elif topic == ResidenceWithdrawn.TOPIC:
        row["town"] = row["village"] = None
    elif topic == DistrictLeft.TOPIC:
        row["town"] = row["village"] = None
        row["left_on"] = clear.get("since")
    elif topic == EnrolmentConfirmed.TOPIC:
        row["school"] = clear.get("school")
        row["fields"] = {**row["fields"], **fact.fields()}
    elif topic == EnrolmentEnded.TOPIC and row["school"] == clear.get("school"):
        row["school"] = None
    elif topic == ChildClassified.TOPIC:
        row["tier"] = clear.get("tier")
        row["fields"] = {**row["fields"], **fact.fields()}
    elif topic == TierComputed.TOPIC:
        row["tier"] = clear.get("tier")
    elif topic in (FollowUpListed.TOPIC, FollowUpEnded.TOPIC):
        row["follow_up_until"] = clear.get("until")
    return row


_SOURCES = (Seat.EDUCATION, Seat.POLICE, Seat.POLICE_STATION, Seat.TOWN)
"""Whose word for who a child is goes before others', the best first: the roll, then
those who confirm residence. Among the rest the first stays, or any sender of a record with a
mistyped number would rename the child."""


def _named(known: Row, fact: Shown) -> Row:
    """The child's identity with one more statement of it."""
    fields = dict(known)
    for name, stated in fact.fields().items():
        held = fields.get(name)
        if (
            held is None
            or held[0]["producer"] == fact.producer
            or _rank(fact.producer) < _rank(held[0]["producer"])
        ):
            fields[name] = stated
    return fields


def _who(fields: Row) -> str:
    """Which statements the name, birth date and ID number that are shown come from: another text
    as soon as others are shown."""
    return ",".join(
        fields[name][0]["event_id"] if name in fields else ""
        for name in ("name", "birth_date", "id_number")
    ).strip(",")


def _rank(producer: str) -> int:
    seat = producer.split(":", 1)[0]
    return next((n for n, each in enumerate(_SOURCES) if each.value == seat), len(_SOURCES))


_REFERRAL_STATES = {
    ReferralDrafted.TOPIC: "draft",
    ReferralVoided.TOPIC: "entered-in-error",
    ReferralRequested.TOPIC: "requested",
    ReferralAccepted.TOPIC: "accepted",
    ReferralReassigned.TOPIC: "requested",
    ReferralMoved.TOPIC: "accepted",
    ReferralStarted.TOPIC: "in-progress",
    ReferralHeld.TOPIC: "on-hold",
    ReferralCompleted.TOPIC: "completed",
    ReferralFailed.TOPIC: "failed",
    ReferralReturned.TOPIC: "rejected",
    ReferralWithdrawn.TOPIC: "cancelled",
}


def referral(row: Row | None, fact: Shown) -> Row:
    """A referral: who asked whom for what, where it stands, by when."""
    clear = fact.clear
    row = row or {
        "kind": clear.get("kind"),
        "matter": clear.get("matter"),
        "sender": clear.get("sender"),
        "addressee": clear.get("addressee"),
        "town": None,
        "case_id": clear.get("case_id"),
        "requested_at": None,
        "accept_by": None,
        "complete_by": None,
        "outcome": None,
        "offered_to": None,
        "offer_by": None,
        "handler": None,
        "deputy": None,
        "held_until": None,
        "closed_at": None,
        "concerns": None,
        "by_hand": False,
        # Whoever was asked to take it over may have seen nothing of it before.
        "state": "requested",
    }
    row["state"] = _REFERRAL_STATES.get(fact.topic, row["state"])
    row["changed_at"] = fact.recorded_at
    if fact.topic != ReferralAssigned.TOPIC:
        # Whatever else happens to it, it rests no longer.
        row["held_until"] = clear.get("due_at") if fact.topic == ReferralHeld.TOPIC else None
    if fact.topic == ReferralDrafted.TOPIC:
        row["addressee"] = clear.get("to")
    elif fact.topic == ReferralClosed.TOPIC:
        row["closed_at"] = fact.recorded_at
    elif fact.topic == ReferralRequested.TOPIC:
        row.update(
            # A draft's kind is what was meant.
            kind=clear.get("kind"),
            matter=clear.get("matter"),
            addressee=clear.get("addressee"),
            by_hand=bool(clear.get("by_hand")),
            town=clear.get("town"),
            requested_at=fact.recorded_at,
            concerns=clear.get("concerns"),
            accept_by=clear.get("accept_by"),
            complete_by=clear.get("complete_by"),
        )
    elif fact.topic == ReferralReassigned.TOPIC:
        row.update(
            kind=clear.get("kind"),
            matter=clear.get("matter"),
            addressee=clear.get("addressee"),
            handler=None,
            deputy=None,
            town=clear.get("town"),
            requested_at=row["requested_at"] or fact.recorded_at,
            accept_by=clear.get("accept_by"),
            complete_by=clear.get("complete_by"),
        )
    elif fact.topic == ReferralOffered.TOPIC:
        row.update(
            offered_to=clear.get("offered_to"),
            offer_by=clear.get("accept_by"),
            town=clear.get("town"),
            requested_at=row["requested_at"] or fact.recorded_at,
            complete_by=clear.get("complete_by"),
        )
    elif fact.topic == ReferralOfferDeclined.TOPIC:
        row.update(offered_to=None, offer_by=None)
    elif fact.topic == ReferralMoved.TOPIC:
        row.update(
            addressee=clear.get("addressee"),
            offered_to=None,
            offer_by=None,
            handler=clear.get("handler"),
            deputy=None,
            complete_by=clear.get("complete_by"),
        )
    elif fact.topic == ReferralAccepted.TOPIC:
        row["handler"] = row["handler"] or clear.get("handler")
    elif fact.topic == ReferralAssigned.TOPIC:
        row.update(handler=clear.get("handler"), deputy=clear.get("deputy"))
    elif fact.topic == ReferralResumed.TOPIC:
        row["state"] = "in-progress" if clear.get("started") else "accepted"
    elif fact.topic == ReferralCompleted.TOPIC:
        row["outcome"] = clear.get("outcome")
    return row


_DEADLINE_STATES = {
    DeadlineSet.TOPIC: "RUNNING",
    DeadlinePaused.TOPIC: "PAUSED",
    DeadlineResumed.TOPIC: "RUNNING",
    DeadlineExtended.TOPIC: "RUNNING",
    DeadlineRecomputed.TOPIC: "RUNNING",
    DeadlineMet.TOPIC: "MET",
    DeadlineMissed.TOPIC: "MISSED",
    DeadlineEscalated.TOPIC: "MISSED",
    DeadlineCancelled.TOPIC: "CANCELLED",
}


_MOVES = frozenset({DeadlineResumed.TOPIC, DeadlineExtended.TOPIC, DeadlineRecomputed.TOPIC})
"""Facts by which a due date becomes another one."""


def deadline(row: Row | None, fact: Shown) -> Row:
    """A deadline: whose, for what, until when, and how it ended. Whoever is told of one by its
    ladder sees it from there on."""
    clear = fact.clear
    row = row or {
        "subject_id": clear.get("subject_id"),
        "kind": clear.get("kind"),
        "matter": clear.get("matter"),
        "owner": clear.get("owner"),
        "town": None,
        "due_at": None,
        "late": False,
        "missed_at": None,
        "state": "RUNNING",
    }
    row["state"] = _DEADLINE_STATES.get(fact.topic, row["state"])
    if fact.topic == DeadlineSet.TOPIC:
        row["owner"] = clear.get("owner")
        row["town"], row["due_at"] = clear.get("town"), clear.get("due_at")
        row["late"], row["missed_at"] = False, None
    elif fact.topic in _MOVES:
        row["due_at"] = clear.get("due_at")
    elif fact.topic == DeadlineMissed.TOPIC:
        row["missed_at"] = fact.recorded_at
    elif fact.topic == DeadlineEscalated.TOPIC:
        row["town"], row["due_at"] = clear.get("town"), clear.get("due_at")
        row["missed_at"] = row["missed_at"] or fact.recorded_at
    elif fact.topic == DeadlineMet.TOPIC:
        row["late"] = bool(clear.get("late"))
    return row


_OBLIGATION_STATES = {
    ObligationOpened.TOPIC: "OWED",
    ObligationMissed.TOPIC: "OVERDUE",
    ObligationMet.TOPIC: "MET",
    ObligationEnded.TOPIC: "ENDED",
}


def obligation(row: Row | None, fact: Shown) -> Row:
    """A visit that is owed: by whom, until when, and what became of it."""
    clear = fact.clear
    row = row or {
        "kind": clear.get("kind"),
        "town": None,
        "tier": None,
        "counted_from": None,
        "due_at": None,
        "missed_at": None,
        "met_on": None,
        "late": False,
        "state": "OWED",
    }
    row["owner"] = clear.get("owner")
    row["state"] = _OBLIGATION_STATES.get(fact.topic, row["state"])
    for name in ("town", "tier", "counted_from", "due_at"):
        row[name] = clear.get(name, row[name])
    if fact.topic == ObligationMissed.TOPIC:
        row["missed_at"] = fact.recorded_at
    elif fact.topic == ObligationMet.TOPIC:
        row["met_on"], row["late"] = clear.get("happened_on"), bool(clear.get("late"))
    elif fact.topic == ObligationReopened.TOPIC:
        row["state"] = "OVERDUE" if row["missed_at"] else "OWED"
        row["met_on"], row["late"] = None, False
    return row


def case(row: Row | None, fact: Shown) -> Row:
    """A case: its kind, its state, and the last act of each body."""
    row = row or {
        "kind": fact.topic.split(".", 1)[0],
        "category": fact.category,
        "state": None,
        "opened_at": fact.recorded_at,
        "acts": {},
    }
    row["state"] = _case_state(row["state"], fact)
    row["changed_at"] = fact.recorded_at
    row["acts"] = {**row["acts"], fact.producer: [fact.topic, fact.occurred_at]}
    return row


def _case_state(state: str | None, fact: Shown) -> str:
    """As the case's own stream says, on as much of it as is shown."""
    rule = STREAM_OF_TOPIC[fact.topic].case
    if rule is None:
        raise LookupError(fact.topic)
    return str(rule(state or "", fact.topic, fact.clear))


_REPORT_STATES = {
    MandatoryReportFiled.TOPIC: "REPORTED",
    MandatoryReportAccepted.TOPIC: "ACCEPTED",
    ReporterFedBack.TOPIC: "FED_BACK",
    MandatoryReportClosed.TOPIC: "CLOSED",
}


def report(row: Row | None, fact: Shown) -> Row:
    """A mandatory report: since when, where it stands, whether anybody is in danger."""
    clear, topic = fact.clear, fact.topic
    row = row or {
        "state": "REPORTED",
        "decision": None,
        "town": None,
        "immediate_danger": None,
        "feedback_by": None,
        "filed_at": fact.recorded_at,
        "filed_by": "",
        "only_for": "",
        "named": None,
    }
    row["changed_at"] = fact.recorded_at
    if topic == MandatoryReportFiled.TOPIC:
        row["town"] = clear.get("town") or row["town"]
        if "immediate_danger" in clear:
            # Where only the state is shown, nothing says that there is no danger.
            row["immediate_danger"] = bool(clear["immediate_danger"] or row["immediate_danger"])
        if row["state"] in ("FED_BACK", "CLOSED"):
            row["state"], row["feedback_by"] = "REPORTED", None
        if row["decision"]:
            # Nothing was decided on what is reported after it.
            row["state"] = "REPORTED"
        row["feedback_by"] = row["feedback_by"] or clear.get("feedback_by")
        if fact.by in (By.OWN, By.WRITER):
            row["filed_by"] = row["filed_by"] or fact.author
        if fact.by == By.WRITER:
            row["only_for"] = row["only_for"] or fact.author
        # Sent again with more, an open report stands where it stood.
        return row
    if topic == ReportedChildNamed.TOPIC:
        row["named"] = clear.get("named")
        return row
    if topic == MandatoryReportDecided.TOPIC:
        row["state"] = row["decision"] = clear.get("decision")
        return row
    if topic == FilingOrdered.TOPIC:
        row["state"], row["feedback_by"] = "REPORTED", None
        return row
    # Who is suspected moves no report.
    row["state"] = _REPORT_STATES.get(topic, row["state"])
    return row


_MOVE_STATES = {
    MoveAnnounced.TOPIC: "ANNOUNCED",
    MoveExpired.TOPIC: "EXPIRED",
    MoveConfirmed.TOPIC: "CONFIRMED",
    MoveWithdrawn.TOPIC: "WITHDRAWN",
}


def move(row: Row | None, fact: Shown) -> Row:
    """A move that was announced: by whom, to whom, and whether anybody took the child over."""
    clear = fact.clear
    row = row or {
        "owner": clear["organisation"],
        "receiver": clear["told_to"],
        "announced_at": fact.recorded_at,
    }
    row["state"], row["changed_at"] = _MOVE_STATES[fact.topic], fact.recorded_at
    return row


def advice(row: Row | None, fact: Shown) -> Row:
    """A procuratorial advice: who advised whom, by when a reply is owed, whether it came."""
    clear = fact.clear
    row = row or {
        "state": "ISSUED",
        "sender": clear["sender"],
        "addressee": clear["addressee"],
        "issued_on": None,
        "reply_by": None,
        "replied_on": None,
    }
    row["changed_at"] = fact.recorded_at
    if fact.topic == AdviceIssued.TOPIC:
        row["issued_on"], row["reply_by"] = clear.get("issued_on"), clear.get("reply_by")
    else:
        # The first reply is the one that was owed; what is added later does not move its day.
        row["state"], row["replied_on"] = "REPLIED", row["replied_on"] or clear.get("replied_on")
    return row


def duplicate(row: Row | None, fact: Shown) -> Row:
    """Two files that may be one child's: which, since when, what a person decided."""
    clear = fact.clear
    row = row or {"other": clear["other"], "suspected_at": fact.recorded_at}
    row["state"] = STATE_AFTER[fact.topic].value
    row["changed_at"], row["ground"] = fact.recorded_at, clear.get("ground")
    return row


def merge(row: Row | None, fact: Shown) -> Row:
    """Two files that are one child's: which of them goes on."""
    return {"other": fact.clear["other"], "survivor": fact.clear.get("survivor")}


Fold = Callable[[Row | None, Shown], Row]


def entities(fact: Shown) -> list[tuple[str, str, Fold]]:
    """The derived rows a fact belongs to: (table, entity id, fold)."""
    stream = fact.topic.split(".", 1)[0]
    found: list[tuple[str, str, Fold]] = []
    if fact.topic == ChildErased.TOPIC:
        return found
    if fact.by == By.WRITER and stream != "report":
        # What follows from facts would be shown to the whole organisation.
        return found
    if stream == "child_file":
        found.append(("children", fact.child_ref, child))
    if fact.topic in JOINING:
        found.append(("merges", f"{fact.child_ref}/{fact.clear['other']}", merge))
    if stream == "move" and fact.by != "flag":
        found.append(("moves", fact.clear["item"], move))
    fold = _BY_STREAM.get(stream)
    if fold is not None and fact.by != "flag":
        found.append((fold[0], fact.stream, fold[1]))
    return found


_BY_STREAM: Mapping[str, tuple[str, Fold]] = {
    "referral": ("referrals", referral),
    "deadline": ("deadlines", deadline),
    "report": ("reports", report),
    "visit_obligation": ("obligations", obligation),
    "advice": ("advice", advice),
    "duplicate": ("duplicates", duplicate),
    **{stream.name: ("cases", case) for stream in STREAMS if stream.case},
}
