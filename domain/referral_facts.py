"""What happens to a referral (转介): its states, and the facts of each.

States follow FHIR Task: 草稿 draft · 待签收 requested · 已签收 accepted · 办理中 in-progress · 暂缓
on-hold · 办结 completed · 未办成 failed · 退回 rejected · 撤回 cancelled · 录入错误
entered-in-error. 受理, 受案 and 立案 are legal acts of police and procuratorate and never the word
for a referral's acceptance.
"""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import Annotated, ClassVar
from uuid import UUID

from pydantic import StringConstraints

from domain.kernel import Category, Event, Sensitive, Text


class ReferralState(StrEnum):
    """FHIR Task codes as far as they are carried; Chinese words stand in policies/terms.csv."""

    NONE = "none"
    DRAFT = "draft"
    REQUESTED = "requested"
    ACCEPTED = "accepted"
    IN_PROGRESS = "in-progress"
    ON_HOLD = "on-hold"
    COMPLETED = "completed"
    FAILED = "failed"
    REJECTED = "rejected"
    CANCELLED = "cancelled"
    ENTERED_IN_ERROR = "entered-in-error"


OPEN_STATES = frozenset(
    {
        ReferralState.REQUESTED,
        ReferralState.ACCEPTED,
        ReferralState.IN_PROGRESS,
        ReferralState.ON_HOLD,
    }
)


class ReturnReason(StrEnum):
    """Why a referral comes back (退回原因, from a list)."""

    NOT_IN_JURISDICTION = "NOT_IN_JURISDICTION"
    NOT_OUR_DUTY = "NOT_OUR_DUTY"
    DUPLICATE = "DUPLICATE"
    INFORMATION_MISSING = "INFORMATION_MISSING"


RETURN_WORDS = {
    ReturnReason.NOT_IN_JURISDICTION: "不在本单位辖区",
    ReturnReason.NOT_OUR_DUTY: "不属本单位职责",
    ReturnReason.DUPLICATE: "与已有转介单重复",
    ReturnReason.INFORMATION_MISSING: "情况不全，不能办理",
}
"""What officials read of :class:`ReturnReason`."""

STATE_WORDS = {
    ReferralState.DRAFT: "草稿",
    ReferralState.REQUESTED: "待签收",
    ReferralState.ACCEPTED: "已签收",
    ReferralState.IN_PROGRESS: "办理中",
    ReferralState.ON_HOLD: "暂缓",
    ReferralState.COMPLETED: "办结",
    ReferralState.FAILED: "未办成",
    ReferralState.REJECTED: "退回",
    ReferralState.CANCELLED: "撤回",
    ReferralState.ENTERED_IN_ERROR: "录入错误",
}


Code = Annotated[str, StringConstraints(pattern=r"^[A-Z][A-Z_]{1,39}$")]
"""A code of a list in policies/."""

Account = Annotated[Text, Sensitive(None)]
"""Free text in the words of the matter, sealed under the matter's category."""


class ReferralEvent(Event):
    """What every event of a referral carries; its category is that of its matter."""

    TITLE: ClassVar[str] = "转介"
    CATEGORY: ClassVar[Category] = Category.WHO
    child_ref: UUID
    case_id: UUID
    kind: str
    matter: Category
    sender: str
    addressee: str
    kept_from: tuple[str, ...] | None = None
    """Organisations that are shown nothing of it, neither as party nor as who coordinates: they
    are conflicted (利害关系单位) by what it comes of, and not by the child."""

    @property
    def category(self) -> Category:
        return self.matter


class ReferralDrafted(ReferralEvent):
    """Its author's own: ``addressee`` is the author until it is sent to ``to``."""

    TOPIC: ClassVar[str] = "referral.drafted.v1"
    TITLE: ClassVar[str] = "转介草稿"
    to: str
    account: Account


class ReferralRequested(ReferralEvent):
    TOPIC: ClassVar[str] = "referral.requested.v1"
    TITLE: ClassVar[str] = "转出"
    town: str | None
    release: tuple[Category, ...]
    at_once: tuple[Category, ...] | None = None
    """What of the release set is shown before acceptance; None in what was recorded before there
    was any difference: all of it."""
    accept_by: datetime
    complete_by: datetime
    by_hand: bool = False
    """A person opened it, and is owed, and owes, a word at its end."""
    immediate_danger: bool | None = None
    """Somebody is in danger now (正处于危险): its acceptance does not wait as others do."""
    concerns: str | None = None
    """Which organisation it is about, where it is about one."""


class ReferralExplained(ReferralEvent):
    """What whoever opened it says, told ``under`` a category of the release set: the matter itself
    need not be of it."""

    TOPIC: ClassVar[str] = "referral.explained.v1"
    TITLE: ClassVar[str] = "情况说明"
    under: Category
    account: Account

    @property
    def category(self) -> Category:
        return self.under


class ReferralReassigned(ReferralEvent):
    """``addressee`` has it from here on, ``former`` no more. The day by which it is to be done
    stays: handing on must not make a child wait."""

    TOPIC: ClassVar[str] = "referral.reassigned.v1"
    TITLE: ClassVar[str] = "改派"
    former: str
    town: str | None
    release: tuple[Category, ...]
    at_once: tuple[Category, ...]
    accept_by: datetime
    complete_by: datetime
    immediate_danger: bool | None = None


