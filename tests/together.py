"""Many cases of one table in one test.

A table of state × act × seat has thousands of cells, each of which takes less time than a test
does. ``@all_of("by", EVERY_SEAT)`` stands where ``pytest.mark.parametrize`` would and tries every
value in the one test; every cell that fails is told, not only the first.
"""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable, Iterable
from typing import Any

import pytest

Test = Callable[..., None]


def all_of(names: str | tuple[str, ...], values: Iterable[Any]) -> Callable[[Test], Test]:
    """Call the test with each of the values, under one name or under several.

    Raises ValueError where there is no value: a test that tries nothing would pass. The test fails
    with the first failure as its cause, and names all values that failed.
    """
    cases = [(value,) if isinstance(names, str) else tuple(value) for value in values]
    called = (names,) if isinstance(names, str) else names
    if not cases:
        raise ValueError(f"no value for {names}")

    def of(test: Test) -> Test:
        @functools.wraps(test)
        def every(**given: Any) -> None:
            failed: list[tuple[str, BaseException]] = []
            for case in cases:
                try:
                    test(**given, **dict(zip(called, case, strict=True)))
                except (Exception, pytest.fail.Exception) as error:
                    failed.append((", ".join(map(_words, case)), error))
            if failed:
                told = "".join(
                    f"\n{case}: {type(error).__name__} {error}" for case, error in failed
                )
                raise AssertionError(f"{len(failed)} of {len(cases)} fail:{told}") from failed[0][1]

        signature = inspect.signature(test)
        rest = [each for name, each in signature.parameters.items() if name not in called]
        every.__signature__ = signature.replace(parameters=rest)  # type: ignore[attr-defined]
        return every

    return of


def _words(value: Any) -> str:
    """What a failure calls a value: its name, its topic where it is an event, or as it reads."""
    return str(getattr(value, "__name__", None) or getattr(value, "TOPIC", None) or value)
