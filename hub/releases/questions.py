"""What an organisation's own server may ask the key service: the content of an asking.

Strict: what is not one of these is refused whole, and no text of anybody's reaches an access entry.
"""

from __future__ import annotations

from typing import Annotated, Literal
from uuid import UUID

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, TypeAdapter

from domain.kernel import Category, LegalBasis
from hub.keyservice import Purpose

ACTIONS = frozenset(
    {
        "advice",
        "advices",
        "board",
        "child_file",
        "children",
        "follow_up_list",
        "inbox",
        "overdue",
        "overdue_by_town",
        "referral",
        "register",
        "report",
        "reports",
        "sent",
        "stated",
        "timeline",
        "unassigned",
        "visits_by_village",
        "visits_due",
    }
)
"""What somebody may do at an organisation's own server, as access entries name it."""

Action = Annotated[str, Field(pattern=rf"^({'|'.join(sorted(ACTIONS))})(\.nothing|\.refused)?$")]
PURPOSES = frozenset({Purpose.CASEWORK, Purpose.TASK, Purpose.COORDINATION})
"""For what somebody may look there. The other purposes are of doors that the hub alone has."""


def _own(purpose: Purpose) -> Purpose:
    if purpose not in PURPOSES:
        raise ValueError("a purpose of the hub's own doors")
    return purpose


OwnPurpose = Annotated[Purpose, AfterValidator(_own)]
Token = Annotated[str, Field(min_length=1, max_length=512, repr=False)]
Place = tuple[UUID, int, Annotated[str, Field(max_length=100)]]
"""Where a sealed field stands: stream, version, stored name."""


class Question(BaseModel):
    """Whatever is asked."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class NamesAsked(Question):
    """What the organisations of the directory are called."""

    ask: Literal["names"] = "names"


class PersonAsked(Question):
    """Whose token it is."""

    ask: Literal["person"] = "person"
    token: Token


class StandingAsked(Question):
    """What of some children is open to the organisation by now, by which right, and whether it has
    an open task about them: the named one, if one is named."""

    ask: Literal["standing"] = "standing"
    token: Token
    task: UUID | Literal[""]
    children: Annotated[list[UUID], Field(max_length=1_000)]


class SafetyAsked(Question):
    """What the organisation is told to heed (安全提示) of some children by now, or whom it is to
    call instead of a guardian (安全联系人), for a person's look."""

    ask: Literal["safety"] = "safety"
    token: Token
    what: Literal["lines", "contacts"]
    task: UUID | Literal[""]
    purpose: OwnPurpose
    legal_basis: LegalBasis
    children: Annotated[list[UUID], Field(max_length=1_000)]


class LookAsked(Question):
    """The keys of some fields, for a person's look. ``looks`` are the children that the look is at
    besides those of the fields, with the categories of what is shown of each ("": of none)."""

    ask: Literal["look"] = "look"
    token: Token
    action: Action
    purpose: OwnPurpose
    legal_basis: LegalBasis
    task: UUID | Literal[""]
    looks: Annotated[dict[UUID | Literal[""], list[Category]], Field(max_length=1_000)]
    fields: Annotated[list[Place], Field(max_length=5_000)]


PersonalQuestion = PersonAsked | StandingAsked | SafetyAsked | LookAsked
"""One that somebody signed in asks."""
QUESTION: TypeAdapter[NamesAsked | PersonalQuestion] = TypeAdapter(
    Annotated[NamesAsked | PersonalQuestion, Field(discriminator="ask")]
)
