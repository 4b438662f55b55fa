"""The disabled persons' federation (残联): assesses suspected disabilities."""

from __future__ import annotations

from hub.demo.offices.kernel import Handling, Manner, usual

ASSESS = Handling(("assess_disability",), usual(Manner(((10, 50), (15, 35), (25, 10), (None, 5)))))
