"""Every sender and every way to work a referral there is: whatever an agency's module declares."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from importlib import import_module
from pkgutil import iter_modules
from typing import TypeVar

from hub.demo import offices
from hub.demo.offices.kernel import Handling, Sender

T = TypeVar("T")

_OWN = frozenset({"kernel", "registry"})


def _declared(kind: type[T]) -> Iterator[T]:
    """What the agencies' modules declare of a kind, by module name in the order written, once."""
    found: dict[int, T] = {}
    for info in iter_modules(offices.__path__):
        if info.name not in _OWN:
            for value in vars(import_module(f"{offices.__name__}.{info.name}")).values():
                if isinstance(value, kind):
                    found.setdefault(id(value), value)
    yield from found.values()


SENDERS: tuple[Sender, ...] = tuple(_declared(Sender))
"""In the order in which they send on a day."""

HANDLINGS: Mapping[str, Handling] = {
    kind: handling for handling in _declared(Handling) for kind in handling.kinds
}
"""By kind of referral."""
