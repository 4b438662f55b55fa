"""One row per kind of record: what its example states, what is refused, which record it is.

Found where they stand, as the kinds are: ``rows/<agency>/<kind>.py`` for ``<agency>.<kind>``.
"""

from __future__ import annotations

from collections.abc import Iterator
from importlib import import_module
from pkgutil import iter_modules

from tests.adapters.kinds import Row


def _rows() -> Iterator[tuple[str, Row]]:
    for agency in iter_modules(__path__):
        package = import_module(f"{__name__}.{agency.name}")
        for kind in iter_modules(package.__path__):
            module = import_module(f"{package.__name__}.{kind.name}")
            yield f"{agency.name}.{kind.name.rstrip('_')}", module.ROW


ROWS: dict[str, Row] = dict(_rows())
