"""What is written to an office and answered by it in writing: a procuratorial advice (检察建议), a
supervisory order (督办单). Each concerns an office and names no child."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from domain.kernel import Given, Refused


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of letter: what officials read for it and for whom it is sent to, and the stem of
    its refusals' codes."""

    word: str
    addressee: str
    code: str


@dataclass(frozen=True, slots=True)
class Letter:
    """Between whom, and since when; no day: it was never sent."""

    sender: str = ""
    addressee: str = ""
    issued_on: date | None = None


NO_LETTER = Letter()


def check_sent(
    letter: Letter, kind: Kind, sender: str, addressee: str, issued_on: date, given: Given
) -> None:
    """Refuse a letter to oneself, one of a day to come, and one that was sent to somebody else, or
    on another day, before: it was shown there, and its clock runs from that day."""
    if addressee == sender:
        raise Refused(f"{kind.code}_TO_ONESELF", f"{kind.addressee}不能是本单位，请核对后重报。")
    given.not_in_future(issued_on, f"{kind.code}_IN_FUTURE", "发出日期")
    served = (letter.addressee, letter.issued_on)
    if letter.issued_on is not None and served != (addressee, issued_on):
        raise Refused(
            f"{kind.code}_SERVED",
            f"该{kind.word}已送达，{kind.addressee}和发出日期不能更改；确需更改的，请另行制发。",
        )


def check_reply(letter: Letter, kind: Kind, stated: date | None, given: Given) -> date:
    """The day of a reply by the office that was written to; today where it says none. The same
    refusal for a stranger, who cannot learn that there is a letter."""
    if letter.issued_on is None or given.actor.organisation != letter.addressee:
        raise Refused(f"{kind.code}_NOT_YOURS", f"没有可由本单位回复的{kind.word}，请核对编号。")
    replied_on = stated or given.today
    given.not_in_future(replied_on, "REPLY_IN_FUTURE", "回复日期")
    if replied_on < letter.issued_on:
        raise Refused(
            f"REPLY_BEFORE_{kind.code}", f"回复日期早于{kind.word}发出日期，请核对后重报。"
        )
    return replied_on
