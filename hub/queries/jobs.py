"""Help with work (就业帮扶): plan 二4 (P32).

What a station sent and human resources did is listed from one's own view of adults' records, which
are no child's; human resources hold them for as long as consent and help last. Whose guardian
wishes for work is listed from one's own view of children's files: whoever asked reads there how it
goes on, by the number of the help, which is opened for that.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import select

from domain.job_codes import JobWishState
from domain.job_help import JOB_HELP, JobHelp, JobHelpSent
from domain.job_wish import JOB_WISH, JobWish, JobWishForwarded, JobWishStated
from domain.organisations import seat_of
from hub.answers import Entry
from hub.keyservice import Reader
from hub.queries.boards import as_stored
from hub.queries.door import Door, as_uuid, of_matters, of_topics
from hub.queries.programme_answers import JobHelpRow, JobWishRow
from projections.tables import FACTS

_ALL = 1_000_000
"""No page: what is open at a time is a list that somebody works through."""


class Jobs(Door):
    """Who looks for work, and what came of it."""

    def job_helps(self, reader: Reader, *, over: bool = False) -> tuple[JobHelpRow, ...]:
        """What human resources have in hand by one's own view, what is due first; ``over``: what is
        over besides, of which human resources keep what they stated and not whom it was about."""
        action = "job_helps"
        streams = self._job_streams(reader, action, JOB_HELP.name)
        states: dict[str, JobHelp] = {
            each: self._store.load(JOB_HELP, UUID(each)).state for each in streams
        }
        kept = {each: state for each, state in states.items() if state.open or over}
        rows = [
            self._job_help(number, kept[number], entries)
            for number, entries in self._job_entries(reader, action, tuple(kept)).items()
        ]
        return tuple(sorted(rows, key=lambda row: (row.due_at or "9", row.sent_on, row.number)))

    def job_wishes(self, reader: Reader, *, over: bool = False) -> tuple[JobWishRow, ...]:
        """Wishes for work of guardians of children whom the reader's organisation asked for, is to
        send on, or reads; ``over``: those that were withdrawn, and whose help is over, besides."""
        action = "job_wishes"
        streams = self._job_streams(reader, action, JOB_WISH.name)
        states: dict[str, JobWish] = {
            each: self._store.load(JOB_WISH, UUID(each)).state for each in streams
        }
        kept = [
            each for each, state in states.items() if state.state != JobWishState.WITHDRAWN or over
        ]
        found = [
            self._job_wish(number, states[number], entries)
            for number, entries in self._job_entries(reader, action, kept).items()
        ]
        rows = [row for row in found if row is not None and (row.open or over)]
        return tuple(sorted(rows, key=lambda row: (row.stated_on, row.number)))

    def _job_streams(self, reader: Reader, action: str, stream: str) -> list[str]:
        """The records of a kind that one's own view holds anything of."""
        asked = self._admit(reader, action)
        query = (
            select(FACTS.c.stream)
            .where(
                FACTS.c.organisation == reader.organisation,
                of_topics(f"{stream}."),
                *of_matters(asked, FACTS.c.category),
            )
            .distinct()
        )
        with self._view(seat_of(reader.organisation)).engine.begin() as connection:
            return sorted(connection.execute(query).scalars())

    def _job_entries(
        self, reader: Reader, action: str, streams: Sequence[str]
    ) -> Mapping[str, list[Entry]]:
        """What is shown of each, opened in one audited look."""
        query = (
            select(FACTS)
            .where(FACTS.c.organisation == reader.organisation, FACTS.c.stream.in_(streams))
            .order_by(FACTS.c.position)
        )
        found: dict[str, list[Entry]] = defaultdict(list)
        for entry in self._entries(reader, query, _ALL, action, None).items:
            found[entry.stream].append(entry)
        return found

    def _job_help(self, number: str, state: JobHelp, entries: Sequence[Entry]) -> JobHelpRow:
        sent = _last(entries, JobHelpSent.TOPIC)
        fields = {} if sent is None else sent.fields
        return JobHelpRow(
            number=number,
            state=state.state,
            sender=state.sender,
            sender_name=self._directory.name(state.sender),
            sent_on=str(state.sent_on),
            expires_at=_instant(state.expires_at) if sent is not None else None,
            due_at=_instant(state.due_at),
            overdue=self._job_overdue(state.due_at),
            result=state.result,
            adult_name=_text(fields, "adult_name"),
            adult_phone=_text(fields, "adult_phone"),
            job=_text(fields, "job"),
            job_hours=_text(fields, "job_hours"),
            skills=_text(fields, "skills"),
            training=_text(fields, "training"),
        )

    def _job_wish(self, number: str, state: JobWish, entries: Sequence[Entry]) -> JobWishRow | None:
        stated = _last(entries, JobWishStated.TOPIC)
        if stated is None:
            return None
        forwarded = _last(entries, JobWishForwarded.TOPIC)
        told = None if forwarded is None else _text(forwarded.fields, "help_number")
        help_id = None if told is None else as_uuid(told)
        helped: JobHelp | None = None
        if help_id is not None:
            helped = self._store.load(JOB_HELP, help_id).state
        due_at = state.send_by if helped is None else helped.due_at
        return JobWishRow(
            number=number,
            child_ref=str(stated.clear["child_ref"]),
            state=state.state,
            asked_by=state.asked_by,
            asked_by_name=self._directory.name(state.asked_by),
            station=state.station,
            station_name=self._directory.name(state.station),
            stated_on=str(state.stated_on),
            adult_name=_text(stated.fields, "adult_name"),
            adult_phone=_text(stated.fields, "adult_phone"),
            job=_text(stated.fields, "job"),
            job_hours=_text(stated.fields, "job_hours"),
            skills=_text(stated.fields, "skills"),
            training=_text(stated.fields, "training"),
            help=told,
            help_state=None if helped is None else helped.state,
            result=None if helped is None else helped.result,
            due_at=_instant(due_at),
            overdue=self._job_overdue(due_at),
            open=state.state != JobWishState.WITHDRAWN and (helped is None or helped.open),
        )

    def _job_overdue(self, due_at: datetime | None) -> bool:
        return due_at is not None and due_at <= self._clock.now()


def _last(entries: Sequence[Entry], topic: str) -> Entry | None:
    return next((each for each in reversed(entries) if each.topic == topic), None)


def _text(fields: Mapping[str, object], name: str) -> str | None:
    found = fields.get(name)
    return None if found is None else str(found)


def _instant(instant: datetime | None) -> str | None:
    return None if instant is None else as_stored(instant)
