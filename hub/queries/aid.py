"""Applications for aid (保障申请) by where they stand, whom somebody should look at, what was paid:
to each by its own view."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import and_, select

from domain.aid import AID
from domain.aid_due import Due, Granted, due_in
from domain.aid_events import AidEnded, AidGranted, AidReviewed
from domain.aid_payment import PaymentStated, PaymentTotalPublished
from domain.aid_state import AidState
from domain.organisations import seat_of
from domain.reactions.aid import CHECK, CHECK_DISABILITY
from hub.answers import AidApplication, Page, PaymentDifference, PaymentTotal, Referral
from hub.eventstore.codec import sealed_field
from hub.keyservice import Reader
from hub.queries.asked import STRANGER, Asked
from hub.queries.door import MAX_PAGE, PAGE, beyond, of_matters, place_of, still_shown
from hub.queries.looks import Looks
from hub.queries.referrals import OPEN_REFERRALS, Referrals
from projections.tables import CASES, FACTS, REFERRALS

MONTH = re.compile(r"20\d\d-(0[1-9]|1[0-2])")

_OF_DUE = (AidGranted.TOPIC, AidReviewed.TOPIC, AidEnded.TOPIC)


class AidBoard(Referrals):
    """Aid, as far as the organisation's view holds it."""

    def aid_applications(
        self,
        reader: Reader,
        *,
        state: AidState | None = None,
        after: str | None = None,
        limit: int = PAGE,
    ) -> Page[AidApplication]:
        """Applications in the organisation's view, those that changed longest ago first: of one
        state, where that is asked for. Which scheme it is stands in the child's timeline."""
        asked = self._admit(reader, "aid_applications")
        limit = min(limit, MAX_PAGE)
        query = (
            select(CASES)
            .where(
                CASES.c.organisation == reader.organisation,
                CASES.c.kind == AID.name,
                *of_matters(asked, CASES.c.category),
            )
            .order_by(CASES.c.changed_at, CASES.c.id)
            .limit(limit + 1)
        )
        if state is not None:
            query = query.where(CASES.c.state == state.value)
        if after is not None:
            query = query.where(beyond(CASES.c.changed_at, CASES.c.id, after))
        with self._view(seat_of(reader.organisation)).engine.begin() as connection:
            rows = [dict(row) for row in connection.execute(query).mappings()]
            more, rows = len(rows) > limit, rows[:limit]
            cursor = f"{rows[-1]['changed_at']}|{rows[-1]['id']}" if more else None
            rows = self._still(connection, reader, asked, rows, "category")
            looks: dict[str, set[str]] = {}
            for row in rows:
                looks.setdefault(row["child_ref"], set()).add(row["category"])
            children = self._children(connection, reader, list(looks), "aid_applications", looks)
        if not rows:
            self._keyservice.note(reader, {"": ()}, "aid_applications.nothing")
            return Page((), cursor)
        items = tuple(
            AidApplication(
                id=row["id"],
                state=row["state"],
                matter=row["category"],
                applied_at=row["opened_at"],
                changed_at=row["changed_at"],
                child_ref=row["child_ref"],
                child=children.get(row["child_ref"]),
            )
            for row in rows
        )
        return Page(items, cursor)

    def aid_possible(
        self, reader: Reader, *, after: str | None = None, limit: int = PAGE
    ) -> Page[Referral]:
        """Children of whom somebody should look whether aid may be possible (可能符合，请核实), as
        far as the organisation is asked, or sees that another one is: never which scheme."""
        kinds = REFERRALS.c.kind.in_((CHECK, CHECK_DISABILITY))
        where = and_(kinds, REFERRALS.c.state.in_(OPEN_REFERRALS))
        return self._referral_page(reader, where, after, limit, "aid_possible")

    def payment_totals(self, reader: Reader, month: str) -> tuple[PaymentTotal, ...]:
        """What was paid in a confirmed month by scheme and town (None: of the scheme in all), to
        whoever it was told or states it; a number that is left out is None."""
        asked = self._admit(reader, "payment_totals")
        rows = self._of_month(reader, asked, PaymentTotalPublished.TOPIC, month)
        if not rows:
            self._keyservice.note(reader, {"": ()}, "payment_totals.nothing")
            return ()
        self._keyservice.note(reader, {"": ()}, "payment_totals")
        last: Counter[str] = Counter()
        for row in rows:
            last[row["payer"]] = max(last[row["payer"]], row["edition"])
        return tuple(
            PaymentTotal(
                month=month,
                payer=row["payer"],
                payer_name=self._directory.name(row["payer"]),
                scheme=row["paid_for"],
                town=row["town"],
                persons=row["persons"],
                yuan=row["yuan_paid"],
            )
            for row in rows
            if row["edition"] == last[row["payer"]]
        )

    def payment_differences(self, reader: Reader, month: str) -> tuple[PaymentDifference, ...]:
        """Where what the organisation stated as paid in a month is not what its decisions say is
        due, by scheme and town: to whoever decides, which reads both."""
        asked = self._admit(reader, "payment_differences")
        ours = reader.organisation
        paid = {
            (row["paid_for"], row["town"]): (row["persons"], row["yuan_paid"])
            for row in self._of_month(reader, asked, PaymentStated.TOPIC, month)
            if row["payer"] == ours
        }
        decides = any(
            each.decides is seat_of(ours) for each in self._policies.rules.benefits.values()
        )
        if not decides or MONTH.fullmatch(month) is None:
            self._keyservice.note(reader, {"": ()}, "payment_differences.nothing")
            return ()
        due = due_in(month, self._granted(reader, asked), self._policies.rules.benefits)
        return tuple(
            PaymentDifference(
                month=month,
                scheme=scheme,
                town=town,
                persons_due=due.get((scheme, town), Due()).persons,
                yuan_due=due.get((scheme, town), Due()).yuan,
                persons_paid=paid.get((scheme, town), (0, 0))[0],
                yuan_paid=paid.get((scheme, town), (0, 0))[1],
            )
            for scheme, town in sorted({*due, *paid})
            if due.get((scheme, town), Due()) != Due(*paid.get((scheme, town), (0, 0)))
        )

    def _of_month(
        self, reader: Reader, asked: Asked, topic: str, month: str
    ) -> list[dict[str, Any]]:
        """The clear facts of a month's payments that the view holds and the purpose shows."""
        query = (
            select(FACTS)
            .where(FACTS.c.organisation == reader.organisation, FACTS.c.topic == topic)
            .where(*of_matters(asked, FACTS.c.category))
            .order_by(FACTS.c.position)
        )
        with self._view(seat_of(reader.organisation)).engine.begin() as connection:
            rows = [dict(row) for row in connection.execute(query).mappings()]
            towards = self._opened(connection, reader, {row["child_ref"] for row in rows})
        return [
            row["clear"]
            for row in rows
            if row["clear"].get("month") == month
            and still_shown(asked, row, towards.get(row["child_ref"], STRANGER))
        ]

    def _granted(self, reader: Reader, asked: Asked) -> Iterable[Granted]:
        """What the organisation granted, as its view holds it: of each the scheme and the amount
        are opened, and nothing else."""
        query = (
            select(FACTS)
            .where(FACTS.c.organisation == reader.organisation, FACTS.c.topic.in_(_OF_DUE))
            .where(*of_matters(asked, FACTS.c.category))
            .order_by(FACTS.c.position)
        )
        with self._view(seat_of(reader.organisation)).engine.begin() as connection:
            rows = [dict(row) for row in connection.execute(query).mappings()]
            towards = self._opened(connection, reader, {row["child_ref"] for row in rows})
        shown = [
            row
            for row in rows
            if row["clear"].get("decider") == reader.organisation
            and still_shown(asked, row, towards.get(row["child_ref"], STRANGER))
        ]
        looks = Looks(reader, towards)
        wanted: list[tuple[int, str]] = []
        for number, row in enumerate(shown):
            of = towards.get(row["child_ref"], STRANGER)
            for name in ("scheme", "yuan"):
                if (entry := row["sealed"].get(name)) is None:
                    continue
                by = self._by(reader, asked, of, entry, row["producer"], author=row["author"])
                if by is not None:
                    wanted.append((number, name))
                    looks.field(row["child_ref"], sealed_field(place_of(row), name, entry), by)
        if not wanted:
            self._keyservice.note(reader, {"": ()}, "payment_differences.nothing")
            return ()
        values = looks.open(self._keyservice, "payment_differences")
        fields: dict[int, dict[str, Any]] = {}
        for (number, name), value in zip(wanted, values, strict=True):
            fields.setdefault(number, {})[name] = value
        return _granted(shown, fields)


def _granted(
    rows: Iterable[Mapping[str, Any]], fields: Mapping[int, Mapping[str, Any]]
) -> Iterable[Granted]:
    """Each grant with its last amount and its end."""
    found: dict[str, Granted] = {}
    for number, row in enumerate(rows):
        stream, clear = row["stream"], row["clear"]
        opened = fields.get(number, {})
        before = found.get(stream)
        if row["topic"] == AidGranted.TOPIC and opened.get("scheme") and not clear["in_kind"]:
            found[stream] = Granted(
                opened["scheme"], clear["town"] or "", clear["since"], opened.get("yuan")
            )
        elif before is not None and row["topic"] == AidEnded.TOPIC:
            found[stream] = before.ended(clear["ended_on"])
        elif before is not None and opened.get("yuan"):
            found[stream] = before.changed(clear["reviewed_on"], opened["yuan"])
    return found.values()
