"""What people do with their own organisation's duty roster (值班表): enter it, see it, state the
duty telephone. The roster of another organisation is nobody's to see."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime

from domain.calendar import SHANGHAI, end_of_day_utc, shanghai_date
from domain.kernel import Actor, Refused
from domain.notices import NoticeRules
from domain.organisations import HUB
from domain.roster import duty_number, gap_words, gaps, read_roster
from domain.rules import Rules
from hub.clock import Clock
from hub.directory import POST_WORDS, Directory
from hub.roster import Roster


@dataclass(frozen=True, slots=True)
class ShownShift:
    """A shift as officials read it: Shanghai times, login names."""

    post: str
    post_name: str
    begins: str
    ends: str
    user: str
    deputy: str | None


@dataclass(frozen=True, slots=True)
class ShownRoster:
    """An organisation's roster of the next days; ``gaps`` say from when on nobody is there."""

    number: str | None
    shifts: tuple[ShownShift, ...]
    gaps: tuple[str, ...]

    def as_json(self) -> dict[str, object]:
        """All of it, by name."""
        return asdict(self)


class Duty:
    """The roster of whoever asks."""

    def __init__(
        self, roster: Roster, directory: Directory, notices: NoticeRules, rules: Rules, clock: Clock
    ) -> None:
        self._roster = roster
        self._directory = directory
        self._rules = notices
        self._terms = rules
        self._clock = clock

    def enter(self, actor: Actor, rows: Iterable[Mapping[str, str | None]]) -> int:
        """Take a roster of the actor's organisation; gives how many rows. Raises Refused for a
        post that may not, RosterRefused with all its faults."""
        self._may_enter(actor)
        shifts = read_roster(
            actor.organisation, rows, lambda login: self._colleague(actor.organisation, login)
        )
        self._roster.state(actor.organisation, shifts)
        return len(shifts)

    def state_number(self, actor: Actor, text: str) -> None:
        """Keep the duty telephone of the actor's organisation. Raises Refused."""
        self._may_enter(actor)
        number = duty_number(text)
        if number is None:
            raise Refused(
                "DUTY_NUMBER",
                "值班电话应是固定电话或短号，例如 021-57000000；不要填个人手机号。",
            )
        self._roster.state_number(actor.organisation, number)

    def show(self, actor: Actor) -> ShownRoster:
        """The roster of the actor's organisation, for the next days."""
        if actor.organisation == HUB:
            raise Refused("ROSTER_POST", "值班表按单位查看。")
        now = self._clock.now()
        last = self._terms.last_day(self._rules.roster.ahead, shanghai_date(now))
        end = end_of_day_utc(last)
        shifts = self._roster.shifts(actor.organisation, now, end)
        logins = self._directory.logins(
            {each.user for each in shifts} | {each.deputy for each in shifts if each.deputy}
        )
        return ShownRoster(
            number=self._roster.number(actor.organisation),
            shifts=tuple(
                ShownShift(
                    post=each.post.value,
                    post_name=POST_WORDS[each.post],
                    begins=_local(each.begins),
                    ends=_local(each.ends),
                    user=logins.get(each.user, ""),
                    deputy=logins.get(each.deputy or ""),
                )
                for each in shifts
            ),
            gaps=tuple(
                gap_words(begins, now)
                for begins, _ in gaps(shifts, self._rules.roster.watched, now, end)
            ),
        )

    def _may_enter(self, actor: Actor) -> None:
        posts = {each.value for each in self._rules.roster.entered_by}
        if actor.organisation == HUB or actor.post not in posts:
            raise Refused("ROSTER_POST", "值班表由本单位负责人或值班领导登记，请联系他们。")

    def _colleague(self, organisation: str, login: str) -> str | None:
        found = self._directory.user(login)
        return found.user if found is not None and found.organisation == organisation else None


def _local(instant: datetime) -> str:
    return f"{instant.astimezone(SHANGHAI):%Y-%m-%d %H:%M}"
