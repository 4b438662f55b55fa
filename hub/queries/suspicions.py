"""Who is told nothing (利害关系单位; 监护人涉嫌), where a view does not know it yet.

A view follows the log, and may be behind: until it has followed, a conflicted organisation would
read on, and a suspected guardian be called. So a door asks the log for what the view has not taken
in, of the children that it is about to show, in one look; and for what lies among the dead letters
the child's own file and the report.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from uuid import UUID

from sqlalchemy import Connection

from domain.child_file import CHILD_FILE, ChildFile
from domain.mandatory_report import MANDATORY_REPORT, MandatoryReport
from domain.suspicion import Suspicion
from hub.authorization.rights import Openings
from hub.eventstore.codec import Fact
from hub.eventstore.store import EventStore
from projections.progress import read
from projections.reach import SUSPICION_TOPICS, Opened, Reach, Suspected


def said_since(
    store: EventStore, connection: Connection, children: Iterable[str]
) -> dict[str, list[Fact]]:
    """By child, or report, what was said behind the place to which a view has followed, in order.

    What a view takes in by partitions it may have in part; taken in again, it says the same.
    """
    followed, newest = read(connection).whole, store.position
    if followed >= newest:
        return {}
    found: dict[str, list[Fact]] = {}
    for fact in store.history([UUID(each) for each in children if each], newest, followed):
        if fact.topic in SUSPICION_TOPICS:
            found.setdefault(str(fact.subject), []).append(fact)
    return found


def by_log(store: EventStore, child_ref: str) -> dict[str, Suspected]:
    """Who is told nothing of a child, or report, by the log itself: where a view has a dead letter
    that says so, everything else it holds stands."""
    subject = UUID(child_ref)
    file: ChildFile = store.load(CHILD_FILE, subject).state
    report: MandatoryReport = store.load(MANDATORY_REPORT, subject).state
    said = {**file.suspicions, subject: Suspicion(report.suspicion.guardian, report.conflicted)}
    return {str(source): (each.guardian, sorted(each.conflicted)) for source, each in said.items()}


def own_alone(
    store: EventStore, decide_open: Opened, organisation: str, child_ref: str
) -> Openings:
    """What is open of a child, or report, of which a view has a dead letter that takes rights away:
    what one's own organisation stated, as far as the log itself lets it."""
    reach = Reach(suspicions=by_log(store, child_ref))
    return replace(decide_open(reach, organisation, {}), rights={})
