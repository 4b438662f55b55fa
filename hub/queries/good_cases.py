"""Good cases (好案例) that were published, as everybody reads them.

Asked of the log at every look and held by no view: what is withdrawn, or changed and not reviewed
anew, is opened for nobody from that moment on.
"""

from __future__ import annotations

from domain.good_case import (
    GOOD_CASE,
    GOOD_CASES,
    GoodCaseReviewed,
    GoodCaseSubmitted,
    GoodCaseWithdrawn,
    Stories,
)
from hub.eventstore.codec import Fact, sealed_field
from hub.keyservice import Reader
from hub.queries.door import Door
from hub.queries.programme_answers import StoryRow

ACTION = "good_cases"
_TEXTS = ("title", "story")


class GoodCases(Door):
    """What a second person found to tell of nobody."""

    def good_cases(self, reader: Reader) -> tuple[StoryRow, ...]:
        """To whoever may look at anything at all, the newest first."""
        self._admit(reader, ACTION)
        published = self._published()
        if not published:
            self._keyservice.note(reader, {"": ()}, f"{ACTION}.nothing")
            return ()
        fields = [
            sealed_field(fact.place, name, fact.sealed[name])
            for fact in published.values()
            for name in _TEXTS
        ]
        texts = map(str, self._keyservice.open(reader, fields, ACTION))
        stories: Stories = self._store.load(GOOD_CASE, GOOD_CASES).state
        rows = [
            StoryRow(
                number=number,
                case_kind=fact.clear["case_kind"],
                kept_by=fact.clear["kept_by"],
                kept_by_name=self._directory.name(fact.clear["kept_by"]),
                published_on=str(stories.stories[number].published_on),
                title=next(texts),
                story=next(texts),
            )
            for number, fact in published.items()
            if number in stories.stories
        ]
        return tuple(sorted(rows, key=lambda row: (row.published_on, row.number), reverse=True))

    def _published(self) -> dict[str, Fact]:
        """The wording that was reviewed, of each story that is published now, by number."""
        written: dict[str, Fact] = {}
        published: dict[str, Fact] = {}
        for fact in self._store.stream_facts(GOOD_CASES):
            number = fact.clear["register_number"]
            if fact.topic == GoodCaseSubmitted.TOPIC:
                written[number] = fact
                published.pop(number, None)
            elif fact.topic == GoodCaseReviewed.TOPIC and fact.clear["approved"]:
                published[number] = written[number]
            elif fact.topic == GoodCaseWithdrawn.TOPIC:
                published.pop(number, None)
        return published
