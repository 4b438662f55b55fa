"""Steps that a person may take at a page: what each asks for, the command it becomes, and the form
in which it is offered.

Whether a step may be taken is not known here: the rules are asked (``Hub.possible``)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid4

from domain.kernel import Command, LegalBasis, Refused, derived_id
from domain.organisations import Seat
from hub.api.paging import pseudonym
from hub.api.problems import NOTHING_TO_SHOW, problem_of

if TYPE_CHECKING:
    from hub.application import Answer
    from hub.web.desk import Desk, Fields

Choices = Mapping[str, Sequence[tuple[str, str]]]
"""What may be chosen in a field: (value, words), by field."""

Faults = list[tuple[str, str]]
"""What is missing or cannot be read: (field, what to do), in the order of the form."""


class NotFilled(Exception):
    """Something is missing or cannot be read."""

    def __init__(self, faults: Faults) -> None:
        super().__init__()
        self.faults = faults


@dataclass(frozen=True, slots=True)
class Field:
    """A field of a step's form. ``kind``: text, line, date, choice, several, flag, hidden."""

    name: str
    label: str
    kind: str
    required: bool = True
    hint: str = ""
    value: str = ""
    """What stands in it at first."""


NOTE = Field("note", "说明", "text", required=False)


@dataclass(frozen=True, slots=True)
class Act:
    """One step. ``probe`` makes a command that the rules are asked about, ``make`` the one that is
    carried out; both are given what the page is of. ``stays``: its person still sees that
    afterwards. ``main``: what is to be done next, where it may be."""

    name: str
    title: str
    fields: tuple[Field, ...]
    probe: Callable[[Desk, Any], Command]
    make: Callable[[Desk, UUID, Fields], Command]
    choices: Callable[[Desk, Any], Choices] = lambda desk, found: {}
    stays: bool = True
    main: bool = False
    warning: str = ""
    basis: LegalBasis = LegalBasis.STATUTORY_DUTY
    more: Callable[[Desk, Any], tuple[Field, ...]] = lambda desk, found: ()
    """Fields that only what the page is of asks for."""

    def command(self, desk: Desk, of: str, sent: Fields) -> Command:
        """The command that was filled in. Raises NotFilled."""
        faults = [
            (each.name, f"请填写{each.label}。")
            for each in self.fields
            if each.required and not sent.get(each.name)
        ]
        for each in self.fields:
            if each.kind == "date" and sent.get(each.name) and day_of(sent.get(each.name)) is None:
                faults.append((each.name, f"{each.label}的日期写法不对，例如2025-03-10。"))
        if faults:
            raise NotFilled(faults)
        return self.make(desk, as_id(of), sent)

    def take(self, desk: Desk, of: str, sent: Fields) -> Answer:
        """Carry it out. Raises NotFilled, Refused."""
        command = self.command(desk, of, sent)
        answer = desk.carry_out(command, sent.maybe("key"), basis=self.basis)
        desk.program.entrance.drafts.drop(desk.session.user.user, sent.get("_form"))
        return answer


@dataclass(frozen=True, slots=True)
class Attempt:
    """A step that could not be taken: which, why, what had been typed, how it is answered."""

    act: str
    faults: Faults
    typed: Mapping[str, list[str]]
    status: int


def attempted(act: Act, error: NotFilled | Refused, sent: Fields) -> Attempt:
    """What is told where a step could not be taken. Raises the problem of what is not there."""
    if isinstance(error, NotFilled):
        return Attempt(act.name, error.faults, sent.texts, 422)
    problem = problem_of(error)
    if problem.kind is NOTHING_TO_SHOW:
        raise problem from None
    return Attempt(act.name, [("", str(problem.body["detail"]))], sent.texts, problem.kind.status)


@dataclass(frozen=True, slots=True)
class Offered:
    """The steps that a page offers. ``path`` is the page's address, under which each step has its
    own by name."""

    path: str
    acts: list[Act]
    fields: Mapping[str, tuple[Field, ...]]
    choices: Mapping[str, Choices]
    typed: Mapping[str, Mapping[str, list[str]]]
    attempt: Attempt | None = None
    key: str = field(default_factory=lambda: str(uuid4()))

    @property
    def main(self) -> Act | None:
        """What is to be done next."""
        return next((each for each in self.acts if each.main), None)

    @property
    def others(self) -> list[Act]:
        """The rest."""
        return [each for each in self.acts if each is not self.main]

    def faults(self, act: Act) -> Faults:
        """What was wrong with a step that was just tried."""
        return self.attempt.faults if self.attempt and self.attempt.act == act.name else []


def offered(
    desk: Desk,
    acts: Iterable[Act],
    found: Any,
    path: str,
    attempt: Attempt | None = None,
    given: Mapping[str, list[str]] | None = None,
) -> Offered:
    """The steps that the rules would let this person take now, each with what stands in its form:
    what was just sent, else what the address gives, else what was kept of it."""
    probes = [(each, each.probe(desk, found)) for each in acts]
    tried = desk.program.hub.possible([command for _, command in probes], desk.who.actor)
    possible = [act for (act, _), would in zip(probes, tried, strict=True) if would]
    drafts, user = desk.program.entrance.drafts, desk.session.user.user
    kept = {form for form, _ in drafts.forms(user, desk.now)}
    typed: dict[str, Mapping[str, list[str]]] = {}
    for each in possible:
        form = form_of(path, each)
        if attempt and each.name == attempt.act:
            typed[each.name] = attempt.typed
        elif given:
            typed[each.name] = given
        else:
            typed[each.name] = drafts.kept(user, form, desk.now) if form in kept else {}
    fields = {each.name: (*each.fields, *each.more(desk, found)) for each in possible}
    choices = {each.name: each.choices(desk, found) for each in possible}
    return Offered(path, possible, fields, choices, typed, attempt)


def form_of(path: str, act: Act) -> str:
    """By which name what is typed for a step is kept."""
    return f"{path.lstrip('/')}/{act.name}"


def as_id(text: str) -> UUID:
    """A pseudonym as sent, as the identifier of a stream (nobody's, if it is none)."""
    return UUID(pseudonym(text))


def new_id(desk: Desk, what: str, sent: Fields) -> UUID:
    """The identifier of something new: sent twice, the form's key makes it the same."""
    user = desk.session.user
    return derived_id(what, user.organisation, user.user, sent.get("key") or str(uuid4()))


def organisations_of(desk: Desk, seats: Iterable[Seat]) -> list[tuple[str, str]]:
    """The other organisations of some seats, as a field offers them."""
    directory = desk.program.directory
    found = [each for seat in seats for each in directory.organisations(seat)]
    return [(each.id, each.name) for each in found if each.id != desk.ours]


def day_of(text: str) -> date | None:
    """A day as a form sends one; None where it is none."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def required_day(text: str) -> date:
    """The same of a day that is needed. Raises NotFilled."""
    found = day_of(text)
    if found is None:
        raise NotFilled([("", "日期写法不对，例如2025-03-10。")])
    return found
