"""What was paid of a scheme (保障资金发放): by month, scheme and town, as whoever decides on it
states it, and the totals that finance is told once the month is confirmed. Plan 三1 (P54:
财政做好资金保障); domain reference §10 (财政局: totals by scheme, town and month, suppressed; no
names, no accounts).

One stream for each payer and month, of no child. What is told leaves small numbers out, with those
that they could be reckoned by (domain/small_cells.py).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar
from uuid import UUID

from domain.aid_codes import AID_SCHEME, matter_of
from domain.kernel import Category, Command, Event, Given, Refused, Stream, derived_id
from domain.organisations import Seat, district_organisation, seat_of
from domain.small_cells import suppressed

FINANCE = district_organisation(Seat.FINANCE)


def payments_id(payer: str, month: str) -> UUID:
    """The id of what one payer paid in a month (``2025-04``)."""
    return derived_id("aid_payment", payer, month)


class StatePayment(Command):
    """发放: of one scheme in one town in a month, how many people and how many yuan. Stated again
    it is replaced."""

    payer: str
    month: str
    paid_for: str
    town: str
    persons: int
    yuan_paid: int

    @property
    def states(self) -> Category:
        return matter_of(self.paid_for)


class ConfirmPayments(Command):
    """月度确认: all of the month is stated; finance is told its totals."""

    STATES: ClassVar[Category | None] = Category.PROGRAMMES
    payer: str
    month: str


class PaymentStated(Event):
    """What was paid, as the payer's own."""

    TOPIC: ClassVar[str] = "aid_payment.stated.v1"
    CATEGORY: ClassVar[Category] = Category.MEANS
    TITLE: ClassVar[str] = "保障资金发放"
    payer: str
    month: str
    paid_for: str
    matter: Category
    town: str
    persons: int
    yuan_paid: int

    @property
    def category(self) -> Category:
        return self.matter


class PaymentTotalPublished(Event):
    """One total of a confirmed month: of a scheme, or of it in one ``town``; None where it is left
    out. ``edition`` counts how often the month was confirmed: the last one counts."""

    TOPIC: ClassVar[str] = "aid_payment.total_published.v1"
    CATEGORY: ClassVar[Category] = Category.PROGRAMMES
    TITLE: ClassVar[str] = "保障资金月度汇总"
    payer: str
    told_to: str
    month: str
    edition: int
    paid_for: str
    town: str | None
    persons: int | None
    yuan_paid: int | None


Cell = tuple[int, int]
"""Persons and yuan."""


@dataclass(frozen=True, slots=True)
class Payments:
    """By scheme and town; and how often the month was confirmed."""

    cells: Mapping[tuple[str, str], Cell] = field(default_factory=dict)
    edition: int = 0


def _state(state: Payments, command: StatePayment, given: Given) -> list[Event]:
    scheme = given.rules.benefits.get(command.paid_for)
    payer = None if scheme is None else scheme.decides
    if payer is None or seat_of(given.actor.organisation) is not payer:
        raise Refused("PAYMENT_NOT_YOURS", "该项目的发放由其审批单位登记，请核对项目。")
    if command.month > given.today.strftime("%Y-%m"):
        raise Refused("PAYMENT_IN_FUTURE", "发放月份晚于本月，请核对月份。")
    stated = command.model_dump()
    return [PaymentStated(**stated, matter=matter_of(command.paid_for))]


def _confirm(state: Payments, command: ConfirmPayments, given: Given) -> list[Event]:
    if given.actor.organisation != command.payer or not state.cells:
        raise Refused("PAYMENT_NOTHING", "本单位该月没有已登记的发放，请先登记再确认。")
    return [
        PaymentTotalPublished(
            payer=command.payer,
            told_to=FINANCE,
            month=command.month,
            edition=state.edition + 1,
            paid_for=scheme,
            town=town,
            persons=cell[0] if cell else None,
            yuan_paid=cell[1] if cell else None,
        )
        for scheme, town, cell in told(state.cells, given.rules.silence.suppress_below)
    ]


def told(
    cells: Mapping[tuple[str, str], Cell], below: int
) -> Iterator[tuple[str, str | None, Cell | None]]:
    """Each scheme's total (town None) and its parts by town. A total is shown where neither it nor
    the difference to the total of all is small; a part where it, and what the others leave, is not;
    of a total that is left out every part is. Money goes with the number of people."""
    totals: Counter[str] = Counter()
    money: Counter[str] = Counter()
    for (scheme, _), (persons, yuan) in cells.items():
        totals[scheme] += persons
        money[scheme] += yuan
    for scheme, total in suppressed(totals, below).items():
        yield scheme, None, None if total is None else (total, money[scheme])
        parts = {town: cell for (of, town), cell in cells.items() if of == scheme}
        shown = suppressed({town: persons for town, (persons, _) in parts.items()}, below)
        for town, count in shown.items():
            yield scheme, town, None if total is None or count is None else parts[town]


def _stated(state: Payments, event: PaymentStated) -> Payments:
    cell = {(event.paid_for, event.town): (event.persons, event.yuan_paid)}
    return Payments({**state.cells, **cell}, state.edition)


def _told(state: Payments, event: PaymentTotalPublished) -> Payments:
    return Payments(state.cells, event.edition)


def _locate(command: Any, load: object) -> UUID:
    return payments_id(command.payer, command.month)


AID_PAYMENT: Stream[Payments] = Stream(
    name="aid_payment",
    initial=Payments(),
    decide={StatePayment: _state, ConfirmPayments: _confirm},
    evolve={PaymentStated: _stated, PaymentTotalPublished: _told},
    locate=_locate,
    title="保障资金发放",
    codes={"paid_for": AID_SCHEME},
    by_itself=True,
)