class ReferralConfined(ReferralEvent):
    """From here on it is kept from more organisations (``kept_from``); whoever has it has it on. In
    no view: it only steers who is told what."""

    TOPIC: ClassVar[str] = "referral.confined.v1"
    TITLE: ClassVar[str] = "限定知悉范围"


class ReferralAccepted(ReferralEvent):
    TOPIC: ClassVar[str] = "referral.accepted.v1"
    TITLE: ClassVar[str] = "签收"
    handler: str | None = None
    """Who accepted it, and handles it from here on; None where the act that it is about did."""


class ReferralAssigned(ReferralEvent):
    """Who handles it within the organisation that has it (A角), and who stands in (B角):
    pseudonyms."""

    TOPIC: ClassVar[str] = "referral.assigned.v1"
    TITLE: ClassVar[str] = "指定经办人"
    handler: str
    deputy: str | None


class ReferralHeld(ReferralEvent):
    """``held_for`` is a code of policies/casework.toml; it runs on by itself at ``due_at``."""

    TOPIC: ClassVar[str] = "referral.held.v1"
    TITLE: ClassVar[str] = "暂缓"
    held_for: Code
    due_at: datetime
    note: Account
    held_on: date | None = None


class ReferralResumed(ReferralEvent):
    """``early``: before its day, by whoever has it. ``started``: it had been begun before."""

    TOPIC: ClassVar[str] = "referral.resumed.v1"
    TITLE: ClassVar[str] = "恢复办理"
    early: bool
    started: bool
    rested_days: int | None = None
    """How long it rested this time; None in what was recorded before holds were counted."""


class ReferralStarted(ReferralEvent):
    TOPIC: ClassVar[str] = "referral.started.v1"
    TITLE: ClassVar[str] = "开始办理"


class ReferralCompleted(ReferralEvent):
    TOPIC: ClassVar[str] = "referral.completed.v1"
    TITLE: ClassVar[str] = "办结"
    outcome: str
    happened_on: date | None
    account: Account
    receiver: Account = None
    letter: Account = None
    confirm_by: datetime | None = None
    """By when the sender is to confirm it; None where nobody opened it by hand."""


class ReferralFailed(ReferralEvent):
    TOPIC: ClassVar[str] = "referral.failed.v1"
    TITLE: ClassVar[str] = "未办成"
    account: Account
    confirm_by: datetime | None = None


class ReferralClosed(ReferralEvent):
    """The sender has seen what came of it."""

    TOPIC: ClassVar[str] = "referral.closed.v1"
    TITLE: ClassVar[str] = "确认办理结果"
    note: Account


class ReferralReturned(ReferralEvent):
    TOPIC: ClassVar[str] = "referral.returned.v1"
    TITLE: ClassVar[str] = "退回"
    reason: ReturnReason
    note: Account


class ReferralWithdrawn(ReferralEvent):
    TOPIC: ClassVar[str] = "referral.withdrawn.v1"
    TITLE: ClassVar[str] = "撤回"
    note: Account


class ReferralVoided(ReferralEvent):
    """``voided_for`` is a code of policies/casework.toml; ``draft``: it was never sent."""

    TOPIC: ClassVar[str] = "referral.voided.v1"
    TITLE: ClassVar[str] = "录入错误"
    voided_for: Code
    draft: bool
    note: Account


class ReferralOffered(ReferralEvent):
    """移交: ``addressee`` asks ``offered_to`` to take it over, and answers for it until that one
    has accepted (首接负责). ``item`` is what shows the other one what it is about until then."""

    TOPIC: ClassVar[str] = "referral.offered.v1"
    TITLE: ClassVar[str] = "请求移交"
    offered_to: str
    item: UUID
    town: str | None
    shown: tuple[Category, ...]
    accept_by: datetime
    complete_by: datetime
    immediate_danger: bool | None = None


class ReferralMoved(ReferralEvent):
    """``addressee`` has accepted what ``former`` offered: the one answers from here on, the other
    no more. The day by which it is to be done stays."""

    TOPIC: ClassVar[str] = "referral.moved.v1"
    TITLE: ClassVar[str] = "移交完成"
    former: str
    item: UUID
    town: str | None
    release: tuple[Category, ...]
    complete_by: datetime
    handler: str | None = None


class ReferralOfferDeclined(ReferralEvent):
    """``offered_to`` does not take it over, or ``taken_back``: it is not asked any more. Whoever
    has it answers on."""

    TOPIC: ClassVar[str] = "referral.offer_declined.v1"
    TITLE: ClassVar[str] = "移交未成"
    offered_to: str
    item: UUID
    taken_back: bool
    note: Account


REFERRAL_ENDED = (
    ReferralCompleted,
    ReferralFailed,
    ReferralReturned,
    ReferralWithdrawn,
    ReferralVoided,
)
"""Events after which the addressee's task, and with it its scope, is over."""
