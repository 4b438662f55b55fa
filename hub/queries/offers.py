"""What can be signed up for (公益活动平台), and how it is taken up: plan 二1 (P06), 二4 (P29).

What is published is for whoever signs children up and whoever offers, and names no child: it is
read of the log itself, for no view of somebody else's offers is kept. Counts come from one's own
view.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from uuid import UUID

from domain.kernel import Category
from domain.offer import (
    OFFER,
    Offer,
)
from domain.offer_board import OFFER_BOARD, OfferBoard, board_id
from domain.offer_events import OfferPublished
from domain.organisations import seat_of
from domain.sign_up_events import (
    SignUpEnded,
    SpotAttended,
)
from hub.authorization.decide import publishes_district_wide
from hub.keyservice import Reader
from hub.queries.asked import Asked
from hub.queries.programme_answers import OfferFigure, OfferRow
from hub.queries.programme_facts import ProgrammeFacts


class Offers(ProgrammeFacts):
    """The board of offers, and figures of their uptake."""

    def offers(self, reader: Reader, year: str) -> tuple[OfferRow, ...]:
        """What begins in a year and was published, the last day to sign up first; to whoever signs
        children up or offers something, and to nobody else."""
        asked = self._admit(reader, "offers")
        rules, seat = self._policies.rules.offers, seat_of(reader.organisation)
        reads = rules.signs_up.union(*(each.by for each in rules.kinds.values()))
        if seat not in reads or Category.PROGRAMMES not in asked.matters:
            self._keyservice.note(reader, {"": ()}, "offers.nothing")
            return ()
        board: OfferBoard = self._store.load(OFFER_BOARD, board_id(year)).state
        found = [self._row(reader, self._store.load(OFFER, each).state) for each in board.offers]
        self._keyservice.note(reader, {"": ()}, "offers")
        shown = (each for each in found if each.begins_on.startswith(year))
        return tuple(sorted(shown, key=lambda each: (each.sign_up_by, each.number)))

    def _row(self, reader: Reader, state: Offer) -> OfferRow:
        own = state.organiser == reader.organisation
        return OfferRow(
            number=state.register_number,
            offer=str(state.offer or ""),
            brand=state.brand,
            organiser=state.organiser,
            organiser_name=self._directory.name(state.organiser),
            town=state.town,
            begins_on=str(state.begins_on),
            until=str(state.until),
            spots=state.spots,
            age_from=state.age_from,
            age_until=state.age_until,
            sign_up_by=str(state.sign_up_by),
            state=state.state,
            given=len(state.given) if own else None,
            waiting=len(state.queue) if own else None,
        )

    def offer_figures(self, reader: Reader, year: str) -> tuple[OfferFigure, ...]:
        """What was offered and taken up of each kind, of offers that begin in a year: of one's own
        offers, of the whole district where programmes of the district are read. To the office that
        sees no child, small numbers are not shown, nor what they could be reckoned by."""
        asked = self._admit(reader, "offer_figures")
        published = self._programmes(reader, asked, OfferPublished.TOPIC)
        streams = sorted({each["stream"] for each in published})
        states = (self._store.load(OFFER, UUID(each)).state for each in streams)
        kinds: dict[str, list[Offer]] = defaultdict(list)
        for state in states:
            if str(state.begins_on).startswith(year):
                kinds[str(state.offer)].append(state)
        came = self._came(reader, asked) if kinds else {}
        self._keyservice.note(
            reader, {"": ()}, "offer_figures" if kinds else "offer_figures.nothing"
        )
        seat = seat_of(reader.organisation)
        rules = self._policies.rules.silence
        below = rules.suppress_below if seat in rules.as_counts else 0
        whole = publishes_district_wide(self._policies.access, seat, Category.PROGRAMMES)
        return tuple(
            _figure(kind, of, came, whole=whole, below=below) for kind, of in sorted(kinds.items())
        )

    def _came(self, reader: Reader, asked: Asked) -> dict[str, set[str]]:
        """The sign-ups of each offer by which a child came, of those that the view holds."""
        topics = (SpotAttended.TOPIC, SignUpEnded.TOPIC)
        with self._view(seat_of(reader.organisation)).engine.begin() as connection:
            rows = self._facts_held(connection, reader, asked, *topics)
        found: dict[str, set[str]] = defaultdict(set)
        for row in rows:
            if row["clear"].get("came", True):
                found[row["clear"]["register_number"]].add(row["stream"])
        return found


def _figure(
    kind: str,
    offers: Sequence[Offer],
    came: Mapping[str, set[str]],
    *,
    whole: bool,
    below: int,
) -> OfferFigure:
    """``whole``: who goes first is counted for whoever reads the district's programmes alone."""
    signed = sum(each.signed for each in offers)
    first = sum(each.signed_first for each in offers)
    given = sum(len(each.given) for each in offers)
    waiting = sum(len(each.queue) for each in offers)
    here = sum(len(came.get(each.register_number, ())) for each in offers)

    def shown(count: int, *others: int) -> int | None:
        """None where it, or what is left beside it, is too small to be shown."""
        parts = (signed, count, signed - count, *others)
        return None if any(0 < each < below for each in parts) else count

    return OfferFigure(
        offer=kind,
        offers=len(offers),
        spots=sum(each.spots for each in offers),
        signed_up=None if 0 < signed < below else signed,
        first=shown(first) if whole else None,
        given=shown(given),
        waiting=shown(waiting, signed - given - waiting),
        came=shown(here, given - here),
    )
