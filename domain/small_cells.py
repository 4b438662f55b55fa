"""Small counts left out (小于5的隐去), with whatever they could be reckoned by.

Where a total is shown with its parts, what is left out together must itself be large enough, and
more than one part: otherwise the total less the parts that are shown would tell it.
"""

from __future__ import annotations

from collections.abc import Mapping


def suppressed(counts: Mapping[str, int], below: int) -> dict[str, int | None]:
    """The parts of one total that is shown, None for each that is left out. Beyond the small ones
    the smallest of the others go with them, until what is left out says nothing of any of them."""
    hidden = {part for part, count in counts.items() if count < below}
    rest = sorted((part for part in counts if part not in hidden), key=lambda p: (counts[p], p))
    for part in rest:
        if not hidden or (len(hidden) > 1 and sum(counts[each] for each in hidden) >= below):
            break
        hidden.add(part)
    return {part: None if part in hidden else count for part, count in sorted(counts.items())}
