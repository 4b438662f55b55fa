"""What is wrong with policy data."""

from __future__ import annotations


class PolicyError(Exception):
    """The policy data is malformed; the hub does not start with it."""
