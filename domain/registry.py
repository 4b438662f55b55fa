"""Every stream, event and reaction there is: whatever a module of this package declares.

A new stream is a new file of ``domain/``, a new reaction one of ``domain/reactions/``; neither is
written down a second time here.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from importlib import import_module
from pkgutil import iter_modules
from types import ModuleType
from typing import Any, TypeVar

import domain
import domain.reactions
from domain.kernel import Command, Event, Stream
from domain.reactions.kernel import Reaction

T = TypeVar("T")


def _declared(package: ModuleType, kind: type[T]) -> Iterator[T]:
    """What the modules of a package declare of a kind, by module name, each once."""
    found: dict[int, T] = {}
    for info in iter_modules(package.__path__, f"{package.__name__}."):
        if info.name == __name__:
            continue
        for value in vars(import_module(info.name)).values():
            if isinstance(value, kind):
                found.setdefault(id(value), value)
    yield from found.values()


STREAMS: tuple[Stream[Any], ...] = tuple(_declared(domain, Stream))

STREAM_OF_COMMAND: Mapping[type[Command], Stream[Any]] = {
    command: stream for stream in STREAMS for command in stream.decide
}


def _subclasses(base: type[Event]) -> list[type[Event]]:
    found: list[type[Event]] = []
    for sub in base.__subclasses__():
        if "TOPIC" in sub.__dict__ and sub.__module__.startswith(f"{domain.__name__}."):
            found.append(sub)
        found.extend(_subclasses(sub))
    return found


EVENTS: Mapping[str, type[Event]] = {event.TOPIC: event for event in _subclasses(Event)}
"""Event types by stored topic."""

STREAM_OF_TOPIC: Mapping[str, Stream[Any]] = {
    topic: stream for topic in EVENTS for stream in STREAMS if stream.name == topic.split(".", 1)[0]
}

_REACTIONS = tuple(_declared(domain.reactions, Reaction))

TOGETHER: tuple[Reaction, ...] = tuple(each for each in _REACTIONS if each.at_once)
"""Carried out in the append of their cause."""

AFTERWARDS: tuple[Reaction, ...] = tuple(each for each in _REACTIONS if not each.at_once)
"""Carried out by following the log."""


def _by_topic(reactions: Iterable[Reaction]) -> Mapping[str, tuple[Reaction, ...]]:
    found: dict[str, tuple[Reaction, ...]] = {}
    for reaction in reactions:
        for event in reaction.on:
            found[event.TOPIC] = (*found.get(event.TOPIC, ()), reaction)
    return found


AT_ONCE = _by_topic(TOGETHER)
"""What is carried out in the append of its cause, by the cause's topic: most cause nothing."""

BY_FOLLOWING = _by_topic(AFTERWARDS)
"""What is carried out by following the log, by the cause's topic."""

STREAM_BY_NAME: Mapping[str, Stream[Any]] = {stream.name: stream for stream in STREAMS}


def word_for(stream: str, name: str, value: object) -> str | None:
    """The Chinese words of a coded field of a stream (several codes are set apart by commas), or
    None for what is no code."""
    codes = STREAM_BY_NAME[stream].codes.get(name) if stream in STREAM_BY_NAME else None
    if codes is None or value is None:
        return None
    words = [codes.labels.get(code) for code in str(value).split(",")]
    return None if None in words else "、".join(filter(None, words))
