"""The data-sharing catalogue (政务数据共享目录): every item that the hub lets be shared, with whom
and how, made from the events' models and policies/ and from nothing else.

So the catalogue that a district files says what the program does. Source of its columns:
政务数据共享条例 (国务院令809, 2025): data are shared without conditions, with conditions, or not
(无条件、有条件、不予共享); personal data of minors are never shared without conditions.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from domain.kernel import Category, Event
from domain.organisations import SEAT_WORDS, Seat
from domain.registry import EVENTS
from hub.authorization.policy import Jurisdiction, Policy, PolicyError, Word
from hub.policies import FOLDER, Policies


class Sharing(StrEnum):
    """How an item is shared (共享属性)."""

    CONDITIONAL = "有条件共享"
    NONE = "不予共享"


class Protection(StrEnum):
    """How an item lies in the hub (保护方式)."""

    SEALED = "逐项加密"
    SEALED_FLAG = "逐项加密（提示专用项）"
    CLEAR = "明文流转项"
    """An internal fact that decisions and routing need; every door asks before it shows one."""


@dataclass(frozen=True, slots=True)
class Item:
    """One row: a field of an event. ``receivers`` says by which word of the matrix each seat sees
    it; ``reason`` why it is not sealed, where it is not."""

    topic: str
    title: str
    field: str
    name: str
    category: Category
    protection: Protection
    sharing: Sharing
    providers: tuple[Seat, ...]
    receivers: Mapping[Word, tuple[Seat, ...]]
    reason: str = ""


_SEES = (Word.READ, Word.TASK, Word.FLAG, Word.AGGREGATE)
WORDS: Mapping[Word, str] = {
    Word.READ: "职责范围内查阅",
    Word.TASK: "在办转介期间查阅",
    Word.FLAG: "只看提示",
    Word.AGGREGATE: "只看汇总数（小于5的隐去）",
}
CONDITIONS: Mapping[Jurisdiction, str] = {
    Jurisdiction.DISTRICT: "全区",
    Jurisdiction.RESPONSIBLE: "本单位负责的儿童",
}


def field_names(folder: Path = FOLDER) -> dict[str, str]:
    """Chinese names of fields that no agency's sheet has as a column (policies/catalogue.toml).
    Raises PolicyError."""
    try:
        names = tomllib.loads((folder / "catalogue.toml").read_text(encoding="utf-8"))["names"]
    except (OSError, KeyError, tomllib.TOMLDecodeError) as error:
        raise PolicyError(f"catalogue: {error}") from error
    if not all(isinstance(name, str) and name for name in names.values()):
        raise PolicyError("catalogue: every name is a text")
    return dict(names)


def catalogue(policies: Policies, headings: Mapping[str, str]) -> list[Item]:
    """Every field of every event, in the order of topics. ``headings`` gives fields the names that
    the agencies' sheets have for them; a field without any name stands under its code. Raises
    PolicyError."""
    names = {**headings, **field_names()}
    return [
        _item(policies.access, event, name, names, policies.clear_facts)
        for _, event in sorted(EVENTS.items())
        for name in event.model_fields
    ]


def _item(
    policy: Policy,
    event: type[Event],
    name: str,
    names: Mapping[str, str],
    clear: Mapping[str, str],
) -> Item:
    mark = event.SENSITIVE.get(name)
    category = event.CATEGORY if mark is None else mark.category or event.CATEGORY
    if mark is None:
        protection = Protection.CLEAR
    else:
        protection = Protection.SEALED_FLAG if mark.flag else Protection.SEALED
    receivers = dict(_receivers(policy, category, shown_by_flag=protection))
    return Item(
        topic=event.TOPIC,
        title=event.TITLE,
        field=name,
        name=names.get(name, name),
        category=category,
        protection=protection,
        sharing=Sharing.CONDITIONAL if receivers else Sharing.NONE,
        providers=tuple(
            seat
            for seat in Seat
            if policy.words(seat, category) & {Word.PUBLISH, Word.OWN, Word.TASK}
        ),
        receivers=receivers,
        reason=clear.get(name, "") if mark is None else "",
    )


def _receivers(
    policy: Policy, category: Category, *, shown_by_flag: Protection
) -> Iterator[tuple[Word, tuple[Seat, ...]]]:
    """By the matrix. ``flag`` shows the fields made for it, and of some seats kind, state and clock
    (policies/status-flags.toml), never a sealed field of another make."""
    for word in _SEES:
        seats = [seat for seat in Seat if word in policy.words(seat, category)]
        if word is Word.READ and category is Category.REPORTER:
            # Who reported is opened by a task and to the reporter, whatever stands in the cell.
            seats = []
        if word is Word.FLAG and shown_by_flag is Protection.SEALED:
            seats = []
        if word is Word.FLAG and shown_by_flag is Protection.CLEAR:
            seats = [seat for seat in seats if (seat, category) in policy.status_flags]
        if seats:
            yield word, tuple(seats)


def seat_words(seats: Iterable[Seat]) -> str:
    """Seats as officials call them."""
    return "、".join(SEAT_WORDS[seat] for seat in seats)


def receiver_words(policy: Policy, item: Item) -> str:
    """Who sees an item, by which word and how far, in one cell."""
    return "；".join(
        f"{WORDS[word]}：{_reaching(policy, word, seats)}" for word, seats in item.receivers.items()
    )


def _reaching(policy: Policy, word: Word, seats: tuple[Seat, ...]) -> str:
    if word not in (Word.READ, Word.FLAG):
        return seat_words(seats)
    return "、".join(
        f"{SEAT_WORDS[seat]}（{CONDITIONS[policy.jurisdictions[seat]]}）"
        for seat in seats
        if seat in policy.jurisdictions
    )
