"""The registry: a new record kind that is half written down is found here."""

from __future__ import annotations

import importlib
import pkgutil
import re
from collections import Counter

import pytest

import domain
import domain.reactions
from domain.child_file import ContactStated
from domain.kernel import Command, Event, Stream
from domain.reactions.kernel import Reaction
from domain.referral import ReferralExplained
from domain.registry import (
    AFTERWARDS,
    EVENTS,
    STREAM_OF_COMMAND,
    STREAM_OF_TOPIC,
    STREAMS,
    TOGETHER,
)
from tests.together import all_of

# Facts that no later decision of their stream needs: they are read by views and reactions only.
FOLD_FREE = frozenset({ContactStated, ReferralExplained})

for module in pkgutil.walk_packages(domain.__path__, "domain."):
    importlib.import_module(module.name)


def every_subclass(base: type[Event] | type[Command]) -> set[type]:
    """All message types of domain/, those that the registry forgot included."""
    found: set[type] = set()
    for sub in base.__subclasses__():
        if sub.__module__.startswith("domain."):
            found |= {sub} | every_subclass(sub)
    return found


each_event = all_of("event", EVENTS.values())


@each_event
def test_a_topic_is_stream_event_version(event: type[Event]) -> None:
    """The topic is the storage format; it never follows a class that moves or is renamed."""
    assert re.fullmatch(r"[a-z_]+\.[a-z_]+\.v[1-9]\d*", event.TOPIC)
    assert event.TOPIC.split(".")[0] in {stream.name for stream in STREAMS}
    assert EVENTS[event.TOPIC] is event


def test_topics_and_stream_names_are_unique() -> None:
    stored = [vars(event) for event in every_subclass(Event) if "TOPIC" in vars(event)]
    assert max(Counter(event["TOPIC"] for event in stored).values()) == 1
    assert len(EVENTS) == len(stored)
    assert len({stream.name for stream in STREAMS}) == len(STREAMS)


def test_every_event_without_a_topic_is_the_base_of_others() -> None:
    for event in every_subclass(Event):
        assert "TOPIC" in vars(event) or event.__subclasses__(), event


@each_event
def test_an_official_reads_a_chinese_title(event: type[Event]) -> None:
    assert re.fullmatch(r"[\u4e00-\u9fff]{2,12}", event.TITLE)


def test_the_titles_of_one_stream_differ() -> None:
    """A history in which two acts read the same cannot be understood."""
    for stream in STREAMS:
        titles = [
            event.TITLE for topic, event in EVENTS.items() if STREAM_OF_TOPIC[topic] is stream
        ]
        assert len(set(titles)) == len(titles), stream.name


@each_event
def test_an_event_is_folded_or_listed_as_needing_no_fold(event: type[Event]) -> None:
    folds = [stream for stream in STREAMS if event in stream.evolve]
    if event in FOLD_FREE:
        assert folds == []
    else:
        assert folds == [STREAM_OF_TOPIC[event.TOPIC]]


def test_nothing_else_is_folded_and_no_exception_is_stale() -> None:
    assert {event for stream in STREAMS for event in stream.evolve} | FOLD_FREE == set(
        EVENTS.values()
    )


def test_every_command_has_exactly_one_stream() -> None:
    asked = Counter(command for stream in STREAMS for command in stream.decide)
    asking = {command for command in every_subclass(Command) if not command.__subclasses__()}
    assert set(asked) == asking == set(STREAM_OF_COMMAND)
    assert set(asked.values()) == {1}


def test_commands_are_imperative_and_events_past() -> None:
    """``RecordReturn`` asks, ``ReturnedToSchool`` tells."""
    for event in EVENTS.values():
        assert re.search(
            r"(ed|Set|Met|Made|Begun|Sent|Given|Taken|Left|Held|Found|Sought|Written)(?=[A-Z]|$)|StruckOff|Withdrawn",
            event.__name__,
        ), event.__name__
    for command in STREAM_OF_COMMAND:
        first = re.match(r"[A-Z][a-z]+", command.__name__)
        assert first is not None
        ends = first[0].endswith("ed") and first[0] != "Feed"
        assert command.__name__ == "SetDeadline" or not ends, command.__name__


@pytest.mark.parametrize("stream", STREAMS, ids=lambda stream: stream.name)
def test_every_stream_of_the_domain_is_registered(stream: Stream[object]) -> None:
    modules = (
        importlib.import_module(info.name)
        for info in pkgutil.walk_packages(domain.__path__, "domain.")
    )
    written = {id(v) for module in modules for v in vars(module).values() if isinstance(v, Stream)}
    assert written == {id(one) for one in STREAMS}
    assert id(stream) in written


@pytest.mark.parametrize("reaction", [*TOGETHER, *AFTERWARDS], ids=lambda reaction: reaction.name)
def test_a_reaction_is_named_when_x_then_y(reaction: Reaction) -> None:
    assert re.fullmatch(r"when_[a-z_]+_then_[a-z_]+", reaction.name)
    assert reaction.on
    assert set(reaction.on) <= set(EVENTS.values())


def test_every_reaction_is_registered_once() -> None:
    """Its name is part of the command ids it issues: two of one name would swallow each other."""
    modules = (
        importlib.import_module(info.name)
        for info in pkgutil.walk_packages(domain.reactions.__path__, "domain.reactions.")
    )
    written = {
        id(value): value.name
        for module in modules
        for value in vars(module).values()
        if isinstance(value, Reaction)
    }
    registered = [*TOGETHER, *AFTERWARDS]
    assert sorted(map(id, registered)) == sorted(written)
    assert len(set(written.values())) == len(written)
