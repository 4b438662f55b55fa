"""What commands share that act for somebody: who looks, what is carried out, texts from files."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any, TypeVar
from uuid import UUID

from adapters.intake.inquiry import Inquiry, read_inquiry
from domain.identity import IdentityClaim
from domain.kernel import Actor, Command, Given, LegalBasis
from domain.organisations import seat_of
from domain.purpose import coordinating
from domain.referral import Taken
from hub.answers import Page, Referral
from hub.bootstrap import Program
from hub.cli.options import from_file, sender, settle
from hub.cli.output import WrongUsage, answer, say
from hub.keyservice import Purpose, Reader
from hub.queries import as_uuid

_MAX_TEXT = 2000

T = TypeVar("T")


def reader_of(actor: Actor) -> Reader:
    """The person as one who looks, for casework."""
    return Reader(actor.organisation, actor.post, actor.user, Purpose.CASEWORK)


def coordinator_of(actor: Actor) -> Reader:
    """The person at a list that is civil affairs' to coordinate by."""
    purpose = coordinating(seat_of(actor.organisation))
    return Reader(actor.organisation, actor.post, actor.user, purpose)


def every(ask: Callable[[str | None], Page[T]]) -> Iterator[T]:
    """All items of a list, page after page: ``ask`` is given where a page begins."""
    cursor: str | None = None
    while True:
        page = ask(cursor)
        yield from page.items
        cursor = page.next_cursor
        if cursor is None:
            return


def say_what_to_heed(referrals: Iterable[Referral]) -> None:
    """The safety instructions (安全提示) of the children of some referrals, first."""
    for each in referrals:
        for line in each.safety:
            say(f"安全提示（转介单 {each.id}）：{line.text}；联系电话 {line.call}")


def every_before(ask: Callable[[int | None], Page[T]]) -> Iterator[T]:
    """As :func:`every`, of a list whose pages begin before a position."""
    return every(lambda cursor: ask(None if cursor is None else int(cursor)))


def person(hub: Program, login: str) -> Actor:
    """Who acts where two people are asked for: they can only be told apart by their logins, and no
    organisation acts by itself. Raises as :func:`hub.cli.options.sender`."""
    return sender(hub, None, login)


def carry_out(
    hub: Program,
    actor: Actor,
    command: Command,
    basis: LegalBasis = LegalBasis.STATUTORY_DUTY,
) -> dict[str, Any]:
    """Carry out a command and let follow what follows from it; gives its receipt. Raises Refused,
    Busy."""
    try:
        done = hub.hub.command(command, actor, basis=basis)
    except Taken as taken:
        raise taken.named(hub.directory.logins([taken.by])) from None
    return {"receipt": done.number, "position": done.position, "settled": settle(hub)}


def tell_receipt(receipt: dict[str, Any], as_json: bool) -> None:
    """Say the receipt of what was carried out."""
    if as_json:
        answer(receipt)
    else:
        say(f"已登记，回执号 {receipt['receipt']}。")


def id_of(text: str) -> UUID:
    """An identifier as typed; what is none becomes nobody's, and is answered like any other that is
    not there."""
    return as_uuid(text) or UUID(int=0)


def text_of(path: Path) -> str:
    """The text of a file (``-``: standard input): a command line is seen by others and stays in its
    history. Raises WrongUsage."""
    if str(path) == "-":
        raw = sys.stdin.read()
    else:
        try:
            raw = path.read_text(encoding="utf-8-sig")
        except (OSError, UnicodeDecodeError):
            raise WrongUsage("读不了说明文件，请核对路径，并存为UTF-8文本。") from None
    text = raw.strip()
    if not text or len(text) > _MAX_TEXT:
        raise WrongUsage(f"说明不能为空，不超过{_MAX_TEXT}字。")
    return text


def claim_from(hub: Program, actor: Actor, source: str) -> IdentityClaim:
    """Whom a JSON file names, by number or by name and birth date. Raises WrongUsage."""
    values = from_file(source)
    if not values.keys() <= Inquiry.model_fields.keys():
        # Which of them is not told: it may be a value in the wrong place.
        raise WrongUsage(
            "有不认识的数据项，可用：id_number、name、birth_date、guardian_name、village。"
        )
    today = Given(now=hub.clock.now(), actor=actor).today
    claim = read_inquiry(values, today, hub.intake.places)
    if isinstance(claim, list):
        raise WrongUsage("".join(map(str, claim)))
    return claim
