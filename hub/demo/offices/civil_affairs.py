"""Civil affairs (民政局) coordinates: it answers referrals and sends no sheet of its own."""

from __future__ import annotations

from hub.demo.offices.kernel import Handling, Manner, usual

COORDINATE_DROPOUT = Handling(
    ("coordinate_dropout",), usual(Manner(((4, 30), (7, 40), (9, 20), (12, 7), (None, 3))))
)
COORDINATE_ADMONITION = Handling(
    ("coordinate_admonition",), usual(Manner(((6, 50), (11, 40), (17, 8), (None, 4))))
)
REROUTE = Handling(("reroute_returned",), usual(Manner(((1, 70), (2, 20), (4, 10)), returned=0)))
