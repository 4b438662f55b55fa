"""A question as it was admitted: who asks, for what, and what that shows of each child.

Whoever may not look for a purpose at all is refused before anything is looked up, so that the
refusal says nothing about any child; it is logged as an error, because no screen offers it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

from domain.kernel import Category, LegalBasis
from hub import logs
from hub.authorization.decide import (
    LASTING,
    NOTHING_OPEN,
    Asker,
    By,
    Look,
    Openings,
    admits,
    asker,
    decide,
    serves,
    tells_contact,
)
from hub.authorization.policy import Policy
from hub.keyservice import Reader

_LOG = logs.get("hub.queries")


class NotAdmitted(Exception):
    """The purpose, legal basis or post is unknown, or is none that this asker may look by."""


class NotCleared(NotAdmitted):
    """The person's entry check (入职查询) is not answered, has run out, or bars the person: which
    of them is not said."""


@dataclass(frozen=True, slots=True)
class Towards:
    """Where the asker's organisation stands towards one child now."""

    opened: Openings
    in_task: bool
    """It has an open task about the child: the named one, if the asker named one."""
    access: str = ""
    """Its open break-glass access (紧急调阅)."""
    run_out: bool = False
    """Its view still holds what a scope showed that is over."""
    consented: Mapping[Category, LegalBasis] = field(default_factory=dict)
    """What nothing but a consent (同意) shows it, and on whose consent that rests."""


STRANGER = Towards(NOTHING_OPEN, in_task=False)
"""Where an organisation stands towards a child that it has nothing to do with."""


class Asked:
    """One admitted question."""

    def __init__(self, policy: Policy, who: Asker) -> None:
        self._policy = policy
        self._who = who

    def by(self, towards: Towards, look: Look) -> By | None:
        """The decision at the release of one field, on what is open now: by which right it is
        shown, or None."""
        return decide(self._policy, self._who, towards.opened, look, in_task=towards.in_task)

    def serves(self, towards: Towards, category: Category, by: By) -> bool:
        """Whether the purpose shows of this child what is seen by a right. Of a child that a
        conflicted organisation recorded something of, that is what one wrote oneself."""
        if by is By.WRITER:
            by = By.OWN
        elif towards.opened.conflicted:
            return False
        return serves(self._policy, self._who, category, by, in_task=towards.in_task)

    def tells_contact(self, towards: Towards) -> bool:
        """Whether it is told how the family of this child is reached, and whom to call instead."""
        return tells_contact(self._policy, self._who, towards.opened, in_task=towards.in_task)

    def shows(self, towards: Towards, category: Category) -> bool:
        """Whether the purpose shows what a view holds of a category otherwise than as facts: rows
        that follow from them. What a scope showed that has run out since is shown no more."""
        if towards.opened.conflicted:
            return False
        by = towards.opened.get(category)
        if by is not None and by in LASTING:
            return self.serves(towards, category, by)
        return not towards.run_out

    def content(self, towards: Towards) -> frozenset[Category]:
        """The categories of which the purpose shows more of this child than that, and by when,
        something is owed."""
        if towards.opened.conflicted:
            return frozenset()
        return self._in_task if towards.in_task else self._without

    @cached_property
    def _in_task(self) -> frozenset[Category]:
        return self._content(in_task=True)

    @cached_property
    def _without(self) -> frozenset[Category]:
        return self._content(in_task=False)

    def _content(self, *, in_task: bool) -> frozenset[Category]:
        return frozenset(
            category
            for category in Category
            for by in By
            if by is not By.STATUS
            and serves(self._policy, self._who, category, by, in_task=in_task)
        )

    @cached_property
    def matters(self) -> frozenset[Category]:
        """The categories whose kind, state and clock the purpose shows."""
        return frozenset(
            category
            for category in Category
            if serves(self._policy, self._who, category, By.STATUS, in_task=False)
        )


def asker_of(reader: Reader, *, cleared: bool) -> Asker | None:
    """The reader as rules know one, or None for words that are nobody's."""
    return asker(
        reader.organisation,
        reader.post,
        reader.purpose,
        reader.legal_basis,
        cleared=cleared,
    )


def admitted(policy: Policy, who: Asker | None) -> Asked | None:
    """The asker's question, or None, with an alarm, where it may not be asked."""
    if who is not None and admits(policy, who):
        return Asked(policy, who)
    # Words that are nobody's may be anything: they are not repeated.
    named = {} if who is None else {"seat": str(who.seat), "purpose": who.purpose.value}
    _LOG.error("look.refused", known=who is not None, policy=policy.version, **named)
    return None
