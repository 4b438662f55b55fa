"""The welfare institution (儿童福利院): cares for placed children until they go home."""

from __future__ import annotations

from hub.demo.offices.kernel import Handling, Manner, usual

CARE = Handling(
    ("care_for_placed_child",),
    usual(Manner(((60, 100),), accept_after=((0, 90), (1, 10)), returned=0, failed=0)),
)
